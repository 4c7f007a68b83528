//! The column beside the stage: an engine level by level, and the tabs under it.

use play::ranges::{RESTORE_WAYS, RangesMsg};
use store::StoreId;
use view::ranges::{
    CountRow, EngineSheet, Frame, LevelRow, RestoreRow, Selection, SwitchRow, TableBar, Which,
};
use view::{Lang, Tone, labels};
use yew::{Callback, Html, html};

use super::app::Msg;
use super::beside::{Compared, Half};
use super::words::{self, Tab};
use super::{compare, tables};
use crate::icons;
use crate::page::PageMsg;
use crate::side::{actions_of, feed, futures, group, rules};

/// A handler that sends the same message each time.
pub(super) fn send<E>(on_msg: &Callback<Msg>, msg: impl Into<Msg>) -> Callback<E> {
    let (on_msg, msg) = (on_msg.clone(), msg.into());
    Callback::from(move |_| on_msg.emit(msg.clone()))
}

pub(super) fn engine(sheet: &EngineSheet, lang: Lang, on_msg: &Callback<Msg>) -> Html {
    let which = |which: Which, label: view::Label| {
        html! {
            <button aria-pressed={(sheet.which == which).to_string()}
                onclick={send(on_msg, RangesMsg::OpenEngine(which))}>{ label.in_lang(lang) }</button>
        }
    };
    html! {
        <section class="engine" aria-label={sheet.title.in_lang(lang).to_owned()}>
            <h2>{ sheet.title.in_lang(lang) }
                if sheet.separate {
                    <span class="pair" role="group">{ which(Which::State, words::STATE) }{ which(Which::Log, words::LOG) }</span>
                }
                <em>{ words::KEY_SPACE.in_lang(lang) }</em>
            </h2>
            <div>{ for sheet.levels.iter().map(|row| level(row, on_msg)) }</div>
            <p class="newest">
                if sheet.about.is_empty() { { words::EMPTY_ENGINE.in_lang(lang) } } else { { sheet.about.in_lang(lang) } }
            </p>
            if !sheet.stopped { { written(sheet, lang) }{ tables::save(sheet, lang, on_msg) } }
        </section>
    }
}

fn level(row: &LevelRow, on_msg: &Callback<Msg>) -> Html {
    html! {
        <div class="level" key={row.name.clone()}>
            <span>{ &row.name }</span>
            <div>{ for row.tables.iter().map(|bar| table(bar, on_msg)) }</div>
            <small>{ &row.bytes }</small>
        </div>
    }
}

fn table(bar: &TableBar, on_msg: &Callback<Msg>) -> Html {
    let width = (bar.to - bar.from).max(0.015) * 100.0;
    let from = (bar.from * 100.0).min(100.0 - width);
    let style = format!("left:{from:.1}%;width:{width:.1}%;--rows:{}", bar.fell);
    html! {
        <i key={bar.number} {style} data-tone={crate::side::tone(bar.tone)} title={bar.text.clone()}
            data-fell={(bar.fell > 0).to_string()} data-gone={bar.gone.to_string()} data-selected={bar.selected.to_string()} onclick={send(on_msg, RangesMsg::OpenTable(bar.number))} />
    }
}

/// Bytes by category: one bar of all, and a word for each that counts.
fn written(sheet: &EngineSheet, lang: Lang) -> Html {
    let some = || sheet.written.iter().filter(|(_, _, part, _)| *part > 0.0);
    let piece = |(name, _, part, tone): &(view::Both, String, f32, Tone)| {
        html! { <i key={name.en.clone()} style={format!("width:{:.2}%", part * 100.0)} data-tone={crate::side::tone(*tone)} /> }
    };
    let word = |(name, bytes, _, tone): &(view::Both, String, f32, Tone)| {
        html! {
            <span key={name.en.clone()}><i data-tone={crate::side::tone(*tone)}>{ "■" }</i>
                { name.in_lang(lang) }<b>{ bytes }</b></span>
        }
    };
    html! {
        <div class="written">
            <h3>{ words::WRITTEN.in_lang(lang) }<b>{ &sheet.total }</b></h3>
            <div class="stack">{ for some().map(piece) }</div>
            <p>{ for some().map(word) }</p>
        </div>
    }
}

