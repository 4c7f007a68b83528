//! Two runs side by side, in words and figures: which switch to turn, what was counted, where they part.

use det::Time;
use play::Msg as Play;
use play::ranges::RangesMsg;
use sim::ranges::Knob;
use view::ranges::{Comparison, PairRow, PartingRow, Side, SwitchRow};
use view::{Lang, labels};
use yew::{Callback, Html, html};

use super::app::Msg;
use super::beside::Half;
use super::side::send;
use super::words;

/// The signs of the two sides.
const SIGNS: [&str; 2] = ["◧", "◨"];

/// Over a stage: which side it is, and how the switch stands there.
pub(super) fn label(place: usize, side: &Side, lang: Lang) -> Html {
    html! {
        <h2 class="side-name" id={["side-", if place == 0 { "left" } else { "right" }].concat()} data-on={side.on.to_string()}>
            <i aria-hidden="true">{ SIGNS[place] }</i><span class="hidden">{ words::SIDES[place].in_lang(lang) }</span>
            <b>{ side.name.in_lang(lang) }</b><small>{ side.does.in_lang(lang) }</small>
        </h2>
    }
}

/// Which of two stages something stands on; nothing if there is one.
pub(super) fn sign(half: Option<Half>, lang: Lang) -> Html {
    let Some(half) = half else { return Html::default() };
    let place = usize::from(half == Half::Right);
    html! {
        <><i class="half" data-right={(place == 1).to_string()} aria-hidden="true">{ SIGNS[place] }</i>
            <span class="hidden">{ words::SIDES[place].in_lang(lang) }</span></>
    }
}

/// Beside the stages: where the runs part, and what was counted in both.
pub(super) fn panel(comparison: &Comparison, lang: Lang, on_msg: &Callback<Msg>) -> Html {
    html! {
        <section class="compared" aria-label={words::COMPARISON.in_lang(lang)}>
            { parting(comparison.parting.as_ref(), lang, on_msg) }
            if !comparison.skipped.is_empty() { <p class="soft">{ comparison.skipped.in_lang(lang) }</p> }
            { table(comparison, lang) }
        </section>
    }
}

fn parting(row: Option<&PartingRow>, lang: Lang, on_msg: &Callback<Msg>) -> Html {
    let leave = html! {
        <button class="leave" onclick={send(on_msg, RangesMsg::Compare(None))}>{ words::LEAVE.in_lang(lang) }</button>
    };
    let Some(row) = row else {
        return html! { <div class="parted"><div><span class="soft">{ words::SAME.in_lang(lang) }</span>{ leave }</div></div> };
    };
    let side = |place: usize| {
        html! {
            <p key={place}><i aria-hidden="true">{ SIGNS[place] }</i>
                <span class="hidden">{ words::SIDES[place].in_lang(lang) }{ ": " }</span>{ row.sides[place].in_lang(lang) }</p>
        }
    };
    let seek: RangesMsg = Play::Seek(Time(row.at)).into();
    html! {
        <div class="parted">
            <div>
                <button class="parting" data-at={row.at.to_string()} title={labels::GO_THERE.in_lang(lang)}
                    onclick={send(on_msg, seek)}><i aria-hidden="true">{ "≠" }</i>{ row.title.in_lang(lang) }</button>
                { leave }
            </div>
            { side(0) }{ side(1) }
        </div>
    }
}

fn table(comparison: &Comparison, lang: Lang) -> Html {
    let head = |place: usize| {
        html! {
            <th key={place} scope="col"><i aria-hidden="true">{ SIGNS[place] }</i>{ words::SIDES[place].in_lang(lang) }</th>
        }
    };
    let row = |row: &PairRow| {
        html! {
            <tr key={row.name.en.clone()} data-first={row.first.to_string()} data-same={row.same.to_string()}>
                <th scope="row">{ row.name.in_lang(lang) }</th>
                <td>{ &row.values[0] }</td><td>{ &row.values[1] }</td><td>{ &row.ratio }</td>
            </tr>
        }
    };
    html! {
        <table class="counts pairs">
            <caption class="hidden">{ words::COUNTED.in_lang(lang) }</caption>
            <thead><tr><td />{ head(0) }{ head(1) }<th scope="col">{ words::RATIO.in_lang(lang) }</th></tr></thead>
            <tbody>{ for comparison.rows.iter().map(row) }</tbody>
        </table>
    }
}

/// The list of switches to choose from.
pub(super) fn choices(
    head: Html,
    rows: &[(Knob, SwitchRow)],
    compared: Option<Knob>,
    lang: Lang,
    on_msg: &Callback<Msg>,
) -> Html {
    let row = |(knob, row): &(Knob, SwitchRow)| {
        let is_on = if row.on { words::NOW_ON } else { words::NOW_OFF };
        html! {
            <li key={knob.word()}>
                <button data-knob={knob.word()} aria-pressed={(compared == Some(*knob)).to_string()}
                    onclick={send(on_msg, RangesMsg::Compare(Some(*knob)))}>
                    <span>{ row.name.in_lang(lang) }<small>{ is_on.in_lang(lang) }</small></span></button>
            </li>
        }
    };
    html! {
        <section class="drawer choices" aria-label={words::COMPARE.in_lang(lang)}>
            { head }
            <p>{ words::COMPARE_NOTE.in_lang(lang) }</p>
            <ul>{ for rows.iter().map(row) }</ul>
            if compared.is_some() {
                <button class="leave" onclick={send(on_msg, RangesMsg::Compare(None))}>{ words::LEAVE.in_lang(lang) }</button>
            }
        </section>
    }
}
