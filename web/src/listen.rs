//! Things that happen to the whole page: keys, sizes, colours, visibility, links.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    DragEvent, Element, Event, EventTarget, File, HtmlElement, KeyboardEvent, ResizeObserver,
};
use yew::Callback;

use crate::page::PageMsg;

/// A listener that goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    pub(crate) fn new(target: &EventTarget, name: &'static str, then: Callback<Event>) -> Self {
        let closure = Closure::new(move |event| then.emit(event));
        target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()).ok();
        Self { target: target.clone(), name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let closure = self.closure.as_ref().unchecked_ref();
        self.target.remove_event_listener_with_callback(self.name, closure).ok();
    }
}

/// Watches the size of elements.
#[derive(Debug)]
pub(crate) struct Sizes {
    observer: ResizeObserver,
    _then: Closure<dyn FnMut()>,
}

impl Sizes {
    pub(crate) fn new(then: Callback<()>) -> Option<Self> {
        let then = Closure::new(move || then.emit(()));
        let observer = ResizeObserver::new(then.as_ref().unchecked_ref()).ok()?;
        Some(Self { observer, _then: then })
    }

    pub(crate) fn watch(&self, element: &Element) {
        self.observer.observe(element);
    }
}

impl Drop for Sizes {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Everything on the window that the page reacts to. Keys reach it unless what has the focus needs
/// them.
pub(crate) fn everywhere(
    on_msg: &Callback<PageMsg>,
    on_fit: &Callback<()>,
    on_link: &Callback<()>,
    on_key: impl Fn(&KeyboardEvent) -> Option<PageMsg> + 'static,
) -> Vec<Listener> {
    let (to_page, on_file) = (on_msg.clone(), on_msg.reform(PageMsg::Read));
    let window = web_sys::window().expect("a page has a window");
    let document = window.document().expect("a window has a document");
    let fit = || on_fit.reform(|_: Event| ());
    let mut listeners = vec![
        Listener::new(
            &document,
            "keydown",
            Callback::from(move |event: Event| {
                let Some(event) = event.dyn_ref().filter(|event| !is_taken(event)) else { return };
                if let Some(msg) = on_key(event) {
                    event.prevent_default();
                    to_page.emit(msg);
                }
            }),
        ),
        Listener::new(
            &document,
            "dragover",
            Callback::from(|event: Event| event.prevent_default()),
        ),
        Listener::new(
            &document,
            "drop",
            Callback::from(move |event: Event| dropped(&event, &on_file)),
        ),
        Listener::new(&document, "visibilitychange", fit()),
        Listener::new(&window, "hashchange", on_link.reform(|_| ())),
    ];
    for query in ["(prefers-color-scheme: dark)", "(forced-colors: active)"] {
        if let Ok(Some(list)) = window.match_media(query) {
            listeners.push(Listener::new(&list, "change", fit()));
        }
    }
    listeners
}

/// A file was dropped somewhere on the page: it is opened, not shown by the browser in our place.
#[inline(never)]
fn dropped(event: &Event, on_file: &Callback<File>) {
    event.prevent_default();
    let carried = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    if let Some(file) = carried.and_then(|carried| carried.files()?.get(0)) {
        on_file.emit(file);
    }
}

/// Whether a key belongs to what has the focus: text that is typed, a control that knows the key.
fn is_taken(event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.is_composing() {
        return true;
    }
    let Some(target) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok())
    else {
        return false;
    };
    let key = event.key();
    let within = |selector| target.closest(selector).ok().flatten().is_some();
    if within("textarea, select, input:not([type=range])") {
        return key != "Escape";
    }
    let arrow = key.starts_with("Arrow") || key == "Home" || key == "End";
    (arrow && within("input, [role=menu], [role=tablist]"))
        || ((key == " " || key == "Enter") && within("button, a, summary"))
}
