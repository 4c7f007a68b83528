//! The logs of all nodes, aligned by index.

use play::Msg;
use view::{Counts, Lang, LogCell, LogRow, LogTable, labels};
use yew::{Callback, Html, Properties, component, html};

use crate::icons;
use crate::page::{PageMsg, send};
use crate::shared::Shared;

#[derive(Properties, PartialEq)]
pub(crate) struct LogProps {
    pub(crate) table: Shared<LogTable>,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn Log(props: &LogProps) -> Html {
    let LogProps { table, lang, on_msg } = props;
    let lang = *lang;
    let indexes = table.first..table.first + table.columns as u64;
    let column = |index: u64| html! { <th key={index} scope="col">{ index }</th> };
    html! {
        <section class="log" aria-label={labels::LOG.in_lang(lang)}>
            <h2>{ labels::LOG.in_lang(lang) }<em>{ table.legend.in_lang(lang) }</em>
                { scroll(table, lang, on_msg) }</h2>
            if !table.members.en.is_empty() {
                <p class="members">{ "⚙ " }{ table.members.in_lang(lang) }</p>
            }
            if table.last == 0 {
                <p class="empty">{ labels::LOG_EMPTY.in_lang(lang) }</p>
            }
            <div class="sheet" tabindex="0" role="group" aria-label={labels::LOG.in_lang(lang)}>
                <table>
                    <thead><tr>
                        <th scope="col"><span class="hidden">{ labels::NODE.in_lang(lang) }</span></th>
                        { for indexes.clone().map(column) }
                    </tr></thead>
                    <tbody>{ for table.rows.iter().map(|row| line(table, row, lang)) }</tbody>
                </table>
            </div>
        </section>
    }
}

/// Buttons that move the window, once the log is longer than it.
fn scroll(table: &LogTable, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    if table.last <= table.columns as u64 {
        return Html::default();
    }
    let page = (table.columns as u64 / 2).max(1);
    let earlier = Some(table.first.saturating_sub(page).max(1));
    let later = table.first + page;
    let end = later + table.columns as u64 > table.last;
    let button = |label: view::Label, path, to, off| {
        let label = label.in_lang(lang);
        html! {
            <button aria-label={label} title={label} disabled={off}
                onclick={send(on_msg, Msg::ScrollLog(to))}>{ icons::icon(path) }</button>
        }
    };
    let at_end = table.first + table.columns as u64 > table.last;
    html! {
        <span class="scroll">
            { button(labels::LOG_EARLIER, icons::LEFT, earlier, table.first <= 1) }
            { button(labels::LOG_LATER, icons::RIGHT, if end { None } else { Some(later) }, at_end) }
        </span>
    }
}

fn line(table: &LogTable, row: &LogRow, lang: Lang) -> Html {
    let role = crate::stage::role(row.part);
    let cell = |(i, cell): (usize, &Option<LogCell>)| {
        let index = table.first + i as u64;
        let marks = marks(row, index);
        match cell {
            Some(cell) => entry(cell, marks, lang),
            None if index <= row.compacted => html! { <td key={index} class="gone">{ "…" }</td> },
            None => html! { <td key={index}>{ marks }</td> },
        }
    };
    html! {
        <tr key={row.node} data-role={role}>
            <th scope="row" class="who"><b>{ &row.name }</b><i>{ &row.badge }</i>
                if let Some(progress) = &row.progress { <small>{ progress }</small> }
                if !matches!(row.counts, Counts::Voter | Counts::Both) {
                    <small class="counts">{ row.counts.label().in_lang(lang) }</small>
                }
            </th>
            { for row.cells.iter().enumerate().map(cell) }
        </tr>
    }
}

fn entry(cell: &LogCell, marks: Html, lang: Lang) -> Html {
    let (state, label) = match (cell.applied, cell.committed, cell.durable) {
        (true, _, _) => ("applied", labels::APPLIED),
        (false, true, _) => ("committed", labels::COMMITTED),
        (false, false, true) => ("durable", labels::DURABLE),
        (false, false, false) => ("written", labels::WRITTEN),
    };
    let label = if cell.doomed { labels::DOOMED } else { label };
    html! {
        <td key={cell.index} title={label.in_lang(lang)}>
            <div class="entry" data-tint={cell.tint.to_string()} data-state={state}
                data-durable={cell.durable.to_string()} data-doomed={cell.doomed.to_string()}>
                { cell.term }<small>{ &cell.text }</small>
            </div>
            { marks }
        </td>
    }
}

/// ● what the leader knows to match, ▲ what it sends next.
fn marks(row: &LogRow, index: u64) -> Html {
    html! {
        <>
            if row.matched == Some(index) { <span class="match" aria-label="match">{ "●" }</span> }
            if row.next == Some(index) { <span class="next" aria-label="next">{ "▲" }</span> }
        </>
    }
}