/// The tabs and what is open of them.
pub(super) fn tabs(
    tab: Tab,
    frame: &Frame,
    restored: Option<&[RestoreRow]>,
    compared: Option<Compared>,
    lang: Lang,
    on_msg: &Callback<Msg>,
) -> Html {
    let half = compared.and_then(|compared| compared.opened);
    let tab = if compared.is_some() && !tab.is_beside() { Tab::Range } else { tab };
    let to_page = on_msg.reform(|msg: PageMsg| Msg::Page(msg));
    let panel = match tab {
        Tab::Range => range(frame, half, lang, on_msg, &to_page),
        Tab::Counts => counts(frame, lang, on_msg),
        Tab::Switches => switches(&frame.switches, lang, &to_page),
        Tab::Restore => restore(restored, lang, on_msg),
        Tab::Events => feed::feed(&frame.feed, lang, &to_page),
        Tab::Rules => rules::rules(&frame.lamps, lang, &to_page),
        Tab::Futures => futures::futures(&frame.strip.branches, lang, &to_page),
    };
    let head = |each: Tab| {
        let on = each == tab;
        let selected = &frame.inspector.title;
        let name = if each == Tab::Range && !selected.is_empty() {
            selected.clone()
        } else {
            each.label().in_lang(lang).to_owned()
        };
        html! {
            <button key={each.as_str()} id={format!("{}-tab", each.as_str())} role="tab"
                aria-selected={on.to_string()} aria-controls="panel" tabindex={if on { "0" } else { "-1" }}
                onclick={send(on_msg, Msg::Tab(each))}>{ name }</button>
        }
    };
    let shown = Tab::ALL.into_iter().filter(|tab| compared.is_none() || tab.is_beside());
    html! {
        <section class="details" data-tab={tab.as_str()} aria-label={labels::DETAILS.in_lang(lang)}>
            <div class="tabs" role="tablist" onkeydown={|event| crate::side::walk(&event)}>{ for shown.map(head) }</div>
            <div class="panel" role="tabpanel" id="panel" tabindex="0"
                aria-labelledby={format!("{}-tab", tab.as_str())}>{ panel }</div>
        </section>
    }
}

fn range(
    frame: &Frame,
    half: Option<Half>,
    lang: Lang,
    on_msg: &Callback<Msg>,
    to_page: &Callback<PageMsg>,
) -> Html {
    let inspector = &frame.inspector;
    // An envelope is no place for a table.
    let takes_table = !inspector.title.starts_with('✉');
    let close = labels::CLOSE.in_lang(lang);
    html! {
        <div class="inspect">
            if inspector.title.is_empty() {
                <p class="empty">{ words::NOTHING.in_lang(lang) }</p>
            } else {
                <h3>{ compare::sign(half, lang) }<b>{ &inspector.title }</b>{ inspector.what.in_lang(lang) }
                    <button class="tool" aria-label={close} title={close}
                        onclick={send(on_msg, RangesMsg::Select(Selection::None))}>{ icons::icon(icons::CLOSE) }</button>
                </h3>
            }
            <div class="deeds">
                { actions_of(inspector, lang, to_page) }
                if takes_table { { tables::chooser(lang, on_msg) } }
            </div>
            { tables::shelf(&frame.shelf, lang, on_msg) }
            { for inspector.groups.iter().map(|each| group(each, lang)) }
        </div>
    }
}

