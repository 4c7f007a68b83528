//! The invariants as lamps: what must hold, how often it was checked, what contradicts it.

use play::Msg;
use sim::EventId;
use view::{FindingRow, Lamp, Lang, labels};
use yew::{Callback, Html, html};

use crate::page::{PageMsg, send};

#[inline(never)]
pub(crate) fn rules(lamps: &[Lamp], lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let lamp = |lamp: &Lamp| {
        html! {
            <li key={lamp.number} data-lamp={lamp.number.to_string()}
                data-broken={(!lamp.findings.is_empty()).to_string()}>
                <i aria-hidden="true">{ if lamp.findings.is_empty() { "●" } else { "⚠" } }</i>
                <h3>{ lamp.name.in_lang(lang) }</h3>
                <small>{ count(lamp.checks) }{ " " }{ labels::CHECKS.in_lang(lang) }</small>
                <p>{ lamp.statement.in_lang(lang) }</p>
                { for lamp.findings.iter().map(|each| finding(each, lang, on_msg)) }
            </li>
        }
    };
    html! { <ul class="rules">{ for lamps.iter().map(lamp) }</ul> }
}

fn finding(finding: &FindingRow, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    html! {
        <button key={finding.event} class="finding"
            onclick={send(on_msg, Msg::SeekEvent(EventId(finding.event)))}>
            { finding.text.in_lang(lang) }{ " · " }{ labels::SHOW_MOMENT.in_lang(lang) }
        </button>
    }
}

/// `12 345`: groups of three.
fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}
