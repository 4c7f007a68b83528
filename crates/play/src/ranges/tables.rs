//! Tables as files: one that is dropped is added to a range, one of an engine is saved.

use lsm::{Lsm, Vfs};
use sim::ranges::{Command, EventKind, Refusal, TableSource};
use store::{RangeId, RequestError, RequestId};
use view::Both;
use view::ranges::Which;

use super::trouble::Trouble;
use super::{Done, Playground};
use crate::go::told;
use crate::{Note, link};

/// A table that was asked for and is not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    request: RequestId,
    range: RangeId,
}

/// A table of an engine as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFile {
    /// What it is to be called.
    pub name: String,
    /// What is in it: an SSTable of RocksDB's format.
    pub bytes: Vec<u8>,
}

impl Playground {
    /// A file that was dropped or chosen: an SSTable, or lines `key,value`.
    #[inline(never)]
    pub(super) fn add_file(&mut self, name: &str, bytes: Vec<u8>, into: Option<RangeId>) -> Done {
        let table = source(name, bytes)?;
        self.obey_noting(Command::Ingest { into, table })
    }

    /// Does what a person asks. If it is to add a table, the answer is told when it comes.
    #[inline(never)]
    pub(super) fn obey_noting(&mut self, command: Command) -> Done {
        let is_table = matches!(command, Command::Ingest { .. });
        let mut notes = self.obey(command)?;
        if is_table {
            let world = self.run.world();
            // The request just made is the newest.
            let asked = world.waiting().iter().next_back().and_then(|(&request, waiting)| {
                let (start, _) = waiting.what.span();
                Some(Asked { request, range: world.range_of(&start)?.range })
            });
            self.asked.extend(asked);
            if notes.is_empty() {
                notes.push(told("the table is on its way", "table 正在路上"));
            }
        }
        Ok(notes)
    }

    /// What came of the tables that were asked for.
    #[inline(never)]
    pub(super) fn answers(&mut self) -> Vec<Note> {
        let world = self.run.world();
        let is_waiting = |asked: &Asked| world.waiting().contains_key(&asked.request);
        let (waiting, answered): (Vec<_>, Vec<_>) = self.asked.iter().partition(|a| is_waiting(a));
        let notes = answered.into_iter().filter_map(|asked| self.answer(asked)).collect();
        self.asked = waiting;
        notes
    }

    /// The answer; none if time went back to before the question.
    fn answer(&self, Asked { request: id, range }: Asked) -> Option<Note> {
        let is_it = |kind: &EventKind| {
            let is_answer = matches!(kind, EventKind::Answered { request, .. } if *request == id);
            is_answer || *kind == EventKind::GaveUp { request: id }
        };
        let event = self.run.events().rev().find(|event| is_it(&event.kind))?;
        if let EventKind::Answered { result: Ok(_), .. } = &event.kind {
            let en = format!("the table is in {range} now");
            let zh = format!("table 已在 {range} 中");
            return Some(Note::Notice { text: Both { en, zh }, refused: false });
        }
        Some(Note::Notice { text: view::ranges::told(event), refused: true })
    }

    /// The link that opens this run at this moment.
    ///
    /// # Errors
    /// If tables make it longer than what any page reads: what to do instead.
    pub fn link_to_share(&self) -> Result<String, Both> {
        let inputs = self.run.recording().inputs.iter();
        let tables: usize = inputs.map(|(_, command)| carried_bytes(command)).sum();
        let link = (tables <= link::BYTES_MAX).then(|| self.link());
        link.filter(|link| link.len() <= link::BYTES_MAX).ok_or_else(|| Both {
            en: "the tables of this run are too large for a link: keep it as a script".to_owned(),
            zh: "这次运行中的 table 太大，放不进链接：请保存为脚本".to_owned(),
        })
    }

    /// A table of the engine on screen, as a file that RocksDB's tools read.
    pub fn table_file(&self, number: u64) -> Option<TableFile> {
        let store = self.run.world().store(self.store)?;
        let engines = store.engines();
        let (which, engine): (_, &Lsm) = match self.engine {
            Which::State => ("state", engines.state()),
            Which::Log => ("log", engines.log()),
        };
        engine.version().tables().find(|(_, meta)| meta.number == number)?;
        let file = engines.vfs().open(&engine.table_name(number)).ok()?;
        let bytes = file.read_at(0, usize::try_from(file.bytes()).ok()?).ok()?;
        Some(TableFile {
            name: format!("{}-{which}-{number}.sst", self.store),
            bytes: bytes.into(),
        })
    }
}

/// Bytes of a table that a command carries.
fn carried_bytes(command: &Command) -> usize {
    let Command::Ingest { table, .. } = command else { return 0 };
    table.bytes()
}

/// What a file is: a table if it is called one or has its end, or is no text; else lines.
fn source(name: &str, bytes: Vec<u8>) -> Result<TableSource, Trouble> {
    let name = name.to_ascii_lowercase();
    let is_named = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let is_table = is_named(&[".sst", ".ldb"]) || bytes.ends_with(&MAGIC);
    if is_table && !is_named(&[".csv"]) {
        return Ok(TableSource::Sst(bytes.into()));
    }
    match String::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            Ok(TableSource::Csv(text.to_owned()))
        }
        Err(error) if is_named(&[".csv", ".txt"]) => {
            let table = lsm::table_from_csv(error.as_bytes(), lsm::TableOptions::default());
            let flaw = table.err().unwrap_or(lsm::Error::EmptyTable);
            Err(Trouble::Refused(Refusal::Table(RequestError::BadTable(flaw))))
        }
        Err(error) => Ok(TableSource::Sst(error.into_bytes().into())),
    }
}

/// The last bytes of every table.
const MAGIC: [u8; 8] = 0x88e2_41b7_85f4_cff7_u64.to_le_bytes();
