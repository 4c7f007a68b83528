//! The futures of the run: acting in the past keeps the old one.

use play::Msg;
use view::{BranchRow, Lang, labels};
use yew::{Callback, Html, html};

use crate::page::{PageMsg, send};

#[inline(never)]
pub(crate) fn futures(branches: &[BranchRow], lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let branch = |branch: &BranchRow| {
        html! {
            <li key={branch.id} data-current={branch.current.to_string()}>
                <b>{ branch.name.in_lang(lang) }</b>
                <small>{ labels::LEAVES_AT.in_lang(lang) }{ " " }{ labels::clock(branch.fork) }
                    { " → " }{ labels::clock(branch.end) }</small>
                if branch.current {
                    <em>{ labels::ON_SCREEN.in_lang(lang) }</em>
                } else {
                    <button onclick={send(on_msg, Msg::SwitchBranch(branch.id))}>
                        { labels::SWITCH.in_lang(lang) }</button>
                    <button onclick={send(on_msg, Msg::DropBranch(branch.id))}>
                        { labels::FORGET.in_lang(lang) }</button>
                }
            </li>
        }
    };
    html! {
        <>
            <ul class="futures">{ for branches.iter().map(branch) }</ul>
            if branches.len() < 2 { <p class="empty">{ labels::FUTURES_EMPTY.in_lang(lang) }</p> }
        </>
    }
}
