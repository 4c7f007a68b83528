//! The one sentence under the stage, in both languages, and the chain of its causes.

use play::Msg;
use sim::EventId;
use view::{FeedRow, Lang, labels};
use yew::{Callback, Html, Properties, component, html};

use crate::page::{PageMsg, send};
use crate::shared::Shared;

#[derive(Properties, PartialEq)]
pub(crate) struct CaptionProps {
    pub(crate) caption: Shared<view::Caption>,
    /// Whether the causes are open.
    pub(crate) why: bool,
    /// Whether time stands until it has been read.
    #[prop_or_default]
    pub(crate) holds: bool,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn Caption(props: &CaptionProps) -> Html {
    let CaptionProps { caption, why, holds, lang, on_msg } = props;
    let other = lang.other();
    html! {
        <section class="caption">
            <div class="sentence">
                <p lang={lang.tag()}>{ caption.text.in_lang(*lang) }</p>
                <p class="other" lang={other.tag()}>{ caption.text.in_lang(other) }</p>
            </div>
            <div class="source">
                if *holds {
                    <button class="link hold" title={labels::GO_ON.in_lang(*lang)}
                        onclick={send(on_msg, Msg::Acknowledge)}>{ labels::HOLDS.in_lang(*lang) }</button>
                }
                <span class="cite">{ &caption.cite }</span>
                if !caption.why.is_empty() {
                    <button class="link" aria-expanded={why.to_string()}
                        onclick={send(on_msg, PageMsg::Why)}>{ labels::WHY.in_lang(*lang) }</button>
                }
            </div>
            if *why && !caption.why.is_empty() {
                <ol class="causes" aria-label={labels::CAUSES.in_lang(*lang)}>
                    { for caption.why.iter().map(|row| cause(row, *lang, on_msg)) }
                </ol>
            }
        </section>
    }
}

#[inline(never)]
fn cause(row: &FeedRow, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    html! {
        <li key={row.event}>
            <button onclick={send(on_msg, Msg::SeekEvent(EventId(row.event)))} title={labels::GO_THERE.in_lang(lang)}>
                <time>{ &row.clock }</time>
                <i data-tone={crate::side::tone(row.tone)}>{ row.icon }</i>
                <span>{ row.text.in_lang(lang) }</span>
            </button>
        </li>
    }
}
