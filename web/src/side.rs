//! The column beside the stage: the log, and tabs for everything else.

mod coming;
pub(crate) mod feed;
mod file;
pub(crate) mod futures;
mod inspect;
mod log;
mod ready;
pub(crate) mod rules;

use std::rc::Rc;

use play::Playground;
use view::{
    BranchRow, FeedRow, FileSheet, Frame, Inspector, Lamp, Lang, Microscope, NextRow, Tone, labels,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{Callback, Html, KeyboardEvent, Properties, component, html};

use crate::page::{PageMsg, Tab, send};
use crate::shared::Shared;

pub(crate) use self::inspect::{actions as actions_of, group};
pub(crate) use self::log::Log;

/// The name of a tone, for the style sheet.
pub(crate) fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Lead => "lead",
        Tone::Election => "election",
        Tone::Idle => "idle",
        Tone::Bulk => "bulk",
        Tone::Truth => "truth",
        Tone::Violation => "violation",
        Tone::Ink => "ink",
    }
}

/// The slice of the frame that the open tab shows.
#[derive(Clone, PartialEq)]
pub(crate) enum Slice {
    Events(Shared<Vec<FeedRow>>),
    Coming(Shared<Vec<NextRow>>),
    Inspect(Shared<Inspector>),
    Ready(Shared<Microscope>),
    File(Shared<FileSheet>),
    Rules(Shared<Vec<Lamp>>),
    Futures(Vec<BranchRow>),
}

impl Slice {
    /// What a tab shows; what no other part of the page needs is made for it alone.
    pub(crate) fn of(frame: &Frame, tab: Tab, play: &Playground) -> Self {
        match tab {
            Tab::Events => Self::Events(Shared::from(&frame.feed)),
            Tab::Coming => Self::Coming(Shared::from(&frame.next)),
            Tab::Inspect if frame.inspector.title.is_empty() => {
                Self::Inspect(Shared::from(&Rc::new(play.of_cluster())))
            }
            Tab::Inspect => Self::Inspect(Shared::from(&frame.inspector)),
            Tab::Ready => Self::Ready(Shared::from(&Rc::new(play.microscope()))),
            Tab::File => Self::File(Shared::from(&frame.file)),
            Tab::Rules => Self::Rules(Shared::from(&frame.lamps)),
            Tab::Futures => Self::Futures(frame.strip.branches.clone()),
        }
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct TabsProps {
    pub(crate) tab: Tab,
    pub(crate) slice: Slice,
    /// What is selected: the title of its tab; empty if nothing is.
    pub(crate) selected: String,
    /// Whether a file is open.
    pub(crate) has_file: bool,
    /// How many futures there are.
    pub(crate) futures: usize,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn Tabs(props: &TabsProps) -> Html {
    let TabsProps { tab, slice, lang, on_msg, .. } = props;
    let lang = *lang;
    let panel = match slice {
        Slice::Events(rows) => feed::feed(rows, lang, on_msg),
        Slice::Coming(rows) => coming::coming(rows, lang, on_msg),
        Slice::Inspect(inspector) => inspect::inspect(inspector, lang, on_msg),
        Slice::Ready(microscope) => ready::ready(microscope, lang, on_msg),
        Slice::File(sheet) => file::file(sheet, lang, on_msg),
        Slice::Rules(lamps) => rules::rules(lamps, lang, on_msg),
        Slice::Futures(branches) => futures::futures(branches, lang, on_msg),
    };
    let open = [tab.as_str(), "-tab"].concat();
    html! {
        <section class="details" data-tab={tab.as_str()} aria-label={labels::DETAILS.in_lang(lang)}>
            <div class="tabs" role="tablist" onkeydown={|event: KeyboardEvent| walk(&event)}>
                { for Tab::ALL.into_iter().filter(|each| *each != Tab::File || props.has_file).map(|each| head(each, props)) }
            </div>
            <div class="panel" role="tabpanel" id="panel" tabindex="0" aria-labelledby={open}>{ panel }</div>
        </section>
    }
}

fn head(tab: Tab, props: &TabsProps) -> Html {
    let lang = props.lang;
    let title = props.selected.as_str();
    let name = match tab {
        Tab::Events => labels::EVENTS.in_lang(lang),
        Tab::Coming => labels::COMING.in_lang(lang),
        Tab::Inspect if title.is_empty() => labels::INSPECT.in_lang(lang),
        Tab::Inspect => title,
        Tab::Ready => labels::READY.in_lang(lang),
        Tab::File => labels::FILE.in_lang(lang),
        Tab::Rules => labels::RULES.in_lang(lang),
        Tab::Futures => labels::FUTURES.in_lang(lang),
    };
    let count = if tab == Tab::Futures && props.futures > 1 { props.futures } else { 0 };
    let on = tab == props.tab;
    html! {
        <button key={tab.as_str()} id={[tab.as_str(), "-tab"].concat()} role="tab" aria-selected={on.to_string()}
            aria-controls="panel" tabindex={if on { "0" } else { "-1" }}
            onclick={send(&props.on_msg, PageMsg::Tab(tab))}>
            { name.to_owned() }
            if count > 0 { <small>{ count }</small> }
        </button>
    }
}

/// Left and right between the tabs.
pub(crate) fn walk(event: &KeyboardEvent) {
    let here = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let next = here.and_then(|here| match event.key().as_str() {
        "ArrowRight" => here.next_element_sibling(),
        "ArrowLeft" => here.previous_element_sibling(),
        _ => None,
    });
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        next.focus().ok();
        next.click();
    }
}
