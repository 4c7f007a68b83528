//! How things print in etcd's transcripts. Nothing is formatted until it is printed.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter, Write as _};

use crate::{
    Body, ConfChange, ConfState, Entry, EntryId, HardState, Index, Message, MessageKind, PeerId,
    ReadState, Ready, Snapshot, SoftState, Term,
};

/// Bytes in double quotes, escaped as in the language Go.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a [u8]);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                write_escaped(f, c)?;
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        f.write_char('"')
    }
}

fn write_escaped(f: &mut Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '"' => f.write_str("\\\""),
        '\\' => f.write_str("\\\\"),
        '\x07' => f.write_str("\\a"),
        '\x08' => f.write_str("\\b"),
        '\x0c' => f.write_str("\\f"),
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        '\x0b' => f.write_str("\\v"),
        '\0'..' ' | '\x7f' => write!(f, "\\x{:02x}", u32::from(c)),
        ' '..='~' => f.write_char(c),
        _ if is_printable(c) => f.write_char(c),
        _ if u32::from(c) < 0x1_0000 => write!(f, "\\u{:04x}", u32::from(c)),
        _ => write!(f, "\\U{:08x}", u32::from(c)),
    }
}

/// Whether a character beyond ASCII prints as itself, which is what `escape_debug` decides too. The letter
/// in front keeps combining marks from being escaped for standing alone.
fn is_printable(c: char) -> bool {
    let text = String::from_iter(['a', c]);
    text.escape_debug().count() == 2
}

/// `Lead:1 State:StateLeader`.
impl Display for SoftState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Lead:{} State:{}", self.lead, self.role.as_str())
    }
}

/// `Term:1 Vote:1 Commit:4`, the vote only if there is one.
impl Display for HardState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Term:{}", self.term)?;
        if self.vote != PeerId::NONE {
            write!(f, " Vote:{}", self.vote)?;
        }
        write!(f, " Commit:{}", self.commit)
    }
}

/// `Voters:[1 2] VotersOutgoing:[] Learners:[] LearnersNext:[] AutoLeave:false`.
impl Display for ConfState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Voters:{} VotersOutgoing:{} Learners:{} LearnersNext:{} AutoLeave:{}",
            List(&self.voters),
            List(&self.voters_outgoing),
            List(&self.learners),
            List(&self.learners_next),
            self.auto_leave
        )
    }
}

/// `[1 2 3]`.
struct List<'a, T>(&'a [T]);

impl<T: Display> Display for List<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('[')?;
        for (at, item) in self.0.iter().enumerate() {
            write!(f, "{}{item}", if at == 0 { "" } else { " " })?;
        }
        f.write_char(']')
    }
}

/// `Index:4 Term:1 ConfState:…`.
impl Display for Snapshot {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let EntryId { term, index } = self.last;
        write!(f, "Index:{index} Term:{term} ConfState:{}", self.conf_state)
    }
}

/// `1/4 EntryNormal "foo"` or `1/4 EntryConfChangeV2 v2 l3`.
impl Display for Entry {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        use crate::EntryKind::{ConfChange, ConfChangeV2, Normal, Refused};
        let kind = match self.kind {
            Normal | Refused => "EntryNormal",
            ConfChange => "EntryConfChange",
            ConfChangeV2 => "EntryConfChangeV2",
        };
        write!(f, "{} {kind}", self.id)?;
        match self.conf_change() {
            Ok(None) => write!(f, " {}", Quoted(&self.data)),
            Ok(Some(change)) => change.changes.iter().try_for_each(|step| write!(f, " {step}")),
            Err(error) => write!(f, " {error}"),
        }
    }
}

/// `transition:ConfChangeTransitionAuto changes:{type:ConfChangeAddNode node_id:3}`.
impl Display for ConfChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        use crate::{ChangeKind, Transition};
        f.write_str(match self.transition {
            Transition::Auto => "transition:ConfChangeTransitionAuto",
            Transition::JointImplicit => "transition:ConfChangeTransitionJointImplicit",
            Transition::JointExplicit => "transition:ConfChangeTransitionJointExplicit",
        })?;
        for step in &self.changes {
            let kind = match step.kind {
                ChangeKind::AddVoter => "ConfChangeAddNode",
                ChangeKind::Remove => "ConfChangeRemoveNode",
                ChangeKind::Update => "ConfChangeUpdateNode",
                ChangeKind::AddLearner => "ConfChangeAddLearnerNode",
            };
            write!(f, " changes:{{type:{kind} node_id:{}}}", step.peer)?;
        }
        if !self.context.is_empty() {
            write!(f, " context:{}", Quoted(&self.context))?;
        }
        Ok(())
    }
}

/// A message's end: hexadecimal, or the name of a storage thread.
struct End(PeerId);

impl Display for End {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            PeerId::NONE => f.write_str("None"),
            PeerId::APPEND_THREAD => f.write_str("AppendThread"),
            PeerId::APPLY_THREAD => f.write_str("ApplyThread"),
            peer => write!(f, "{peer:x}"),
        }
    }
}

/// The parts of a message as etcd's one struct for all kinds has them.
#[derive(Default)]
pub(crate) struct Parts<'a> {
    pub(crate) log: EntryId,
    pub(crate) rejected: Option<Index>,
    pub(crate) commit: Index,
    pub(crate) vote: PeerId,
    pub(crate) entries: &'a [Entry],
    pub(crate) snapshot: Option<&'a Snapshot>,
    responses: &'a [Message],
}

