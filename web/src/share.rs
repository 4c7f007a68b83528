//! Links out of the page, and files into it: what both pages do the same way.

use play::{Msg, Note};
use view::{Both, labels};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use yew::Callback;

use crate::app::document;
use crate::page::PageMsg;

/// Puts a link into the address bar and, if it can be had, on the clipboard.
#[inline(never)]
pub(crate) fn put_link(link: &str, on_msg: &Callback<PageMsg>) {
    stand_at(link);
    let window = web_sys::window().expect("a page has a window");
    let navigator = window.navigator();
    let clipboard = web_sys::js_sys::Reflect::get(&navigator, &"clipboard".into());
    if clipboard.is_ok_and(|clipboard| clipboard.is_undefined()) {
        on_msg.emit(PageMsg::Shared { copied: false });
        return;
    }
    let address = window.location().href().unwrap_or_default();
    let written = navigator.clipboard().write_text(&address);
    let on_msg = on_msg.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let copied = JsFuture::from(written).await.is_ok();
        on_msg.emit(PageMsg::Shared { copied });
    });
}

/// Makes a link the address of the page, in the place of the one that is there.
pub(crate) fn stand_at(link: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        history.replace_state_with_url(&JsValue::NULL, "", Some(link)).ok();
    }
}

/// Makes a link the address of the page; the way back leads to the one before.
#[inline(never)]
pub(crate) fn go_to(link: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        history.push_state_with_url(&JsValue::NULL, "", Some(link)).ok();
    }
}

/// What the person is told then.
pub(crate) fn shared(copied: bool) -> Both {
    if copied { labels::SHARED } else { labels::SHARED_BAR }.both()
}

/// Reads a file that a person dropped or chose, then plays it.
#[inline(never)]
pub(crate) fn read(file: &web_sys::File, on_msg: &Callback<PageMsg>) {
    let (name, text, on_msg) = (file.name(), file.text(), on_msg.clone());
    wasm_bindgen_futures::spawn_local(async move {
        let text = JsFuture::from(text).await.ok().and_then(|text| text.as_string());
        on_msg.emit(if let Some(text) = text {
            Msg::File { name, text }.into()
        } else {
            let text = labels::NOT_TEXT.both();
            PageMsg::Told(vec![Note::Notice { text, refused: true }])
        });
    });
}

/// Leaves the link where the page for a panic finds it, when nothing of ours runs any more.
pub(crate) fn keep_link(link: &str) {
    if let Some(body) = document().body()
        && body.get_attribute("data-link").as_deref() != Some(link)
    {
        body.set_attribute("data-link", link).ok();
    }
}
