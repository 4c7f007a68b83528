//! Tables as files: chosen from a disk, saved to one, and those beside the logs with their thin entries.

use play::ranges::{RangesMsg, TableFile};
use store::RangeId;
use view::Lang;
use view::ranges::{EngineSheet, ShelfCell, ShelfRow};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::{Array, Uint8Array};
use web_sys::{Blob, DragEvent, File, HtmlElement, HtmlInputElement, HtmlSelectElement, Url};
use yew::{Callback, Html, TargetCast, html};

use super::app::{Msg, place};
use super::beside::Half;
use super::side::send;
use super::words;
use crate::app::document;
use crate::ring::Point;

/// What somebody does with the file of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TableMsg {
    /// A file was dropped on this place of a stage.
    Dropped(File, Half, Point),
    /// A file was chosen, or dropped beside the stage.
    Read(File),
    /// It was read.
    Came {
        /// The name of the file.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
        /// The range that it fell on.
        into: Option<RangeId>,
    },
    /// The opened table of the engine is to be saved.
    Save,
}

impl From<TableMsg> for Msg {
    fn from(msg: TableMsg) -> Self {
        Self::Table(msg)
    }
}

/// Whether a file is called a script: then it is no table.
pub(super) fn is_script(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".raft", ".txt"].iter().any(|ending| name.ends_with(ending))
}

/// What a file does that is dragged over a stage.
pub(super) struct Carried {
    pub(super) over: Callback<DragEvent>,
    pub(super) leave: Callback<DragEvent>,
    pub(super) falls: Callback<DragEvent>,
}

impl Carried {
    pub(super) fn on(half: Half, on_msg: &Callback<Msg>) -> Self {
        let on_drop = on_msg.clone();
        Self {
            over: on_msg.reform(move |event: DragEvent| Msg::Carried(Some((half, place(&event))))),
            leave: on_msg.reform(|_| Msg::Carried(None)),
            falls: Callback::from(move |event: DragEvent| {
                on_drop.emit(Msg::Carried(None));
                let carried = event.data_transfer().and_then(|carried| carried.files());
                let files = carried
                    .map(|files| (0..files.length()).filter_map(|at| files.get(at)).collect());
                let files: Vec<File> = files.unwrap_or_default();
                // A script is the page's.
                if files.first().is_none_or(|file| is_script(&file.name())) {
                    return;
                }
                event.prevent_default();
                event.stop_propagation();
                for file in files {
                    on_drop.emit(TableMsg::Dropped(file, half, place(&event)).into());
                }
            }),
        }
    }
}

/// The button that chooses a file.
pub(super) fn chooser(lang: Lang, on_msg: &Callback<Msg>) -> Html {
    let on_msg = on_msg.clone();
    let onchange = Callback::from(move |event: yew::Event| {
        let field: Option<HtmlInputElement> = event.target_dyn_into();
        let file = field.as_ref().and_then(HtmlInputElement::files).and_then(|files| files.get(0));
        if let Some(file) = file {
            on_msg.emit(TableMsg::Read(file).into());
        }
        // The same file may be chosen once more.
        if let Some(field) = field {
            field.set_value("");
        }
    });
    html! {
        <label class="chooser" title={words::INGEST_NOTE.in_lang(lang)}>{ words::INGEST.in_lang(lang) }
            <input type="file" accept=".sst,.csv,text/csv" {onchange} /></label>
    }
}

/// All tables of the engine on screen by name, and the button that saves the opened one.
pub(super) fn save(sheet: &EngineSheet, lang: Lang, on_msg: &Callback<Msg>) -> Html {
    let tables = sheet.levels.iter().flat_map(|level| {
        let named = level.tables.iter().filter(|bar| 0 < bar.number && !bar.gone);
        named.map(move |bar| (bar.number, format!("{} {}", level.name, bar.text)))
    });
    let tables: Vec<(u64, String)> = tables.collect();
    let numbers: Vec<u64> = tables.iter().map(|(number, _)| *number).collect();
    let onchange = on_msg.reform(move |event: yew::Event| {
        let field: Option<HtmlSelectElement> = event.target_dyn_into();
        let place = field.and_then(|field| usize::try_from(field.selected_index()).ok());
        let number = place.and_then(|place| numbers.get(place.checked_sub(1)?).copied());
        RangesMsg::OpenTable(number.unwrap_or(0)).into()
    });
    let option = |(number, text): &(u64, String)| {
        html! { <option selected={sheet.opened == Some(*number)}>{ text.clone() }</option> }
    };
    html! {
        <p class="save">
            <select key={format!("{}{:?}", sheet.store, sheet.which)} aria-label={words::TABLE.in_lang(lang)} {onchange} disabled={tables.is_empty()}>
                <option selected={sheet.opened.is_none()}>{ words::TABLE.in_lang(lang) }</option>
                { for tables.iter().map(option) }
            </select>
            <button onclick={send(on_msg, TableMsg::Save)} disabled={sheet.opened.is_none()}>{ words::SAVE.in_lang(lang) }</button>
        </p>
    }
}

/// Tables beside the logs: each entry with its file, on every store that has them.
pub(super) fn shelf(rows: &[ShelfRow], lang: Lang, on_msg: &Callback<Msg>) -> Html {
    if rows.is_empty() {
        return Html::default();
    }
    let row = |row: &ShelfRow| {
        let choose = send(on_msg, RangesMsg::Select(row.selection()));
        html! {
            <li key={row.name.clone()} data-selected={row.selected.to_string()}>
                <button aria-pressed={row.selected.to_string()} onclick={choose}>
                    <b>{ "▣ " }{ &row.name }</b>{ for row.stores.iter().map(|cell| tied(cell, lang)) }
                </button>
            </li>
        }
    };
    html! {
        <section class="shelf">
            <h4>{ words::SHELF.in_lang(lang) }</h4>
            <ul>{ for rows.iter().map(row) }</ul>
        </section>
    }
}

/// A thin entry and its file, and the line between them.
fn tied(cell: &ShelfCell, lang: Lang) -> Html {
    html! {
        <span class="tied">
            <small>{ &cell.store }</small>
            if cell.thin.is_empty() {
                <i class="lost">{ words::NO_ENTRY.in_lang(lang) }</i>
            } else {
                <i>{ words::THIN.in_lang(lang) }{ " " }{ &cell.thin }</i>
            }
            <i class="tie" aria-hidden="true" />
            <i class="file">{ words::FILE.in_lang(lang) }{ " " }{ &cell.file }</i>
            if !cell.table.is_empty() { <small>{ "= " }{ &cell.table }</small> }
        </span>
    }
}

/// The bytes of a file.
pub(super) async fn bytes_of(file: &File) -> Option<Vec<u8>> {
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Lets the browser save a file.
pub(super) fn download(file: &TableFile) -> Option<()> {
    let parts = Array::of1(&JsValue::from(Uint8Array::from(&*file.bytes)));
    let blob = Blob::new_with_u8_array_sequence(&parts).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let link = document().create_element("a").ok()?;
    link.set_attribute("href", &url).ok()?;
    link.set_attribute("download", &file.name).ok()?;
    link.dyn_into::<HtmlElement>().ok()?.click();
    Url::revoke_object_url(&url).ok()
}
