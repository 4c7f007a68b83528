//! Words in both languages. A sentence exists in both or it does not compile.

use std::fmt::Arguments;

use serde::Serialize;

/// The languages of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese; protocol terms stay in English, as the course's slides have them.
    Zh,
}

/// A label that is known when the page is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// A sentence made at run time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Both {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Lang {
    /// The tag for `lang` attributes.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-Hans",
        }
    }

    /// The other language.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }
}

impl Label {
    /// The words as a sentence of their own.
    pub fn both(self) -> Both {
        Both { en: self.en.to_owned(), zh: self.zh.to_owned() }
    }

    /// The words in one language.
    pub fn in_lang(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

/// Keeps a piece of code apart from the function it stands in. The page leaves functions that a
/// first visit does not call for later, and it cannot leave half a function.
#[inline(never)]
pub fn apart<T>(piece: impl FnOnce() -> T) -> T {
    piece()
}

impl Both {
    /// The one place where sentences are put together: there are hundreds, and each call is small.
    #[inline(never)]
    pub(crate) fn written(en: Arguments<'_>, zh: Arguments<'_>) -> Self {
        Self { en: std::fmt::format(en), zh: std::fmt::format(zh) }
    }

    /// The same in both languages: a name, a number.
    pub fn same(words: impl Into<String>) -> Self {
        let en = words.into();
        Self { zh: en.clone(), en }
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.en.is_empty()
    }

    /// As a full sentence: a capital letter and a full stop.
    pub(crate) fn sentence(&self) -> Self {
        // A name such as n1 or m12 keeps its small letter.
        let is_name = self.en.chars().nth(1).is_some_and(|second| second.is_ascii_digit());
        let mut letters = self.en.chars();
        let mut en = String::with_capacity(self.en.len() + 1);
        if !is_name {
            en.extend(letters.by_ref().take(1).map(|letter| letter.to_ascii_uppercase()));
        }
        en.push_str(letters.as_str());
        en.push('.');
        Self { en, zh: format!("{}。", self.zh) }
    }

    /// The words in one language.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}
