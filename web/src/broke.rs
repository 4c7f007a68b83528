//! When one of our own asserts fails: the words go to where the page for a panic finds them.
//! That page is in `index.html`, because nothing of ours runs any more when it is needed.

/// Leaves the panic's message in `window.raftariumBroke`.
pub(crate) fn watch() {
    yew::set_custom_panic_hook(Box::new(|info| {
        if let Some(window) = web_sys::window() {
            let words = info.to_string().into();
            web_sys::js_sys::Reflect::set(&window, &"raftariumBroke".into(), &words).ok();
        }
    }));
}
