//! Tables beside the Raft logs, each with the thin entry that names it.

use std::collections::BTreeMap;

use lsm::{FileId, Lsm};
use raft::{EntryId, Index, Term};
use serde::Serialize;
use sim::ranges::World;
use store::{Engines, RangeId, SideloadedFile};

use super::board::bytes_text;
use super::{Lens, Selection};

/// A table beside the log of one store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShelfFile {
    /// Whose log.
    pub range: u64,
    /// The index of its entry.
    pub index: u64,
    /// The term of its entry.
    pub term: u64,
    /// `r2 6/12`.
    pub name: String,
    /// `10.1 KB · 2 names`.
    pub text: String,
    /// Whether the table or one of its thin entries is selected.
    pub selected: bool,
}

/// A table beside the logs, on all stores that run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShelfRow {
    /// Whose logs.
    pub range: u64,
    /// The index of its entry.
    pub index: u64,
    /// The term of its entry.
    pub term: u64,
    /// `r2 6/12`.
    pub name: String,
    /// What each of the stores has.
    pub stores: Vec<ShelfCell>,
    /// Whether it is selected.
    pub selected: bool,
}

/// What one store has of a table beside the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShelfCell {
    /// `s1`.
    pub store: String,
    /// How long the thin entry in the log is; empty if there is none.
    pub thin: String,
    /// How long the file is; empty if there is none.
    pub file: String,
    /// `#14`: the table of the state engine that is the same file; empty if none is.
    pub table: String,
}

impl ShelfFile {
    /// What selects it.
    pub fn selection(&self) -> Selection {
        selection(self.range, self.index, self.term)
    }
}

impl ShelfRow {
    /// What selects it.
    pub fn selection(&self) -> Selection {
        selection(self.range, self.index, self.term)
    }
}

fn selection(range: u64, index: u64, term: u64) -> Selection {
    let entry = EntryId { term: Term(term), index: Index(index) };
    Selection::Table { range: RangeId(range), entry }
}

/// The files beside the logs of one store.
pub(super) fn files(engines: &Engines, lens: &Lens) -> Vec<ShelfFile> {
    let file = |file: SideloadedFile| {
        let SideloadedFile { range, entry, links, .. } = file;
        let (bytes, noun) = (bytes_text(file.bytes), if links == 1 { "name" } else { "names" });
        ShelfFile {
            range: range.0,
            index: entry.index.0,
            term: entry.term.0,
            name: format!("{range} {entry}"),
            text: format!("{bytes} · {links} {noun}"),
            selected: lens.selection == Selection::Table { range, entry },
        }
    };
    engines.sideloaded_files().into_iter().map(file).collect()
}

/// The tables beside the logs of the selected range, or of all if none is selected, newest first.
pub(super) fn rows(world: &World, lens: &Lens) -> Vec<ShelfRow> {
    const ROWS_MAX: usize = 24;
    let mut rows: BTreeMap<(RangeId, EntryId), Vec<ShelfCell>> = BTreeMap::new();
    let is_shown = |range| lens.selection.range().is_none_or(|selected| selected == range);
    for store in world.stores() {
        let tables = tables(store.engines());
        for file in
            store.engines().sideloaded_files().into_iter().filter(|file| is_shown(file.range))
        {
            let log = store.log(file.range);
            let stored = log.and_then(|log| log.stored(file.entry.index).ok());
            let thin = stored.filter(|entry| entry.id == file.entry);
            let cell = ShelfCell {
                store: store.id().to_string(),
                thin: thin.map_or_else(String::new, |entry| bytes_text(entry.data.len() as u64)),
                table: tables.get(&file.name).map_or_else(String::new, |table| format!("#{table}")),
                file: bytes_text(file.bytes),
            };
            rows.entry((file.range, file.entry)).or_default().push(cell);
        }
    }
    let row = |((range, entry), stores): ((RangeId, EntryId), Vec<ShelfCell>)| ShelfRow {
        range: range.0,
        index: entry.index.0,
        term: entry.term.0,
        name: format!("{range} {entry}"),
        stores,
        selected: lens.selection == Selection::Table { range, entry },
    };
    rows.into_iter().rev().take(ROWS_MAX).map(row).collect()
}

/// Which table of the state engine is the same file as one beside a log, by the name there.
fn tables(engines: &Engines) -> BTreeMap<String, u64> {
    let links = engines.vfs().links();
    let mut files: BTreeMap<FileId, u64> = BTreeMap::new();
    for number in numbers(engines.state()) {
        let name = engines.state().table_name(number);
        if let Ok(at) = links.binary_search_by(|link| (*link.name).cmp(&*name)) {
            files.insert(links[at].file, number);
        }
    }
    let known = |link: &lsm::LinkInfo| Some((link.name.to_string(), *files.get(&link.file)?));
    links.iter().filter_map(known).collect()
}

fn numbers(engine: &Lsm) -> impl Iterator<Item = u64> {
    engine.version().tables().map(|(_, meta)| meta.number)
}

/// The table of the state engine that is the same file as the selected one beside the log.
pub(super) fn selected_table(engines: &Engines, lens: &Lens) -> Option<u64> {
    let Selection::Table { range, entry } = lens.selection else { return None };
    let files = engines.sideloaded_files();
    let file = files.into_iter().find(|file| (file.range, file.entry) == (range, entry))?;
    tables(engines).get(&file.name).copied()
}
