//! What is wrong with a request or a table, in Chinese; English stands in the errors themselves.

use lsm::{Error, LineFlaw};
use store::RequestError;

/// Why a request is refused.
pub(super) fn of_request(error: &RequestError) -> String {
    match error {
        RequestError::RangeNotFound(range) => format!("这里没有 {range} 的副本"),
        RequestError::NotLeaseHolder { .. } => "这个副本不持有 lease".to_owned(),
        RequestError::RangeKeyMismatch(_) => "这些键不在（或不全在）那个 range 里".to_owned(),
        RequestError::ConditionFailed { .. } => "条件不成立".to_owned(),
        RequestError::NotANumber => "值不是数字".to_owned(),
        RequestError::Overflow => "数字会过大".to_owned(),
        RequestError::BadKey => "不能用这个键".to_owned(),
        RequestError::ValueTooLong { bytes } => format!("值有 {bytes} 字节，太长"),
        RequestError::BadTable(error) => of_table(error),
        RequestError::KeyOutside { key } => {
            format!("table 中的键 {} 不在指定的区间里", key.escape_ascii())
        }
        RequestError::TableTooLong { bytes } => format!("table 有 {bytes} 字节，太大"),
        RequestError::CommandTooLarge { bytes, max } => {
            format!("command 有 {bytes} 字节，最多 {max}")
        }
        RequestError::SplitAtStart => "range 本来就从这个键开始".to_owned(),
        RequestError::RangeExists(range) => format!("已经有 {range}"),
        RequestError::EmptySpan => "键的区间是空的".to_owned(),
        RequestError::TooFarAhead(span) => format!("时间戳超前 {span}"),
        RequestError::Ambiguous => "不知道是否已执行".to_owned(),
        RequestError::Disk => "磁盘出错".to_owned(),
    }
}

/// What is wrong with a table, or with the lines it is made of.
fn of_table(error: &Error) -> String {
    match error {
        Error::NoFile { name } => format!("没有文件 {name}"),
        Error::FileExists { name } => format!("已经有文件 {name}"),
        Error::Crashed => "机器已停机".to_owned(),
        Error::Io { name, reason } => format!("{name}：{reason}"),
        Error::EndOfFile { bytes } => format!("文件在第 {bytes} 字节就结束了，后面的内容缺失"),
        Error::In { name, error } => format!("{name}：{}", of_table(error)),
        Error::NotATable(what) => {
            format!("这不是 RocksDB block-based 格式的 SSTable：{}", words(what))
        }
        Error::Unsupported { what } => format!("table 用到了不支持的{}", words(what)),
        Error::Damaged { offset, what } => format!("第 {offset} 字节处已损坏：{}", words(what)),
        Error::NotAscending => "键必须严格递增".to_owned(),
        Error::KeyTooLong { bytes, max } => format!("键有 {bytes} 字节，最多 {max}"),
        Error::ValueTooLong { bytes, max } => format!("值有 {bytes} 字节，最多 {max}"),
        Error::EmptySpan => "键的区间是空的".to_owned(),
        Error::EmptyTable => "table 是空的".to_owned(),
        Error::NotExternal(what) => format!("这个 table 不是为 ingest 写的：{}", words(what)),
        Error::TablesOverlap { key } => format!("两个 table 在 {} 处重叠", key.escape_ascii()),
        Error::Line { number, flaw } => format!("第 {number} 行：{}", of_line(flaw)),
        Error::NoSnapshot => "没有这个 snapshot".to_owned(),
        Error::NotABatch(_) => "这不是一个 batch".to_owned(),
    }
}

