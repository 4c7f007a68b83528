//! A broken invariant: the two facts that contradict each other, and two ways on.

use play::Msg;
use sim::EventId;
use view::{Lamp, Lang, labels};
use yew::{Callback, Html, html};

use crate::page::{PageMsg, send};

/// How many contradictions have been found so far.
pub(crate) fn count(lamps: &[Lamp]) -> usize {
    lamps.iter().map(|lamp| lamp.findings.len()).sum()
}

/// The latest contradiction, across the page.
#[inline(never)]
pub(crate) fn banner(lamps: &[Lamp], lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let all = lamps.iter().flat_map(|lamp| lamp.findings.iter().map(move |row| (lamp, row)));
    let Some((lamp, row)) = all.max_by_key(|(_, row)| row.event) else { return Html::default() };
    let to = Msg::SeekEvent(EventId(row.event));
    html! {
        <div class="alarm" role="alert">
            <h2>{ "⚠ " }{ labels::BROKEN.in_lang(lang) }{ " · " }{ lamp.name.in_lang(lang) }</h2>
            <p>{ row.text.in_lang(lang) }</p>
            <p class="statement">{ lamp.statement.in_lang(lang) }</p>
            <button class="main" onclick={send(on_msg, to)}>{ labels::SHOW_MOMENT.in_lang(lang) }</button>
            <button onclick={send(on_msg, Msg::Acknowledge)}>{ labels::GO_ON.in_lang(lang) }</button>
        </div>
    }
}
