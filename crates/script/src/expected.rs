//! What may stand at a place of a line. One list serves the error, the hint and the completion.

use core::fmt;

use det::Span;

use crate::words::Group;

/// One thing that may stand at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// This word or sign.
    Word(&'static str),
    /// A word of this group.
    Group(Group),
    /// A node.
    Node {
        /// The last node there is.
        last: u8,
    },
    /// A store.
    Store {
        /// The last store there is.
        last: u8,
    },
    /// A range, `r3`.
    Range,
    /// So often in a second, `20/s`.
    Rate,
    /// A client, `c1`.
    Client,
    /// A message, `m12`.
    Message,
    /// A whole number.
    Number,
    /// An entry, `2/5`.
    Entry,
    /// A time, `5ms`.
    Span {
        /// The longest.
        max: Span,
    },
    /// A percentage, `2.5%`.
    Percent,
    /// A key.
    Key,
    /// A value.
    Value,
    /// A row of a table.
    Row,
    /// Bytes in base64.
    Base64,
    /// A text in quotes.
    Text,
    /// An answer to a question.
    Answer,
    /// Nothing: the line may end.
    End,
}

impl Expected {
    /// The words that may stand here, as far as they can be listed.
    pub(crate) fn words(self) -> Vec<String> {
        match self {
            Self::Word(word) => vec![word.to_owned()],
            Self::Group(group) => group.words().map(str::to_owned).collect(),
            Self::Node { last } => (1..=last).map(|n| format!("n{n}")).collect(),
            Self::Store { last } => (1..=last).map(|n| format!("s{n}")).collect(),
            Self::Client => vec!["c1".to_owned()],
            Self::Message
            | Self::Range
            | Self::Rate
            | Self::Number
            | Self::Entry
            | Self::Span { .. }
            | Self::Percent
            | Self::Key
            | Self::Value
            | Self::Row
            | Self::Base64
            | Self::Text
            | Self::Answer
            | Self::End => Vec::new(),
        }
    }

    /// The fixed words among them: those worth a "did you mean".
    pub(crate) fn fixed(self) -> impl Iterator<Item = &'static str> {
        let word = if let Self::Word(word) = self { Some(word) } else { None };
        let group = if let Self::Group(group) = self { Some(group) } else { None };
        word.into_iter().chain(group.into_iter().flat_map(Group::words))
    }

    fn english(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Word(word) => return write!(f, "\"{word}\""),
            Self::Group(group) => return group.english(f),
            Self::Node { last } => return write!(f, "a node (n1 to n{last})"),
            Self::Store { last } => return write!(f, "a store (s1 to s{last})"),
            Self::Range => "a range (r1, r2, ...)",
            Self::Rate => "how often in a second, such as 20/s",
            Self::Client => "a client (c1, c2, ...)",
            Self::Message => "a message (m1, m2, ...)",
            Self::Number => "a whole number",
            Self::Entry => "an entry such as 2/5 (term/index)",
            Self::Span { max } => {
                return write!(f, "a time such as 5ms or 1.5s (at most {max})");
            }
            Self::Percent => "a percentage such as 2.5%",
            Self::Key => "a key",
            Self::Value => "a value",
            Self::Row => "a row such as m1,7",
            Self::Base64 => "an SSTable in base64",
            Self::Text => "a text in quotes",
            Self::Answer => "an answer (a word or a text in quotes)",
            Self::End => "the end of the line",
        })
    }

    fn chinese(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Word(word) => return write!(f, "“{word}”"),
            Self::Group(group) => return group.chinese(f),
            Self::Node { last } => return write!(f, "节点（n1 到 n{last}）"),
            Self::Store { last } => return write!(f, "store（s1 到 s{last}）"),
            Self::Range => "range（r1、r2……）",
            Self::Rate => "每秒次数，例如 20/s",
            Self::Client => "客户端（c1、c2……）",
            Self::Message => "消息（m1、m2……）",
            Self::Number => "整数",
            Self::Entry => "entry，例如 2/5（term/index）",
            Self::Span { max } => return write!(f, "时间，例如 5ms 或 1.5s（最多 {max}）"),
            Self::Percent => "百分比，例如 2.5%",
            Self::Key => "key",
            Self::Value => "value",
            Self::Row => "一行，例如 m1,7",
            Self::Base64 => "base64 的 SSTable",
            Self::Text => "引号中的文字",
            Self::Answer => "选项（单词或引号中的文字）",
            Self::End => "行尾",
        })
    }
}

/// "a, b or c".
pub(crate) struct ListEn<'a>(pub(crate) &'a [Expected]);

/// "a、b 或 c".
pub(crate) struct ListZh<'a>(pub(crate) &'a [Expected]);

impl fmt::Display for ListEn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, expected) in self.0.iter().enumerate() {
            f.write_str(between(i, self.0.len(), ", ", " or "))?;
            expected.english(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for ListZh<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, expected) in self.0.iter().enumerate() {
            f.write_str(between(i, self.0.len(), "、", "或"))?;
            expected.chinese(f)?;
        }
        Ok(())
    }
}

/// What stands before item `i` of `count`.
fn between(i: usize, count: usize, comma: &'static str, or: &'static str) -> &'static str {
    match i {
        0 => "",
        _ if i + 1 == count => or,
        _ => comma,
    }
}
