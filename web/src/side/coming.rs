//! What is armed or in flight, soonest first.

use view::{Lang, NextRow, labels};
use yew::{Callback, Html, html};

use crate::page::{PageMsg, select_message, send};

#[inline(never)]
pub(super) fn coming(rows: &[NextRow], lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    if rows.is_empty() {
        return html! { <p class="empty">{ labels::COMING_EMPTY.in_lang(lang) }</p> };
    }
    let row = |(i, row): (usize, &NextRow)| {
        let words = html! {
            <><time>{ &row.clock }</time><span>{ row.text.in_lang(lang) }</span></>
        };
        let key = row
            .message
            .map_or_else(|| i.to_string(), |message| ["m", &message.to_string()].concat());
        html! {
            <li {key}>
                if let Some(message) = row.message {
                    <button onclick={send(on_msg, select_message(message))}>{ words }</button>
                } else {
                    <p>{ words }</p>
                }
            </li>
        }
    };
    html! { <ol class="feed coming">{ for rows.iter().enumerate().map(row) }</ol> }
}