fn counts(frame: &Frame, lang: Lang, on_msg: &Callback<Msg>) -> Html {
    let row = |row: &CountRow| {
        html! {
            <tr key={row.name.en.clone()} data-first={row.first.to_string()}>
                <th scope="row">{ row.name.in_lang(lang) }<small>{ row.beside.in_lang(lang) }</small></th>
                <td>{ spark(&row.spark) }</td><td>{ &row.value }</td><td>{ &row.rate }</td>
            </tr>
        }
    };
    let choice = |of: Option<u32>, name: String| {
        html! {
            <button key={name.clone()} aria-pressed={(of == frame.counted).to_string()}
                onclick={send(on_msg, RangesMsg::Count(of.map(StoreId)))}>{ name }</button>
        }
    };
    let stores = frame.board.stores.iter().map(|store| store.id);
    html! {
        <>
            <div class="pair of" role="group" aria-label={words::COUNTED_OF.in_lang(lang)}>
                { choice(None, words::ALL_STORES.in_lang(lang).to_owned()) }
                { for stores.map(|store| choice(Some(store), format!("s{store}"))) }
            </div>
            <table class="counts">
                <thead><tr><th /><td /><th scope="col">{ words::IN_ALL.in_lang(lang) }</th><th scope="col">{ words::LATELY.in_lang(lang) }</th></tr></thead>
                <tbody>{ for frame.counts.iter().map(row) }</tbody>
            </table>
        </>
    }
}

/// A line from the left end of the strip to now.
fn spark(parts: &[f32]) -> Html {
    if parts.is_empty() {
        return Html::default();
    }
    let point = |(place, part): (usize, &f32)| format!("{},{:.1} ", place * 2, 15.0 - part * 14.0);
    let points: String = parts.iter().enumerate().map(point).collect();
    let width = parts.len().saturating_sub(1) * 2;
    html! {
        <svg class="spark" viewBox={format!("0 0 {width} 16")} preserveAspectRatio="none" aria-hidden="true">
            <polyline {points} /></svg>
    }
}

fn switches(rows: &[SwitchRow], lang: Lang, to_page: &Callback<PageMsg>) -> Html {
    let row = |row: &SwitchRow| {
        let line = crate::page::run(&row.line);
        html! {
            <li key={row.name.en.clone()}>
                <button role="switch" aria-checked={row.on.to_string()} disabled={row.line.is_empty()}
                    onclick={crate::page::send(to_page, line)}>
                    <i aria-hidden="true" /><span>{ row.name.in_lang(lang) }<small>{ row.does.in_lang(lang) }</small></span>
                </button>
            </li>
        }
    };
    html! { <ul class="switches">{ for rows.iter().map(row) }</ul> }
}

/// What RESTORE wrote in each way that was measured; `None` before the first.
fn restore(rows: Option<&[RestoreRow]>, lang: Lang, on_msg: &Callback<Msg>) -> Html {
    let measured = rows.unwrap_or_default();
    let most = measured.iter().map(|row| row.thousandths).max().unwrap_or(0).max(1) as f64;
    let row = |row: &RestoreRow| {
        let piece = |(tone, part): &(Tone, u64)| {
            let width = *part as f64 / most * 100.0;
            html! { <i style={format!("width:{width:.2}%")} data-tone={crate::side::tone(*tone)} /> }
        };
        html! {
            <li key={row.name.en.clone()} data-thousandths={row.thousandths.to_string()}>
                <span>{ row.name.in_lang(lang) }</span>
                <div class="stack">{ for row.parts.iter().map(piece) }</div>
                <b>{ &row.factor }</b>
                <small>{ row.beside.in_lang(lang) }</small>
            </li>
        }
    };
    let legend = |(name, tone): &(&'static str, Tone)| {
        html! { <span key={*name}><i data-tone={crate::side::tone(*tone)}>{ "■" }</i>{ *name }</span> }
    };
    let is_done = measured.len() == RESTORE_WAYS;
    html! {
        <div class="restore">
            <p>{ words::RESTORE.in_lang(lang) }</p>
            if rows.is_none() || is_done {
                <button onclick={send(on_msg, Msg::Restore(0))}>{ words::MEASURE.in_lang(lang) }</button>
            } else {
                <p role="status">{ words::MEASURING.in_lang(lang) }</p>
            }
            <ul>{ for measured.iter().map(row) }</ul>
            if !measured.is_empty() { <p class="signs">{ for words::CATEGORIES.iter().map(legend) }</p> }
        </div>
    }
}
