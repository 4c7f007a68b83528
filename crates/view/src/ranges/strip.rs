//! The strip along the bottom: how much each store sent, and the moments worth a look.

use det::Time;
use sim::ranges::{Command, Event, EventKind};

use super::board::ranges_of;
use super::say::{Weight, say, weight_in};
use super::{Lane, Lens, Run};
use crate::picture::{branches, insert_by, window};
use crate::say::both;
use crate::{Both, Strip, StripMark};

/// Bars of a lane.
const BARS: usize = 160;
/// Marks that a strip shows.
const MARKS_MAX: usize = 60;

pub(super) fn strip(run: &Run, lens: &Lens) -> Strip {
    let (from, to) = window(run.now(), lens.window);
    Strip {
        from: from.0,
        to: to.0,
        horizon: run.horizon().0,
        lanes: run
            .world()
            .store_ids()
            .map(|store| u8::try_from(store.0).unwrap_or(u8::MAX))
            .collect(),
        marks: marks(run, lens, (from, to)),
        branches: branches(run, |command| Both::same(command.to_string())),
        ..Strip::default()
    }
}

fn marks(run: &Run, lens: &Lens, (from, to): (Time, Time)) -> Vec<StripMark> {
    let mut marks: Vec<StripMark> = Vec::new();
    for event in run.events().rev().take_while(|event| from <= event.at) {
        if marks.len() == MARKS_MAX {
            break;
        }
        if event.at <= to && Weight::Key <= weight_in(run.world(), lens, &event.kind) {
            insert_by(&mut marks, mark(event), |mark| mark.event);
        }
    }
    marks
}

fn mark(event: &Event) -> StripMark {
    let is_command = matches!(event.kind, EventKind::Commanded(_));
    let said = say(&event.kind);
    let label = if let EventKind::Commanded(command) = &event.kind {
        Both::same(command.to_string())
    } else {
        said.mark
    };
    StripMark {
        at: event.at.0,
        event: event.id.0,
        lane: event.store().filter(|_| !is_command).and_then(|store| u8::try_from(store.0).ok()),
        icon: if is_command { icon(&event.kind) } else { said.icon },
        tone: said.tone,
        label,
    }
}

fn icon(kind: &EventKind) -> &'static str {
    let EventKind::Commanded(command) = kind else { return "○" };
    if matches!(**command, Command::Partition(_) | Command::Cut { .. }) {
        "✂"
    } else if matches!(**command, Command::Heal | Command::Mend { .. }) {
        "↔"
    } else {
        "○"
    }
}

/// How many messages each store sent, in equal parts of the window.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a bar has at most hundreds of pixels, and there are BARS of them"
)]
pub(super) fn lanes(run: &Run, lens: &Lens) -> Vec<Lane> {
    let (from, to) = window(run.now(), lens.window);
    let width = to.since(from).0.max(1);
    let stores: Vec<u32> = run.world().store_ids().map(|store| store.0).collect();
    let mut sums = vec![[0_u32; BARS]; stores.len()];
    for event in run.events().rev().take_while(|event| from <= event.at) {
        let EventKind::Store { store, kind } = &event.kind else { continue };
        let is_sent = matches!(
            **kind,
            store::EventKind::Sent { .. } | store::EventKind::SentCoalesced { .. }
        );
        let place = (event.at.since(from).0 * BARS as u64 / width) as usize;
        let lane = stores.iter().position(|&id| id == store.0);
        if let (true, Some(lane), true) = (is_sent, lane, place < BARS) {
            sums[lane][place] += 1;
        }
    }
    let most = sums.iter().flatten().copied().max().unwrap_or(0).max(1) as f32;
    let lane = |(store, sums): (&u32, [u32; BARS])| Lane {
        store: *store,
        bars: sums.iter().map(|&sum| sum as f32 / most).collect(),
    };
    stores.iter().zip(sums).map(lane).collect()
}

/// A moment of the run: for the caption when nothing happened yet.
pub(super) fn opening(run: &Run) -> Both {
    let (stores, (ranges, _)) = (run.world().store_ids().count(), ranges_of(run.world()));
    both!(
        "{ranges} ranges on {stores} stores: each range is a Raft group of its own, and elects its own leader.",
        "{stores} 个 store 上有 {ranges} 个 range：每个 range 自成一个 Raft group，各自选举 leader。"
    )
}