impl<'a> Parts<'a> {
    /// `read` holds the entry in which a read request carries its context.
    pub(crate) fn of(body: &'a Body, read: &'a [Entry]) -> Self {
        let blank = Self::default();
        let at = |index| EntryId { term: Term::default(), index };
        match body {
            Body::Append { prev, entries, commit } => {
                Self { log: *prev, entries, commit: *commit, ..blank }
            }
            Body::Accepted { index } | Body::SnapshotRequest { index } => {
                Self { log: at(*index), ..blank }
            }
            Body::Rejected { index, hint } => Self {
                log: EntryId { term: hint.term, index: *index },
                rejected: Some(hint.index),
                ..blank
            },
            Body::Vote { last, .. } => Self { log: *last, ..blank },
            Body::VoteResponse { reject, .. } => {
                Self { rejected: reject.then_some(Index::ZERO), ..blank }
            }
            Body::Snapshot(snapshot) => Self { snapshot: Some(snapshot), ..blank },
            Body::Heartbeat { commit, .. } | Body::Commit { index: commit } => {
                Self { commit: *commit, ..blank }
            }
            Body::ReadIndex { .. } => Self { entries: read, ..blank },
            Body::ReadIndexResponse { index, .. } => {
                Self { log: at(*index), entries: read, ..blank }
            }
            Body::HeartbeatResponse { .. } | Body::TransferLeader | Body::TimeoutNow => blank,
            Body::StorageAppend(append) => {
                let hard_state = append.hard_state.unwrap_or_default();
                Self {
                    commit: hard_state.commit,
                    vote: hard_state.vote,
                    entries: &append.entries,
                    snapshot: append.snapshot.as_deref(),
                    responses: &append.responses,
                    ..blank
                }
            }
            Body::StorageAppended { last, snapshot } => {
                Self { log: last.unwrap_or_default(), snapshot: snapshot.as_deref(), ..blank }
            }
            Body::StorageApply { entries, responses } => Self { entries, responses, ..blank },
            Body::Propose { entries } => Self { entries, ..blank },
            Body::StorageApplied { entries } => Self { entries, ..blank },
        }
    }
}

/// `1->2 MsgApp Term:1 Log:1/3 Commit:3 Entries:[1/4 EntryNormal ""]`.
impl Display for Message {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_message(f, self, 0)
    }
}

fn write_message(f: &mut Formatter<'_>, message: &Message, indent: usize) -> fmt::Result {
    let Message { from, to, term, body } = message;
    let mut read = Vec::new();
    if let Body::ReadIndex { context } | Body::ReadIndexResponse { context, .. } = body {
        read.push(Entry { data: context.clone(), ..Entry::default() });
    }
    let parts = Parts::of(body, &read);
    let kind = body.kind().as_str();
    write!(f, "{:indent$}{}->{} {kind} Term:{term} Log:{}", "", End(*from), End(*to), parts.log)?;
    if let Some(hint) = parts.rejected {
        write!(f, " Rejected (Hint: {hint})")?;
    }
    if parts.commit != Index::ZERO {
        write!(f, " Commit:{}", parts.commit)?;
    }
    if parts.vote != PeerId::NONE {
        write!(f, " Vote:{}", parts.vote)?;
    }
    match parts.entries {
        [] => {}
        [entry] => write!(f, " Entries:[{entry}]")?,
        entries => {
            f.write_str(" Entries:[")?;
            entries.iter().try_for_each(|entry| write!(f, "\n{:indent$}  {entry}", ""))?;
            write!(f, "\n{:indent$}]", "")?;
        }
    }
    if let Some(snapshot) = parts.snapshot.filter(|snapshot| snapshot.last.index != Index::ZERO) {
        write!(f, "\n{:indent$}  Snapshot: {snapshot}", "")?;
    }
    if !parts.responses.is_empty() {
        f.write_str(" Responses:[")?;
        for response in parts.responses {
            f.write_char('\n')?;
            write_message(f, response, indent + 2)?;
        }
        write!(f, "\n{:indent$}]", "")?;
    }
    Ok(())
}

/// `{4 [97 98]}`.
impl Display for ReadState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{{{} {}}}", self.index, List(&self.context))
    }
}

/// Each part on lines of its own, ending with a line break; `<empty Ready>` without one.
impl Display for Ready {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("<empty Ready>");
        }
        writeln!(f, "Ready MustSync={}:", self.must_sync)?;
        if let Some(soft_state) = &self.soft_state {
            writeln!(f, "{soft_state}")?;
        }
        if let Some(hard_state) = &self.hard_state {
            writeln!(f, "HardState {hard_state}")?;
        }
        if !self.reads.is_empty() {
            writeln!(f, "ReadStates {}", List(&self.reads))?;
        }
        write_lines(f, "Entries:", &self.entries)?;
        if let Some(snapshot) = &self.snapshot {
            writeln!(f, "Snapshot {snapshot}")?;
        }
        write_lines(f, "CommittedEntries:", &self.committed)?;
        write_lines(f, "Messages:", &self.messages)
    }
}

fn write_lines(f: &mut Formatter<'_>, title: &str, lines: &[impl Display]) -> fmt::Result {
    if !lines.is_empty() {
        writeln!(f, "{title}")?;
    }
    lines.iter().try_for_each(|line| writeln!(f, "{line}"))
}

impl Display for MessageKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(Quoted(bytes).to_string(), expected);
    }

    #[test]
    fn bytes_are_quoted_as_in_go() {
        check(b"", r#""""#);
        check(b"a'b\"c\\", r#""a'b\"c\\""#);
        check(b"\x00\n\x7f\xff", r#""\x00\n\x7f\xff""#);
        check("é世\u{301}🙂".as_bytes(), "\"é世\u{301}🙂\"");
        check("\u{200b}\u{e000}\u{f0000}".as_bytes(), r#""\u200b\ue000\U000f0000""#);
    }
}
