//! Why a command for many ranges cannot be done, in both languages.

use sim::ranges::{Refusal, Setup};

use crate::Both;

/// The sentence of a refusal.
pub fn refusal(refusal: &Refusal) -> Both {
    let (first, last) = (Setup::FIRST_KEY, Setup::END_KEY);
    let zh = match refusal {
        Refusal::NoSuchStore { store, stores } => {
            format!("没有 {store}：这个集群有 s1 到 s{stores}")
        }
        Refusal::NoSuchRange(range) => format!("没有 {range}"),
        Refusal::Down(store) => format!("{store} 已停机：请先重启"),
        Refusal::Running(store) => format!("{store} 正在运行：只有停机的 store 才能重启"),
        Refusal::SameStore => "一条流连接两个不同的 store".to_owned(),
        Refusal::TwoGroups(store) => format!("{store} 同时在两个组里"),
        Refusal::OneGroup => "分区至少要有两个组".to_owned(),
        Refusal::Text { max } => format!("键和值的长度为 1 到 {max} 字节"),
        Refusal::NoRangeHolds { key } => format!("没有 range 包含 {key}：键从 {first} 到 {last}"),
        Refusal::EmptySpan { start, end } => format!("{start} 不在 {end} 之前"),
        Refusal::ManyRanges { range, end } => {
            format!("{range} 到 {end} 为止：一次删除只能在一个 range 之内")
        }
        Refusal::SplitAtStart { range, key } => format!("{range} 本来就从 {key} 开始"),
        Refusal::NoLeaseholder(range) => format!("现在没有人持有 {range} 的 lease"),
        Refusal::SystemRange(range) => format!("{range} 存放系统的键：客户端不能写"),
        Refusal::HoldsLease { range, store } => format!("{store} 已经持有 {range} 的 lease"),
        Refusal::NoReplica { range, store } => format!("{store} 上没有 {range} 的副本"),
        Refusal::Table(error) => super::flaw::of_request(error),
        Refusal::FileTooLarge { bytes, max } => {
            format!("文件有 {bytes} 字节，太大：这里的 table 最多 {max} 字节")
        }
        Refusal::TableDivided { range, end, last } => {
            format!(
                "table 的键到 {last} 为止，而 {range} 到 {end} 结束：一个 table 只能在一个 range 之内"
            )
        }
        Refusal::TableElsewhere { key, range, start, end } => {
            format!("table 里有键 {key}，而 {range} 的键从 {start} 到 {end}")
        }
        Refusal::Restoring => "正在恢复一个备份：请等它完成".to_owned(),
        Refusal::EmptyBackup => "备份里没有行".to_owned(),
        Refusal::TooLarge { max, .. } => format!("数字最大为 {max}"),
        Refusal::Stores { max } => format!("集群有 1 到 {max} 个 store"),
        Refusal::Ranges { max } => format!("开始时有 1 到 {max} 个 range"),
        Refusal::Replication { max } => format!("这里每个 range 有 1 到 {max} 个副本"),
    };
    Both { en: refusal.to_string(), zh }
}
