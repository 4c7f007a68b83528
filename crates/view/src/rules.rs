//! The invariants that are checked after every event, in words.

use sim::Rule;

use crate::Label;

/// The name of an invariant.
pub(crate) fn name(rule: Rule) -> Label {
    let (en, zh) = match rule {
        Rule::ElectionSafety => ("Election Safety", "选举安全"),
        Rule::TermMonotonic => ("Terms only grow", "term 只增不减"),
        Rule::VotePersistence => ("One vote per term", "每个 term 一票"),
        Rule::PersistBeforeSend => ("Disk before answer", "先落盘，后答复"),
        Rule::LeaderAppendOnly => ("Leader Append-Only", "leader 只追加"),
        Rule::LogMatching => ("Log Matching", "日志匹配"),
        Rule::LeaderCompleteness => ("Leader Completeness", "leader 完整性"),
        Rule::StateMachineSafety => ("State Machine Safety", "状态机安全"),
        Rule::ApplyOrder => ("Applied in order", "按序应用"),
        Rule::CommittedImmutable => ("Committed stays", "已提交不变"),
        Rule::CommitMonotonic => ("Commit only grows", "commit 只增不减"),
        Rule::Ordering => ("Indices in order", "位置有序"),
        Rule::CommittedOnQuorum => ("Committed on a majority", "多数派持有"),
        Rule::OwnTermCommit => ("Own term only", "只按本 term 提交"),
    };
    Label { en, zh }
}

/// What must hold.
pub(crate) fn statement(rule: Rule) -> Label {
    let (en, zh) = match rule {
        Rule::ElectionSafety => (
            "At most one node becomes leader in a term.",
            "一个 term 内至多有一个节点成为 leader。",
        ),
        Rule::TermMonotonic => (
            "A node's term never goes back, not even by a restart.",
            "节点的 term 从不倒退，重启也不例外。",
        ),
        Rule::VotePersistence => (
            "In one term a node votes for one candidate only, and the vote is on disk before it is told.",
            "节点在一个 term 内只投给一个 candidate，并且先落盘、后答复。",
        ),
        Rule::PersistBeforeSend => (
            "What a node promises in a message is on its disk when the message leaves.",
            "消息发出时，其中承诺的内容已在该节点的磁盘上。",
        ),
        Rule::LeaderAppendOnly => (
            "A leader never overwrites or deletes entries of its own log.",
            "leader 从不覆盖或删除自己日志中的条目。",
        ),
        Rule::LogMatching => (
            "Two logs that hold the same index and term are identical up to there.",
            "两份日志若在某个 index 上 term 相同，则到此为止完全一致。",
        ),
        Rule::LeaderCompleteness => (
            "An entry committed in one term is in the log of every leader of a later term.",
            "在某个 term 提交的条目，必在之后所有 term 的 leader 的日志中。",
        ),
        Rule::StateMachineSafety => (
            "No two nodes apply different entries at the same index.",
            "任何两个节点在同一 index 上不会应用不同的条目。",
        ),
        Rule::ApplyOrder => (
            "A node applies entries one after the other, each once.",
            "节点逐条应用日志，每条恰好一次。",
        ),
        Rule::CommittedImmutable => (
            "No log holds anything else where an entry is committed.",
            "已提交的位置上，任何日志都不会出现别的条目。",
        ),
        Rule::CommitMonotonic => (
            "A node's commit index never goes back while it runs, and never passes the end of its log.",
            "节点运行期间 commit index 从不倒退，也不超过日志末尾。",
        ),
        Rule::Ordering => (
            "Snapshot, applied, commit and last index stand in this order.",
            "snapshot、applied、commit、last 四个 index 依次不减。",
        ),
        Rule::CommittedOnQuorum => (
            "When a leader commits an entry, a majority holds it on disk.",
            "leader 提交条目时，多数节点已将它落盘。",
        ),
        Rule::OwnTermCommit => (
            "A leader commits by counting only entries of its own term; older ones follow with them.",
            "leader 只通过计数提交本 term 的条目，更早的条目随之提交。",
        ),
    };
    Label { en, zh }
}
