//! What the browser keeps of the page from one visit to the next: colours and language. A browser
//! that keeps nothing is no fault, the page then follows the system.

use view::Lang;
use web_sys::Storage;

use crate::page::Theme;

/// The same name stands in `index.html`, which sets the colours before the page is here.
const THEME: &str = "raftarium-theme";
const LANG: &str = "raftarium-lang";

pub(crate) fn theme() -> Theme {
    let kept = read(THEME);
    let is_kept = |theme: &Theme| kept.as_deref() == Some(theme.as_str());
    [Theme::Light, Theme::Dark].into_iter().find(is_kept).unwrap_or_default()
}

pub(crate) fn keep_theme(theme: Theme) {
    write(THEME, theme.as_str());
}

/// The language that was chosen; `None` if none was.
pub(crate) fn lang() -> Option<Lang> {
    let kept = read(LANG)?;
    [Lang::En, Lang::Zh].into_iter().find(|lang| lang.tag() == kept)
}

pub(crate) fn keep_lang(lang: Lang) {
    write(LANG, lang.tag());
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn write(key: &str, value: &str) {
    if let Some(storage) = storage() {
        storage.set_item(key, value).ok();
    }
}
