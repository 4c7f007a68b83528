//! What can be wrong with a script: where, what was expected, what stood there.

use core::fmt;

use crate::expected::{Expected, ListEn, ListZh};

/// A script cannot be read. `Display` is one English sentence that begins with the place,
/// [`Error::chinese`] the same in Chinese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1; one past the last if the line ended too early.
    pub column: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong at a place of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something else had to stand here.
    Expected {
        /// Everything that could have stood here; never empty.
        what: Vec<Expected>,
        /// What stands here; `None` if the line ends.
        found: Option<String>,
        /// The one of the expected words that was probably meant.
        near: Option<&'static str>,
    },
    /// A node that the cluster does not have.
    NoSuchNode {
        /// As written.
        found: String,
        /// The last node there is.
        last: u8,
    },
    /// A store that the cluster does not have.
    NoSuchStore {
        /// As written.
        found: String,
        /// The last store there is.
        last: u8,
    },
    /// A range has more replicas than there are stores.
    TooManyReplicas {
        /// The replicas.
        replication: u8,
        /// The stores.
        stores: u8,
    },
    /// A node stands in two places where each node may stand once.
    NodeTwice {
        /// As written.
        node: String,
    },
    /// A number or time outside what is allowed.
    OutOfRange {
        /// The smallest allowed, as it is written.
        min: String,
        /// The largest allowed.
        max: String,
        /// As written.
        found: String,
    },
    /// A setting of the cluster stands twice.
    SettingTwice {
        /// Which.
        key: &'static str,
    },
    /// The election timeout must be longer than the time between heartbeats, or every follower
    /// would campaign against a healthy leader (Raft §5.2).
    ElectionTooShort {
        /// Ticks of an election timeout.
        election: u32,
        /// Ticks between heartbeats.
        heartbeat: u32,
    },
    /// `cluster` stands after something else.
    HeaderNotFirst,
    /// A line is to happen before a line above it.
    TimeGoesBack {
        /// The moment that is reached at least, as it is written.
        reached: String,
    },
    /// A quote is opened and not closed.
    OpenQuote,
    /// A backslash is followed by something that has no meaning.
    UnknownEscape {
        /// What follows.
        found: String,
    },
    /// The script is too long.
    ScriptTooLong {
        /// Its bytes.
        bytes: usize,
        /// The most allowed.
        max: usize,
    },
    /// The script has too many steps.
    TooManySteps {
        /// The most allowed.
        max: usize,
    },
    /// A line is too long.
    LineTooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// A key or value is too long.
    TextTooLong {
        /// Its bytes.
        bytes: usize,
        /// The most allowed.
        max: usize,
    },
    /// A condition has too many parentheses inside each other.
    TooDeep {
        /// The most allowed.
        max: usize,
    },
    /// A question follows a question whose answer has not been shown, or the script ends.
    NotRevealed {
        /// The line of the question.
        asked: usize,
    },
    /// `reveal` without a question before it.
    NothingAsked,
    /// The right answer is none of the answers offered.
    NotOffered {
        /// As written.
        found: String,
    },
}

impl Error {
    /// The sentence in Chinese.
    pub fn chinese(&self) -> String {
        format!("第 {} 行第 {} 列：{}", self.line, self.column, self.problem.chinese())
    }
}

