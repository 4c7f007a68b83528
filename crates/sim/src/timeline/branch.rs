//! Other futures: what was there before somebody changed the past.

use det::Time;

use super::pulse::Pulses;
use super::{Mark, Run, Timeline};
use crate::World;

/// A future of the run. The one on screen keeps its inputs, marks and pulses in the timeline itself.
#[derive(Clone, Debug)]
pub struct Branch<W: Run = World> {
    /// Where it left the future it comes from.
    pub fork: Time,
    /// Where it ends. For the future on screen see [`Timeline::horizon`].
    pub end: Time,
    /// What was done differently; `None` for the first future.
    pub first: Option<W::Command>,
    inputs: Vec<(Time, W::Command)>,
    marks: Vec<Mark<W::MarkKind>>,
    pulses: Pulses<W::Pulse>,
}

impl<W: Run> Branch<W> {
    /// A future that begins now and is on screen.
    pub(super) fn begin(now: Time, first: Option<W::Command>) -> Self {
        let (inputs, marks, pulses) = (Vec::new(), Vec::new(), Pulses::default());
        Self { fork: now, end: now, first, inputs, marks, pulses }
    }
}

impl<W: Run> Timeline<W> {
    /// All futures, in the order in which they came to be.
    pub fn branches(&self) -> &[Branch<W>] {
        &self.branches
    }

    /// The position of the future on screen among [`Timeline::branches`].
    pub fn current_branch(&self) -> usize {
        self.current
    }

    /// Something new is done in the past: the old future is put away whole, a new one begins.
    pub(super) fn fork(&mut self, command: &W::Command) {
        self.put_away();
        let now = self.now();
        self.recording.inputs.truncate(self.cursor);
        let cursor = self.cursor;
        self.checkpoints.retain(|point| point.world.now() <= now && point.cursor <= cursor);
        let next = self.world.next_event();
        self.marks.retain(|mark| mark.event < next);
        self.pulses.cut(now);
        self.horizon = now;
        self.branches.push(Branch::begin(now, Some(command.clone())));
        self.current = self.branches.len() - 1;
    }

    fn put_away(&mut self) {
        let branch = &mut self.branches[self.current];
        branch.end = self.horizon;
        branch.inputs.clone_from(&self.recording.inputs);
        branch.marks.clone_from(&self.marks);
        branch.pulses.clone_from(&self.pulses);
    }

    /// Shows another future, at the moment on screen or at its end if that is earlier. Says whether
    /// there is one.
    pub fn switch(&mut self, to: usize) -> bool {
        if to >= self.branches.len() {
            return false;
        }
        if to == self.current {
            return true;
        }
        let now = self.now();
        self.put_away();
        self.current = to;
        let branch = &mut self.branches[to];
        let inputs = std::mem::take(&mut branch.inputs);
        self.marks = std::mem::take(&mut branch.marks);
        self.pulses = std::mem::take(&mut branch.pulses);
        self.horizon = branch.end;
        let common = common(&self.recording.inputs, &inputs);
        let differs =
            |inputs: &[(Time, W::Command)]| inputs.get(common).map_or(Time(u64::MAX), |i| i.0);
        let until = differs(&self.recording.inputs).min(differs(&inputs));
        self.checkpoints.retain(|point| point.world.now() <= until && point.cursor <= common);
        self.recording.inputs = inputs;
        self.restart_from_checkpoint(now.min(self.horizon));
        true
    }

    /// Forgets a future that is not on screen. Says whether it was there.
    pub fn drop_branch(&mut self, which: usize) -> bool {
        if which >= self.branches.len() || which == self.current {
            return false;
        }
        self.branches.remove(which);
        if self.current > which {
            self.current -= 1;
        }
        true
    }
}

/// How many inputs two futures have in common.
fn common<C: PartialEq>(a: &[(Time, C)], b: &[(Time, C)]) -> usize {
    a.iter().zip(b).take_while(|(x, y)| x == y).count()
}
