//! Two runs side by side: how the switch stands in each, what was counted in both, where they part.

mod parting;
mod tally;

use serde::Serialize;
use sim::ranges::{Knob, Twin};

pub use self::parting::{PartingRow, parting_mark};
pub use self::tally::{PairRow, Samples, Tally, interval, tally};
use super::switch::{SWITCHES, Words};
use super::{Board, Lens, Run, ShelfRow, SwitchRow, board, inspector, shelf};
use crate::say::both;
use crate::{Both, Inspector};

/// Two runs that differ in one switch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// What each side is: the run on the left, its twin on the right.
    pub sides: [Side; 2],
    /// What was counted in both.
    pub rows: Vec<PairRow>,
    /// The first thing that happened in only one of them, if they have parted.
    pub parting: Option<PartingRow>,
    /// Commands that could not be done on the right; empty if there are none.
    pub skipped: Both,
}

/// One of two runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// "Coalesced heartbeats: on".
    pub name: Both,
    /// What that does.
    pub does: Both,
    /// Whether the switch stands as CockroachDB has it.
    pub on: bool,
}

/// The runs at their present moment.
pub fn comparison(run: &Run, twin: &Twin, samples: &Samples) -> Comparison {
    let on = twin.knob().is_on(run.world().config());
    let skipped = match twin.skipped() {
        0 => Both::default(),
        count => both!(
            "on the right, commands that cannot be done: {count}",
            "右侧无法执行的命令：{count}"
        ),
    };
    Comparison {
        sides: [side(twin.knob(), on), side(twin.knob(), !on)],
        rows: tally::rows(samples, twin.knob()),
        parting: twin.parting().map(|parting| parting::row(parting, twin.knob(), on)),
        skipped,
    }
}

fn words(knob: Knob) -> Option<Words> {
    SWITCHES.into_iter().find(|words| words.knob == knob)
}

fn side(knob: Knob, on: bool) -> Side {
    let Some(words) = words(knob) else {
        return Side { name: Both::default(), does: Both::default(), on };
    };
    let (en, zh) = (words.name.en, words.name.zh);
    Side {
        name: if on { both!("{en}: on", "{zh}：开") } else { both!("{en}: off", "{zh}：关") },
        does: if on { words.on } else { words.off }.both(),
        on,
    }
}

/// The switches in which a run can be compared with its twin, as they stand.
pub fn choices(run: &Run) -> Vec<(Knob, SwitchRow)> {
    let knobs = SWITCHES.iter().map(|words| words.knob);
    knobs.zip(super::switch::switches(run.world())).collect()
}

/// The stage of the other run.
pub fn board_beside(run: &Run, lens: &Lens) -> Board {
    let world = run.world();
    board::board(world, &world.ranges().collect::<Vec<_>>(), lens)
}

/// What is selected there, opened up, and the tables beside the logs.
pub fn opened_beside(run: &Run, lens: &Lens) -> (Inspector, Vec<ShelfRow>) {
    (inspector::inspector(run, lens), shelf::rows(run.world(), lens))
}