impl core::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.problem)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected { what, found, near } => {
                write!(f, "expected {}, found ", ListEn(what))?;
                match found {
                    Some(found) => write!(f, "\"{found}\"")?,
                    None => f.write_str("the end of the line")?,
                }
                near.map_or(Ok(()), |near| write!(f, "; did you mean \"{near}\"?"))
            }
            Self::NoSuchNode { found, last } => {
                write!(f, "there is no {found}: the nodes are n1 to n{last}")
            }
            Self::NoSuchStore { found, last } => {
                write!(f, "there is no {found}: the stores are s1 to s{last}")
            }
            Self::TooManyReplicas { replication, stores } => {
                write!(f, "{replication} replicas need as many stores, and there are {stores}")
            }
            Self::NodeTwice { node } => write!(f, "{node} stands here twice"),
            Self::OutOfRange { min, max, found } => {
                write!(f, "expected {min} to {max}, found {found}")
            }
            Self::SettingTwice { key } => write!(f, "{key} is set twice"),
            Self::ElectionTooShort { election, heartbeat } => write!(
                f,
                "election={election} must be larger than heartbeat={heartbeat}, or followers \
                 campaign against a healthy leader"
            ),
            Self::HeaderNotFirst => f.write_str("cluster must be the first line of a script"),
            Self::TimeGoesBack { reached } => {
                write!(f, "time cannot go back: the run has reached {reached} here")
            }
            Self::OpenQuote => f.write_str("this quote is not closed"),
            Self::UnknownEscape { found } => write!(
                f,
                "expected \\\", \\\\, \\n, \\r, \\t or \\u{{...}} in a quoted text, found \
                 \"\\{found}\""
            ),
            Self::ScriptTooLong { bytes, max } => {
                write!(f, "the script has {bytes} bytes, at most {max} are read")
            }
            Self::TooManySteps { max } => {
                write!(f, "the script has too many steps, at most {max} are read")
            }
            Self::LineTooLong { max } => {
                write!(f, "the line is too long, at most {max} characters are read")
            }
            Self::TextTooLong { bytes, max } => {
                write!(f, "a key or value has at most {max} bytes, this one has {bytes}")
            }
            Self::TooDeep { max } => {
                write!(f, "a condition nests at most {max} deep")
            }
            Self::NotRevealed { asked } => write!(
                f,
                "expected \"reveal\" and a condition that shows the answer to the question of \
                 line {asked}"
            ),
            Self::NothingAsked => f.write_str("there is no open question to reveal"),
            Self::NotOffered { found } => {
                write!(f, "expected one of the answers offered, found \"{found}\"")
            }
        }
    }
}

impl Problem {
    /// The sentence in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Self::Expected { what, found, near } => {
                let found = match found {
                    Some(found) => format!("“{found}”"),
                    None => "行尾".to_owned(),
                };
                let hint = near.map_or_else(String::new, |near| format!("；是否想写“{near}”？"));
                format!("此处应为{}，实际是{found}{hint}", ListZh(what))
            }
            Self::NoSuchNode { found, last } => {
                format!("没有节点 {found}：节点是 n1 到 n{last}")
            }
            Self::NoSuchStore { found, last } => {
                format!("没有 {found}：store 是 s1 到 s{last}")
            }
            Self::TooManyReplicas { replication, stores } => {
                format!("{replication} 个 replica 需要同样多的 store，这里只有 {stores} 个")
            }
            Self::NodeTwice { node } => format!("{node} 在此出现了两次"),
            Self::OutOfRange { min, max, found } => {
                format!("应在 {min} 到 {max} 之间，实际是 {found}")
            }
            Self::SettingTwice { key } => format!("{key} 设置了两次"),
            Self::ElectionTooShort { election, heartbeat } => format!(
                "election={election} 必须大于 heartbeat={heartbeat}，否则 follower 会与健康的 \
                 leader 竞选"
            ),
            Self::HeaderNotFirst => "cluster 必须是脚本的第一行".to_owned(),
            Self::TimeGoesBack { reached } => format!("时间不能倒退：运行到这里已是 {reached}"),
            Self::OpenQuote => "这个引号没有闭合".to_owned(),
            Self::UnknownEscape { found } => format!(
                "引号内的反斜杠后应为 \\\"、\\\\、\\n、\\r、\\t 或 \\u{{...}}，实际是“\\{found}”"
            ),
            Self::ScriptTooLong { bytes, max } => {
                format!("脚本有 {bytes} 字节，最多读取 {max} 字节")
            }
            Self::TooManySteps { max } => format!("脚本步骤太多，最多读取 {max} 步"),
            Self::LineTooLong { max } => format!("这一行太长，最多读取 {max} 个字符"),
            Self::TextTooLong { bytes, max } => {
                format!("key 或 value 最多 {max} 字节，这里有 {bytes} 字节")
            }
            Self::TooDeep { max } => format!("条件最多嵌套 {max} 层"),
            Self::NotRevealed { asked } => {
                format!("第 {asked} 行的问题还没有揭晓：此处应为 \"reveal\" 和能说明答案的条件")
            }
            Self::NothingAsked => "没有等待揭晓的问题".to_owned(),
            Self::NotOffered { found } => {
                format!("正确答案应是所列选项之一，实际是“{found}”")
            }
        }
    }
}
