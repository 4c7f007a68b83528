//! The picture of many ranges. The page draws this and nothing else.

use std::rc::Rc;

use serde::Serialize;

use super::{EngineSheet, GroupSheet, ShelfFile, ShelfRow};
use crate::{Both, Caption, FeedRow, Head, Inspector, Lamp, Strip, Tone};

/// One picture. Parts are shared: an unchanged part is the same pointer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Frame {
    /// The line at the top.
    pub head: Rc<Head>,
    /// The key space and the stores.
    pub board: Rc<Board>,
    /// The range that is drawn as a ring.
    pub group: Rc<GroupSheet>,
    /// What happened last, newest first.
    pub feed: Rc<Vec<FeedRow>>,
    /// The one sentence under the stage.
    pub caption: Rc<Caption>,
    /// What is selected, opened up.
    pub inspector: Rc<Inspector>,
    /// An engine of one store, level by level.
    pub engine: Rc<EngineSheet>,
    /// Tables beside the Raft logs.
    pub shelf: Rc<Vec<ShelfRow>>,
    /// The store that the figures are of; `None` for all of them.
    pub counted: Option<u32>,
    /// What was counted.
    pub counts: Rc<Vec<CountRow>>,
    /// The switches and how they stand.
    pub switches: Rc<Vec<SwitchRow>>,
    /// The invariants and how often each was checked.
    pub lamps: Rc<Vec<Lamp>>,
    /// The strip along the bottom: its window and its marks.
    pub strip: Rc<Strip>,
    /// The strip's bars: how much each store sent.
    pub lanes: Rc<Vec<Lane>>,
}

/// The key space and the stores that keep it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Board {
    /// "key space · 9 ranges", or the selected range with its keys and its leaseholder.
    pub title: Both,
    /// How many ranges there are, but for the one that nodes write into that they live.
    pub ranges: usize,
    /// Every range, in order of its keys.
    pub keys: Vec<RangeCell>,
    /// The stores, in order of their names.
    pub stores: Vec<StoreCard>,
}

/// A range in the key space.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RangeCell {
    /// Its number.
    pub range: u64,
    /// Its place among the tiles of each store; never changes.
    pub slot: usize,
    /// Its first key.
    pub start: String,
    /// Whether every replica that runs sleeps.
    pub asleep: bool,
    /// The store that may use its lease.
    pub leaseholder: Option<u32>,
    /// Whether a quorum of its replicas runs.
    pub available: bool,
    /// Whether it is selected.
    pub selected: bool,
}

/// A replica's part; decides shape, letter and colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// There is no replica here.
    #[default]
    Absent,
    /// The replica's Raft group is not loaded.
    Lazy,
    /// It does not know its keys yet.
    Uninitialized,
    /// ○ F.
    Follower,
    /// ◇ C.
    Candidate,
    /// ■ L.
    Leader,
}

/// One replica on a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Tile {
    /// Its part.
    pub role: Role,
    /// Whether it sleeps.
    pub asleep: bool,
    /// Whether it holds the lease and may use it.
    pub lease: bool,
    /// Its term; 0 if its group is not loaded.
    pub term: u64,
    /// The last entry that it applied.
    pub applied: u64,
    /// The last entry of its log.
    pub last: u64,
}

/// A store.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoreCard {
    /// Its number.
    pub id: u32,
    /// `s1`.
    pub name: String,
    /// Whether it runs.
    pub up: bool,
    /// Stores that it has no stream with, in one direction at least.
    pub cut_off_from: Vec<u32>,
    /// "3 leases · 2 awake", and what it is cut off from.
    pub note: Both,
    /// Its replicas, by the range's slot.
    pub tiles: Vec<Tile>,
    /// What lies on its disk.
    pub drawers: Vec<Drawer>,
    /// Tables beside its logs.
    pub shelf: Vec<ShelfFile>,
    /// Whether its disk is carrying out a sync.
    pub syncing: bool,
}

/// A part of a store's disk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drawer {
    /// What it is.
    pub name: Both,
    /// Its bytes.
    pub bytes: u64,
    /// The bytes as a person reads them, and more.
    pub text: String,
    /// How full its bar is: 1 is the largest of its kind on any store.
    pub part: f32,
    /// Its tone.
    pub tone: Tone,
    /// What of it is durable: changes with each sync.
    pub durable: [u64; 3],
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CountRow {
    /// What was counted.
    pub name: Both,
    /// How much since the start, all stores together.
    pub value: String,
    /// How much in a second, by the last one: "240/s"; empty if there was nothing.
    pub rate: String,
    /// What it is beside, if that says more.
    pub beside: Both,
    /// How it went within the window of the strip up to now, in equal parts of it; 1 is the most.
    pub spark: Vec<f32>,
    /// Whether a new group of figures begins with it.
    pub first: bool,
}

/// One switch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SwitchRow {
    /// What it is about.
    pub name: Both,
    /// What it does as it stands.
    pub does: Both,
    /// Whether it stands as CockroachDB has it.
    pub on: bool,
    /// The script line that turns it.
    pub line: String,
}

/// How much a store sent, along the strip.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lane {
    /// The store.
    pub store: u32,
    /// Messages in each part of the window; 1 is the most of any.
    pub bars: Vec<f32>,
}
