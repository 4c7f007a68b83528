//! Commands that change the members of the group.

use raft::Transition;
use sim::{Command, NodeId, Seat};

use crate::Error;
use crate::line::Line;

/// The words of what becomes of a member.
pub(crate) const SEATS: [(&str, Seat); 3] =
    [("add", Seat::Voter), ("learner", Seat::Learner), ("remove", Seat::None)];

/// What follows `add`, `learner` or `remove`.
pub(crate) fn one(line: &mut Line<'_>, seat: Seat) -> Result<Command, Error> {
    let steps = vec![step(line, seat)?];
    Ok(Command::Change { steps, transition: Transition::Auto })
}

/// What follows `joint`.
pub(crate) fn joint(line: &mut Line<'_>) -> Result<Command, Error> {
    let transition = match line.takes("explicit") {
        true => Transition::JointExplicit,
        false => Transition::JointImplicit,
    };
    let mut steps = Vec::new();
    while steps.is_empty() || !line.is_at_end() {
        let seat = SEATS.iter().find(|(word, _)| line.takes(word));
        let &(_, seat) = seat.ok_or_else(|| line.unexpected())?;
        let step = step(line, seat)?;
        if steps.iter().any(|&(_, named)| named == step.1) {
            return Err(line.node_twice(step.1));
        }
        steps.push(step);
    }
    Ok(Command::Change { steps, transition })
}

/// A node that becomes something; the next one may be new.
fn step(line: &mut Line<'_>, seat: Seat) -> Result<(Seat, NodeId), Error> {
    let node = if seat == Seat::None { line.node()? } else { line.node_or_next()? };
    Ok((seat, node))
}
