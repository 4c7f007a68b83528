//! What contradicts what, when an invariant does not hold.

use raft::Cite;
use sim::{Fact, Finding, NodeId, Rule};

use super::{Said, both};
use crate::{Both, Tone, rules};

/// A checker found a contradiction.
#[inline(never)]
pub(super) fn found(finding: Option<&Finding>) -> Said {
    let Some(finding) = finding else { return unnamed() };
    let name = rules::name(finding.rule);
    let (en, zh) = (name.en, name.zh);
    let facts = contradiction(finding);
    let (facts_en, facts_zh) = (&facts.en, &facts.zh);
    Said {
        icon: "⚠",
        tone: Tone::Violation,
        line: both!("{en} does not hold · {facts_en}", "{zh}不成立 · {facts_zh}"),
        caption: both!("{en} does not hold: {facts_en}.", "{zh}不成立：{facts_zh}。"),
        cite: Some(cite(finding.rule)),
    }
}

/// The finding is one of the many that a rule keeps no record of.
fn unnamed() -> Said {
    Said {
        icon: "⚠",
        tone: Tone::Violation,
        line: both!("a rule does not hold", "有规则不成立"),
        caption: both!("A rule does not hold.", "有规则不成立。"),
        cite: None,
    }
}

/// The two facts that cannot both be right: "n1 leads term 3, but n2 leads term 3".
pub fn contradiction(finding: &Finding) -> Both {
    let (first, second) = (fact(&finding.first), fact(&finding.second));
    let (a, b, a_zh, b_zh) = (first.en, second.en, first.zh, second.zh);
    both!("{a}, but {b}", "{a_zh}，而{b_zh}")
}

fn fact(fact: &Fact) -> Both {
    match *fact {
        Fact::Leads { node, term } => {
            both!("{node} leads term {term}", "{node} 是 term {term} 的 leader")
        }
        Fact::InTerm { node, term } => both!("{node} is in term {term}", "{node} 处于 term {term}"),
        Fact::Voted { node, term, candidate } => {
            let candidate = somebody(candidate);
            let (en, zh) = (candidate.en, candidate.zh);
            both!("{node} voted for {en} in term {term}", "{node} 在 term {term} 投给{zh}")
        }
        Fact::OnDisk { node, term, candidate } => {
            let candidate = somebody(candidate);
            let (en, zh) = (candidate.en, candidate.zh);
            both!(
                "the disk of {node} holds term {term} and a vote for {en}",
                "{node} 的磁盘上是 term {term}、投给{zh}"
            )
        }
        Fact::Acknowledged { node, index } => {
            both!("{node} acknowledged index {index}", "{node} 确认了 index {index}")
        }
        Fact::DurableTo { node, last } => {
            both!("the disk of {node} holds the log up to {last}", "{node} 的磁盘上日志到 {last}")
        }
        Fact::Holds { node, entry, digest } => {
            let log = short(digest);
            both!("{node} holds {entry} after log {log}", "{node} 持有 {entry}，其日志为 {log}")
        }
        Fact::Lacks { node, index } => {
            both!("{node} has no entry at index {index}", "{node} 在 index {index} 没有条目")
        }
        Fact::Rewrote { node, from } => {
            both!(
                "{node} rewrote its log from index {from} on",
                "{node} 改写了 index {from} 起的日志"
            )
        }
        Fact::Committed { node, entry, digest } => {
            let log = short(digest);
            both!("{node} committed {entry} of log {log}", "{node} 提交了日志 {log} 的 {entry}")
        }
        Fact::Applied { node, entry, digest } => {
            let log = short(digest);
            both!("{node} applied {entry} of log {log}", "{node} 应用了日志 {log} 的 {entry}")
        }
        Fact::CommitIs { node, index } => {
            both!("the commit index of {node} is {index}", "{node} 的 commit index 是 {index}")
        }
        Fact::AppliedIs { node, index } => {
            both!("{node} has applied up to index {index}", "{node} 已应用到 index {index}")
        }
        Fact::LastIs { node, index } => {
            both!("the log of {node} ends at index {index}", "{node} 的日志到 index {index} 为止")
        }
        Fact::HeldBy { entry, disks, voters } => both!(
            "{disks} of {voters} disks hold {entry}",
            "{voters} 个磁盘中 {disks} 个持有 {entry}"
        ),
    }
}

fn somebody(candidate: Option<NodeId>) -> Both {
    match candidate {
        Some(node) => both!("{node}", " {node}"),
        None => both!("nobody", "空"),
    }
}

/// Enough of a digest to tell two logs apart.
fn short(digest: u64) -> String {
    format!("{:04x}", digest >> 48)
}

fn cite(rule: Rule) -> Cite {
    match rule {
        Rule::TermMonotonic => Cite::Raft("5.1"),
        Rule::ElectionSafety | Rule::VotePersistence => Cite::Raft("5.2"),
        Rule::PersistBeforeSend | Rule::CommitMonotonic => Cite::Figure(2),
        Rule::LeaderAppendOnly
        | Rule::LogMatching
        | Rule::ApplyOrder
        | Rule::CommittedImmutable
        | Rule::Ordering
        | Rule::CommittedOnQuorum => Cite::Raft("5.3"),
        Rule::LeaderCompleteness => Cite::Raft("5.4"),
        Rule::StateMachineSafety => Cite::Raft("5.4.3"),
        Rule::OwnTermCommit => Cite::Raft("5.4.2"),
    }
}
