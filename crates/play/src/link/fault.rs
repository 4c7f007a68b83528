//! What can be wrong with a link, in one sentence.

use core::fmt;

/// A link cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What is not a link of this page at all.
    NotALink {
        /// How one begins, before its version.
        page: &'static str,
    },
    /// A link of a later version of this page.
    Newer {
        /// Its version.
        version: u32,
    },
    /// A link whose end or middle is missing or changed.
    Damaged,
    /// A link that is too long.
    Long {
        /// Its bytes.
        bytes: usize,
        /// The most that are read.
        max: usize,
    },
    /// A part of a link that nobody knows.
    UnknownPart(String),
    /// A part of a link is no number, or too large a one.
    BadNumber {
        /// Which part.
        part: &'static str,
    },
}

impl Fault {
    /// The sentence in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Self::NotALink { page } => format!("这不是本页面的链接：应以 {page}v1; 开头"),
            Self::Newer { version } => {
                format!("链接来自更新的版本（v{version}）：请刷新页面后再试")
            }
            Self::Damaged => "链接不完整或已损坏：请重新复制整个链接".to_owned(),
            Self::Long { bytes, max } => format!("链接有 {bytes} 字节，最多读取 {max} 字节"),
            Self::UnknownPart(part) => format!("链接中有无法识别的部分“{part}”"),
            Self::BadNumber { part } => format!("链接中的“{part}”应为数字，且不能太大"),
        }
    }
}

impl core::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotALink { page } => {
                write!(f, "this is no link of this page: it begins with {page}v1;")
            }
            Self::Newer { version } => write!(
                f,
                "this link is from a newer version of the page (v{version}): reload and try again"
            ),
            Self::Damaged => {
                f.write_str("this link is incomplete or damaged: copy the whole of it again")
            }
            Self::Long { bytes, max } => {
                write!(f, "this link has {bytes} bytes, at most {max} are read")
            }
            Self::UnknownPart(part) => {
                write!(f, "this link has a part that nobody knows: \"{part}\"")
            }
            Self::BadNumber { part } => {
                write!(f, "\"{part}\" in this link is not a number, or too large")
            }
        }
    }
}
