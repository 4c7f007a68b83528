//! The invariants of many ranges, in words, and how they stand.

use sim::ranges::{Finding, Rule, World};
use store::RangeId;

use super::fact::fact;
use crate::say::both;
use crate::{Both, FindingRow, Label, Lamp};

/// What there is to say of the invariants, in order of their numbers: the name, and what must hold.
const WORDS: [(Rule, Label, Label); Rule::ALL.len()] = [
    (
        Rule::ElectionSafety,
        label("Election Safety", "选举安全"),
        label(
            "A range has at most one leader in a term.",
            "一个 range 在一个 term 内至多有一个 leader。",
        ),
    ),
    (
        Rule::OneVote,
        label("One vote per term", "每个 term 一票"),
        label(
            "A replica grants one vote in a term, also before it knows its keys.",
            "一个副本在一个 term 内只投一票，在知道自己的键之前也是如此。",
        ),
    ),
    (
        Rule::StateMachineSafety,
        label("State Machine Safety", "状态机安全"),
        label(
            "Replicas of a range apply the same entry at an index, with the same outcome.",
            "一个 range 的各副本在同一 index 应用相同的条目，结果也相同。",
        ),
    ),
    (
        Rule::AppliedOnce,
        label("Applied once", "至多生效一次"),
        label("A command takes effect at most once.", "一个命令至多生效一次。"),
    ),
    (
        Rule::ApplyOrder,
        label("Applied in order", "按序应用"),
        label("A replica applies one entry after the other.", "副本逐条应用日志。"),
    ),
    (
        Rule::LeaseSequence,
        label("One holder per lease", "一个 lease 一个持有者"),
        label(
            "The number of a lease names one holder, and none comes after a later one.",
            "一个 lease 的编号只对应一个持有者，编号不倒退。",
        ),
    ),
    (
        Rule::LogOrder,
        label("Positions in order", "位置有序"),
        label("Dropped ≤ applied ≤ committed ≤ last.", "已截断 ≤ 已应用 ≤ 已提交 ≤ 最后。"),
    ),
    (
        Rule::SleepsWhenDone,
        label("Sleeps when done", "做完才静默"),
        label(
            "A replica that sleeps has applied all that it has.",
            "静默的副本已应用它拥有的全部日志。",
        ),
    ),
    (
        Rule::StatsExact,
        label("Exact statistics", "统计精确"),
        label(
            "What a replica says that its range holds is what is there.",
            "副本所说的 range 内容与实际内容一致。",
        ),
    ),
    (
        Rule::ReplicasAlike,
        label("Replicas alike", "副本一致"),
        label("Replicas that applied the same hold the same.", "应用了相同日志的副本内容相同。"),
    ),
    (
        Rule::KeysCovered,
        label("Keys covered", "键空间完整"),
        label("The ranges cover all keys, and none twice.", "所有 range 覆盖全部键，且互不重叠。"),
    ),
    (
        Rule::LeaderCompleteness,
        label("Leader Completeness", "leader 完整性"),
        label(
            "A leader has every entry that was applied anywhere under an earlier leader.",
            "leader 拥有在更早的 leader 之下已被应用的每一条目。",
        ),
    ),
    (
        Rule::HardStateKept,
        label("Term and vote are kept", "term 与投票不反悔"),
        label(
            "A replica's term never goes back, and its vote stays within a term: across splits, snapshots and crashes.",
            "副本的 term 只增不减，一个 term 内的投票不变：分裂、快照、崩溃之后也是如此。",
        ),
    ),
    (
        Rule::LeaseIndexGrows,
        label("Lease index grows", "lease index 递增"),
        label(
            "The lease index of the commands that take effect only grows.",
            "生效命令的 lease index 严格递增。",
        ),
    ),
    (
        Rule::OneLease,
        label("One may serve", "只有一个可服务"),
        label(
            "At no moment may two replicas of a range serve.",
            "任何时刻，一个 range 至多有一个副本可以服务。",
        ),
    ),
    (
        Rule::SpansDisjoint,
        label("No key twice on a store", "store 内键不重叠"),
        label(
            "The ranges of a store have no key in common, those included whose snapshot is on its way.",
            "一个 store 上的各 range 互不重叠，正在接收快照的也算在内。",
        ),
    ),
    (
        Rule::SleepsEven,
        label("Nobody left behind unnamed", "静默时不遗漏"),
        label(
            "Who puts a range to sleep leaves nobody behind whom it does not name.",
            "让 range 静默的 leader 不会落下未被点名的副本。",
        ),
    ),
    (
        Rule::LogMatching,
        label("Log Matching", "日志匹配"),
        label(
            "Entries of the same index and term are the same in every log, and so is what stands before them.",
            "index 和 term 相同的条目在每份日志里都相同，之前的条目也都相同。",
        ),
    ),
    (
        Rule::LogWhole,
        label("No gap in a log", "日志无缺口"),
        label("A log has every entry from its first to its last.", "日志从首条到末条，一条不缺。"),
    ),
    (
        Rule::SomebodyAwake,
        label("No sleep beside a laggard", "有落后者时不全静默"),
        label(
            "Who sleeps with everything wakes up if it knows that somebody lives who lags.",
            "静默且日志完整的副本，一旦得知落后者还活着，就会醒来。",
        ),
    ),
    (
        Rule::TablesBeside,
        label("Tables beside the log", "日志旁的表"),
        label(
            "A table is beside the log, whole, if an entry names it, and else is gone.",
            "条目引用的表完整地放在日志旁；无人引用的表已删除。",
        ),
    ),
    (
        Rule::BytesCounted,
        label("Every byte counted", "字节如实计数"),
        label(
            "The bytes that a store counts are those that its disk saw.",
            "store 统计的字节数等于磁盘实际写入的字节数。",
        ),
    ),
    (
        Rule::NewerAbove,
        label("Only newer above", "上层只有更新的"),
        label(
            "A table that is ingested lies above everything older of its span.",
            "ingest 的表位于其键区间内所有旧数据之上。",
        ),
    ),
    (
        Rule::NamesKept,
        label("Replica ids used once", "副本 id 不重用"),
        label("A replica's id is never given again.", "副本的 id 绝不再次使用。"),
    ),
    (
        Rule::HolderIsMember,
        label("Leaseholder is a member", "leaseholder 是成员"),
        label("Who gets a lease is a member of the range.", "得到 lease 的副本是该 range 的成员。"),
    ),
];

