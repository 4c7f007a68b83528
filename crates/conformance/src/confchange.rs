//! Conf-change files: one configuration, changed step by step.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use raft::{
    Change, ConfChangeError, Config, Index, Membership, ParseChangeError, PeerId, Progress,
};

use crate::datadriven::{Directive, parse_bool};
use crate::session::Failure;

/// The configuration and where the leader would send next to each member.
#[derive(Clone, Debug, Default)]
pub struct ConfChanges {
    members: Membership,
    next: BTreeMap<PeerId, Index>,
    /// How many directives ran before: it stands for the last index of a log that grows.
    last_index: u64,
}

impl ConfChanges {
    pub(crate) fn handle(&mut self, directive: &Directive) -> Result<String, Failure> {
        let from = Index(self.last_index.max(1));
        self.last_index += 1;
        let changes = match parse_changes(&directive.input) {
            Ok(changes) => changes,
            Err(error) => return Ok(error.to_string()),
        };
        let changed = match directive.command.as_str() {
            "simple" => self.members.simple(&changes),
            "enter-joint" => {
                let auto_leave = match directive.values("autoleave") {
                    Some([value]) => parse_bool(value)
                        .ok_or_else(|| Failure(format!("autoleave cannot be {value:?}")))?,
                    _ => false,
                };
                self.members.enter_joint(auto_leave, &changes)
            }
            "leave-joint" if changes.is_empty() => self.members.leave_joint(),
            "leave-joint" => return Ok("this command takes no input".into()),
            _ => return Ok("unknown command".into()),
        };
        Ok(self.take_over(changed, from))
    }

    fn take_over(&mut self, changed: Result<Membership, ConfChangeError>, from: Index) -> String {
        let members = match changed {
            Ok(members) => members,
            Err(error) => return format!("{error}\n"),
        };
        self.members = members;
        let known = std::mem::take(&mut self.next);
        let mut output = format!("{}\n", self.members);
        for &member in self.members.members() {
            let known = known.get(&member.id).filter(|_| !member.is_new());
            let next = known.copied().unwrap_or(from);
            self.next.insert(member.id, next);
            let view = Progress::new(next, true).view(member, &Config::default());
            writeln!(output, "{}: {view}", member.id).expect("writing to a string cannot fail");
        }
        output
    }
}

/// Reads changes separated by single spaces.
pub(crate) fn parse_changes(input: &str) -> Result<Vec<Change>, ParseChangeError> {
    if input.is_empty() {
        return Ok(Vec::new());
    }
    input.split(' ').map(str::parse).collect()
}
