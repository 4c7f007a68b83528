//! Many ranges on few stores, as plain data: what there is to see of a [`sim::ranges::World`].
//!
//! ```text
//!   key space  ▢▢▢▣▢▢▢▢▢▢▢▢          every range once, in order of its keys
//!   s1         ■ ○ ○ ■ ○ ○           its replica on each store, at the same place everywhere
//!              Raft log ▬▬  State ▬▬▬  what the store keeps on its disk
//! ```

mod board;
mod compare;
mod count;
mod engine;
mod entry;
mod fact;
mod flaw;
mod frame;
mod group;
mod happened;
mod inspector;
mod mail;
mod motion;
mod refusal;
mod restore;
mod rules;
mod say;
mod shelf;
mod strip;
mod switch;
pub mod words;
mod zoom;

use std::rc::Rc;

use det::Span;
use raft::EntryId;
use sim::ranges::{RangeView, World};
use sim::{EventId, MessageId, Timeline};
use store::{RangeId, StoreId};

use crate::Pace;
use crate::picture::share;

pub use compare::{
    Comparison, PairRow, PartingRow, Samples, Side, Tally, board_beside, choices, comparison,
    interval, opened_beside, parting_mark, tally,
};
pub use engine::{EngineSheet, LevelRow, TableBar, Which};
pub use frame::{
    Board, CountRow, Drawer, Frame, Lane, RangeCell, Role, StoreCard, SwitchRow, Tile,
};
pub use group::GroupSheet;
pub use happened::told;
pub use motion::{Mail, MailKind, Motion, Place, motion};
pub use refusal::refusal;
pub use restore::{RestoreRow, restore_row};
pub use shelf::{ShelfCell, ShelfFile, ShelfRow};
pub use zoom::zoom;

/// A run of many ranges.
pub type Run = Timeline<World>;

/// What is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Selection {
    /// Nothing.
    #[default]
    None,
    /// A range, wherever it is.
    Range(RangeId),
    /// A table beside the logs of a range, with the thin entries that name it.
    Table {
        /// Which range's.
        range: RangeId,
        /// The entry.
        entry: EntryId,
    },
    /// An event of the feed.
    Event(EventId),
    /// An envelope on its way.
    Envelope(MessageId),
}

impl Selection {
    /// The range that is selected, or whose table is.
    pub fn range(self) -> Option<RangeId> {
        match self {
            Self::Range(range) | Self::Table { range, .. } => Some(range),
            Self::None | Self::Event(_) | Self::Envelope(_) => None,
        }
    }
}

/// From where a person looks at a run of many ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lens {
    /// What is selected.
    pub selection: Selection,
    /// The range that is drawn as a ring, alone.
    pub zoomed: Option<RangeId>,
    /// The store whose engine is open.
    pub store: StoreId,
    /// Which of its engines.
    pub engine: Which,
    /// The table of that engine that is opened.
    pub table: Option<u64>,
    /// The store whose figures are shown; `None` for those of all.
    pub counted: Option<StoreId>,
    /// Whether time runs.
    pub pace: Pace,
    /// How much virtual time the strip along the bottom shows.
    pub window: Span,
}

/// The picture of a run at its present moment: equal runs and lenses give equal pictures.
pub fn frame(run: &Run, lens: &Lens) -> Frame {
    let world = run.world();
    let ranges: Vec<RangeView<'_>> = world.ranges().collect();
    Frame {
        head: Rc::new(board::head(world, &ranges)),
        board: Rc::new(board::board(world, &ranges, lens)),
        group: Rc::new(group::sheet(world, lens)),
        feed: Rc::new(happened::feed(run, lens)),
        caption: Rc::new(happened::caption(run, lens)),
        inspector: Rc::new(inspector::inspector(run, lens)),
        engine: Rc::new(engine::sheet(world, lens)),
        shelf: Rc::new(shelf::rows(world, lens)),
        counted: count::counted(world, lens).map(|store| store.0),
        counts: Rc::new(count::counts(run, lens)),
        switches: Rc::new(switch::switches(world)),
        lamps: Rc::new(rules::lamps(world)),
        strip: Rc::new(strip::strip(run, lens)),
        lanes: Rc::new(strip::lanes(run, lens)),
    }
}

impl Frame {
    /// With the pointers of the one before where nothing changed.
    #[must_use]
    pub fn sharing(self, last: &Self) -> Self {
        Self {
            head: share(self.head, &last.head),
            board: share(self.board, &last.board),
            group: share(self.group, &last.group),
            feed: share(self.feed, &last.feed),
            caption: share(self.caption, &last.caption),
            inspector: share(self.inspector, &last.inspector),
            engine: share(self.engine, &last.engine),
            shelf: share(self.shelf, &last.shelf),
            counted: self.counted,
            counts: share(self.counts, &last.counts),
            switches: share(self.switches, &last.switches),
            lamps: share(self.lamps, &last.lamps),
            strip: share(self.strip, &last.strip),
            lanes: share(self.lanes, &last.lanes),
        }
    }
}