const fn label(en: &'static str, zh: &'static str) -> Label {
    Label { en, zh }
}

const _: () = {
    let mut at = 0;
    while at < WORDS.len() {
        assert!(WORDS[at].0 as usize == at, "the words are in order");
        at += 1;
    }
};

/// Its name, and what must hold.
fn words(rule: Rule) -> (Label, Label) {
    let (_, name, statement) = WORDS[rule as usize];
    (name, statement)
}

pub(super) fn lamps(world: &World) -> Vec<Lamp> {
    let lamp = |&rule: &Rule| {
        let (name, statement) = words(rule);
        let findings = world.findings().iter().filter(|finding| finding.rule == rule);
        Lamp {
            number: rule.number(),
            name: name.both(),
            statement: statement.both(),
            checks: world.checks().count(rule),
            findings: findings.map(row).collect(),
        }
    };
    Rule::ALL.iter().map(lamp).collect()
}

fn row(finding: &Finding) -> FindingRow {
    FindingRow { event: finding.event.0, at: finding.at.0, text: contradiction(finding) }
}

/// The two facts that contradict each other.
pub(super) fn contradiction(finding: &Finding) -> Both {
    let Finding { range, first, second, .. } = finding;
    let name = words(finding.rule).0;
    let (en, zh) = (name.en, name.zh);
    let (first, second) = (fact(first), fact(second));
    let ([first_en, first_zh], [second_en, second_zh]) =
        ([first.en, first.zh], [second.en, second.zh]);
    if *range == RangeId::default() {
        return both!("{en}: {first_en}, but {second_en}", "{zh}：{first_zh}，但 {second_zh}");
    }
    both!("{en}, {range}: {first_en}, but {second_en}", "{zh}，{range}：{first_zh}，但 {second_zh}")
}

/// "25 rules hold".
pub(super) fn line(world: &World) -> (usize, Both) {
    let is_broken = |rule: &&Rule| world.findings().iter().any(|finding| finding.rule == **rule);
    let broken = Rule::ALL.iter().filter(is_broken).count();
    let hold = Rule::ALL.len() - broken;
    let words = match broken {
        0 => both!("{hold} rules hold", "{hold} 条规则成立"),
        1 => both!("1 rule broken", "1 条规则不成立"),
        _ => both!("{broken} rules broken", "{broken} 条规则不成立"),
    };
    (broken, words)
}
