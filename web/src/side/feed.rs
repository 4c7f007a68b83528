//! What happened, newest first.

use play::Msg;
use sim::EventId;
use view::{FeedRow, Lang, labels};
use yew::{Callback, Html, html};

use super::tone;
use crate::page::{PageMsg, send};

pub(crate) fn feed(rows: &[FeedRow], lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    if rows.is_empty() {
        return html! { <p class="empty">{ labels::EVENTS_EMPTY.in_lang(lang) }</p> };
    }
    let row = |row: &FeedRow| {
        let to = Msg::SeekEvent(EventId(row.event));
        html! {
            <li key={row.event} data-interesting={row.interesting.to_string()}>
                <button onclick={send(on_msg, to)} title={labels::GO_THERE.in_lang(lang)}>
                    <time>{ &row.clock }</time>
                    <i data-tone={tone(row.tone)} aria-hidden="true">{ row.icon }</i>
                    <span>{ row.text.in_lang(lang) }</span>
                    <small>{ &row.cite }</small>
                </button>
            </li>
        }
    };
    html! { <ol class="feed">{ for rows.iter().map(row) }</ol> }
}