fn of_line(flaw: &LineFlaw) -> String {
    match flaw {
        LineFlaw::NoComma => "键和值之间没有逗号".to_owned(),
        LineFlaw::TwoCommas => "有两个逗号；属于键或值的逗号写作 \\,".to_owned(),
        LineFlaw::Quote => "引号既不在字段开头也不在结尾；其他位置的引号写作 \\\"".to_owned(),
        LineFlaw::Escape => "反斜杠后面应为 \\ , \" n r t 或 x 加两位十六进制数".to_owned(),
        LineFlaw::NotText => "这一行不是 UTF-8；其他字节写作 \\xHH".to_owned(),
        LineFlaw::Again { line } => format!("第 {line} 行已有这个键"),
        LineFlaw::Limit(error) => of_table(error),
    }
}

/// What the engine says of a table that it does not take, in Chinese.
fn words(what: &'static str) -> &'static str {
    WORDS.iter().find(|(en, _)| *en == what).map_or(what, |(_, zh)| zh)
}

const WORDS: &[(&str, &str)] = &[
    ("it is shorter than the end of a table", "它比 table 的结尾还短"),
    ("its last eight bytes are others", "最后八个字节（magic）不对"),
    ("its end names no index", "结尾没有指出索引"),
    ("the format of LevelDB", " LevelDB 格式"),
    ("a format version other than 2 to 5", "格式版本（只支持 2 到 5）"),
    ("a checksum other than CRC-32C and XXH3", "校验和（只支持 CRC-32C 和 XXH3）"),
    ("another order of keys", "键的顺序（comparator）"),
    ("an index in two levels", "两级索引"),
    ("an unknown type of index", "索引类型"),
    ("a compression dictionary", "压缩字典"),
    ("zlib compression", " zlib 压缩"),
    ("bzip2 compression", " bzip2 压缩"),
    ("Zstandard compression", " Zstandard 压缩"),
    ("an unknown compression", "压缩方式"),
    ("merges, wide columns or values in other files", " merge、宽列或存放在其他文件中的值"),
    ("deletions of spans of keys", "区间删除"),
    ("it lacks the properties of external files", "缺少外部文件的属性"),
    ("it has sequence numbers of its own", "它带有自己的序列号"),
    ("a key of it has versions", "其中一个键有多个版本"),
    ("the checksum of a block does not hold", "一个 block 的校验和不符"),
    ("the checksum of the properties does not hold", "属性的校验和不符"),
    ("a block is longer than memory", "一个 block 大得放不进内存"),
    ("a block is too short", "一个 block 太短"),
    ("a block is no valid Snappy", "一个 block 不是有效的 Snappy"),
    ("a block is no valid LZ4", "一个 block 不是有效的 LZ4"),
    ("a block has a wrong number of restart points", "一个 block 的 restart point 数不对"),
    ("an entry of a block cannot be read", "block 中的一个条目无法读取"),
    ("the index cannot be read", "索引无法读取"),
    ("a range tombstone is none", "区间删除的记录不对"),
    ("a key stands in the wrong block", "一个键放错了 block"),
    ("keys are out of order", "键的顺序不对"),
    ("it has another number of entries than it says", "条目数与它所说的不符"),
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    /// The sources that say what is wrong with a table.
    fn sources() -> String {
        let crates = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let mut waiting =
            vec![crates.join("store/src/kv/sstable.rs"), crates.join("lsm/src/table")];
        let mut found = String::new();
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                let folder = fs::read_dir(path).expect("it is beside this");
                waiting.extend(folder.map(|entry| entry.expect("it can be listed").path()));
            } else {
                found += &fs::read_to_string(path).expect("it can be read");
            }
        }
        found
    }

    #[test]
    fn whatever_the_engine_says_of_a_table_is_said_in_chinese() {
        let sources = sources();
        for (en, zh) in WORDS {
            assert!(sources.contains(&format!("\"{en}\"")), "nobody says {en}");
            assert!(!zh.is_ascii(), "{zh}");
        }
        for start in ["Unsupported { what: \"", "Unsupported(\"", "NotATable(\"", "NotExternal(\""]
        {
            for place in sources.split(start).skip(1) {
                let en = place.split('"').next().unwrap_or_default();
                assert!(WORDS.iter().any(|(known, _)| *known == en), "{en}");
            }
        }
    }
}
