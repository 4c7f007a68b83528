//! Small things on the stage: clients, the chip of a cut, the bar for picking a side.

use std::collections::BTreeSet;

use sim::Command;
use view::{ClientChip, Lang, LinkMark, labels};
use yew::{Callback, Html, html};

use crate::page::{Drawn, PageMsg, send};
use crate::ring::{Ring, at};

/// Chips that find room; further clients share the last one.
const CHIPS: usize = 4;

/// Clients; a click begins the next request.
pub(super) fn clients(
    clients: &[ClientChip],
    ring: &Ring,
    lang: Lang,
    on_msg: &Callback<PageMsg>,
) -> Html {
    let more = clients.len().saturating_sub(CHIPS);
    let chip = |(i, client): (usize, &ClientChip)| {
        let spot = ring.client(client.id);
        let style = at(spot.x - 12.0, spot.y);
        let last = more > 0 && i == CHIPS - 1;
        html! {
            <button key={client.id} class="client" {style} data-waiting={client.waiting.to_string()}
                title={labels::ASK.in_lang(lang)}
                onclick={send(on_msg, PageMsg::Complete("put ".to_owned()))}>
                <i /><b>{ &client.name }</b>
                <span>{ client.doing.in_lang(lang) }</span>
                if last { <small>{ "+" }{ more }</small> }
            </button>
        }
    };
    clients.iter().take(CHIPS).enumerate().map(chip).collect()
}

/// At the end of the line that was drawn, or in the corner if none was.
#[inline(never)]
pub(super) fn heal(
    links: &[LinkMark],
    drawn: Option<&Drawn>,
    ring: &Ring,
    lang: Lang,
    on_msg: &Callback<PageMsg>,
) -> Html {
    if drawn.is_some_and(|drawn| drawn.drawing) {
        return Html::default();
    }
    let style = drawn.map_or_else(String::new, |drawn| {
        let end = drawn.line.last();
        let left = (end.x - 70.0).min(ring.width - 190.0).max(8.0);
        let top = (end.y - 16.0).min(ring.height - 44.0).max(8.0);
        at(left, top)
    });
    let cut = links.iter().filter(|link| link.cut_ab || link.cut_ba).count();
    let what = if drawn.is_some() { labels::PARTITION } else { labels::CUT };
    html! {
        <button class="heal" {style} data-free={drawn.is_none().to_string()} data-action="heal"
            onclick={send(on_msg, Command::Heal)}>
            { "✂ " }{ what.in_lang(lang) }
            if drawn.is_none() { { " " }{ cut } }
            { " · " }{ labels::HEAL.in_lang(lang) }
        </button>
    }
}

#[inline(never)]
pub(super) fn picking(picks: &BTreeSet<u8>, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let names: Vec<String> = picks.iter().map(|id| ["n", &id.to_string()].concat()).collect();
    html! {
        <div class="picking" role="status">
            <span>{ "✂ " }{ labels::PICK.in_lang(lang) }</span>
            <b>{ names.join(" ") }</b>
            <button class="main" disabled={picks.is_empty()} onclick={send(on_msg, PageMsg::PickDone)}>
                { labels::PICK_DONE.in_lang(lang) }
            </button>
            <button onclick={send(on_msg, PageMsg::Escape)}>{ labels::CANCEL.in_lang(lang) }</button>
        </div>
    }
}
