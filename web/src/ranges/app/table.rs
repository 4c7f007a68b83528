//! What somebody does with the files of tables.

use play::Note;
use play::ranges::RangesMsg;
use sim::ranges::{Refusal, TableSource};
use store::RangeId;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::{Msg, RangesApp};
use crate::page::PageMsg;
use crate::ranges::tables::{TableMsg, bytes_of, download};

impl RangesApp {
    pub(super) fn heed_table(&mut self, msg: TableMsg) {
        match msg {
            TableMsg::Dropped(file, half, at) => self.read(file, self.range_at(half, at)),
            TableMsg::Read(file) => self.read(file, None),
            TableMsg::Came { name, bytes, into } => {
                let into = into.or_else(|| self.play.borrow().range());
                self.play(RangesMsg::File { name, bytes, into });
            }
            TableMsg::Save => {
                let opened = self.shown.engine.opened;
                let file = opened.and_then(|number| self.play.borrow().table_file(number));
                if let Some(file) = file {
                    download(&file);
                }
            }
        }
    }

    /// Reads a file, unless it is so large that no table can be.
    fn read(&mut self, file: File, into: Option<RangeId>) {
        let max = TableSource::BYTES_MAX;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "files are shorter than four gigabytes here"
        )]
        let bytes = file.size() as usize;
        if max < bytes {
            let refusal = Refusal::FileTooLarge { bytes, max };
            return self.notify(view::ranges::refusal(&refusal), true);
        }
        let on_msg = self.on_msg.clone();
        spawn_local(async move {
            on_msg.emit(if let Some(bytes) = bytes_of(&file).await {
                TableMsg::Came { name: file.name(), bytes, into }.into()
            } else {
                // A folder, for one.
                let text = view::labels::NOT_TEXT.both();
                Msg::Page(PageMsg::Told(vec![Note::Notice { text, refused: true }]))
            });
        });
    }
}
