//! The strip along the bottom: how much each store sent, and the moments worth a look.

use det::Time;
use sim::ranges::{Command, Event, EventKind, MarkKind};
use sim::{PULSE, Run as _};

use super::board::ranges_of;
use super::say::{self, Weight, weight_in};
use super::{Lane, Lens, Run};
use crate::picture::{branches, insert_by, window};
use crate::say::both;
use crate::{Both, Strip, StripMark, Tone};

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

/// What people did and what was found, wherever it is in the window, and the moments worth a look among
/// the events at hand.
fn marks(run: &Run, lens: &Lens, (from, to): (Time, Time)) -> Vec<StripMark> {
    let mut marks = kept(run, (from, to));
    let is_kept =
        |event: &Event| matches!(event.kind, EventKind::Commanded(_) | EventKind::Found { .. });
    let events = run.events().rev().take_while(|event| from <= event.at);
    let events = events.filter(|event| {
        event.at <= to
            && !is_kept(event)
            && Weight::Key <= weight_in(run.world(), lens, &event.kind)
    });
    for event in events.take(MARKS_MAX) {
        insert_by(&mut marks, mark(event), |mark| mark.event);
    }
    marks
}

/// The marks that the run keeps: each of a command is that of an input.
fn kept(run: &Run, (from, to): (Time, Time)) -> Vec<StripMark> {
    let mut inputs = run.recording().inputs.iter();
    let mut marks = Vec::new();
    for mark in run.marks() {
        let command = match mark.kind {
            MarkKind::Finding => None,
            MarkKind::Kill(_)
            | MarkKind::Restart(_)
            | MarkKind::Cut
            | MarkKind::Heal
            | MarkKind::Split
            | MarkKind::Lease(_)
            | MarkKind::Switch
            | MarkKind::Command => inputs.next().map(|(_, command)| command),
        };
        if (from..to).contains(&mark.at) {
            let (icon, tone) =
                command.map_or(("⚠", Tone::Violation), |command| (icon(command), Tone::Ink));
            marks.push(StripMark {
                at: mark.at.0,
                event: mark.event.0,
                lane: None,
                icon,
                tone,
                label: command.map(|command| Both::same(command.to_string())).unwrap_or_default(),
            });
        }
    }
    marks
}

fn mark(event: &Event) -> StripMark {
    let (icon, tone, label) = say::mark(&event.kind);
    StripMark {
        at: event.at.0,
        event: event.id.0,
        lane: event.store().and_then(|store| u8::try_from(store.0).ok()),
        icon,
        tone,
        label,
    }
}

fn icon(command: &Command) -> &'static str {
    if matches!(command, Command::Partition(_) | Command::Cut { .. }) {
        "✂"
    } else if matches!(command, Command::Heal | Command::Mend { .. }) {
        "↔"
    } else {
        "○"
    }
}

/// How many messages each store sent, in equal parts of the window.
#[expect(clippy::cast_precision_loss, reason = "a bar has at most hundreds of pixels")]
pub(super) fn lanes(run: &Run, lens: &Lens) -> Vec<Lane> {
    let (from, to) = window(run.now(), lens.window);
    let width = to.since(from).0.max(1);
    let stores: Vec<u32> = run.world().store_ids().map(|store| store.0).collect();
    let sums = if PULSE.0 * BARS as u64 <= width {
        sampled(run, (from, width), stores.len())
    } else {
        counted(run, (from, width), &stores)
    };
    let most = sums.iter().flatten().copied().max().unwrap_or(0).max(1) as f32;
    let lane = |(store, sums): (&u32, [u32; BARS])| Lane {
        store: *store,
        bars: sums.iter().map(|&sum| sum as f32 / most).collect(),
    };
    stores.iter().zip(sums).map(lane).collect()
}

/// The same of the samples that the run keeps, of the whole window.
fn sampled(run: &Run, (from, width): (Time, u64), stores: usize) -> Vec<[u32; BARS]> {
    let pulses = run.pulses();
    let newest = run.world().pulse();
    let last = pulses.last().filter(|_| run.now() < run.horizon()).unwrap_or(&newest);
    let until = |part: usize| {
        let at = from.0 + width * part as u64 / BARS as u64;
        let place = usize::try_from(at.div_ceil(PULSE.0)).unwrap_or(usize::MAX);
        pulses.get(place).unwrap_or(last)
    };
    let mut sums = vec![[0; BARS]; stores];
    for part in 0..BARS {
        let (begin, end) = (until(part), until(part + 1));
        for (store, sums) in sums.iter_mut().enumerate() {
            sums[part] = end[store].saturating_sub(begin[store]);
        }
    }
    sums
}

/// The same of the events at hand, for a window too short for samples.
#[expect(clippy::cast_possible_truncation, reason = "there are BARS of them")]
fn counted(run: &Run, (from, width): (Time, u64), stores: &[u32]) -> Vec<[u32; BARS]> {
    let mut sums = vec![[0; BARS]; stores.len()];
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
    sums
}

/// A moment of the run: for the caption when nothing happened yet.
pub(super) fn opening(run: &Run) -> Both {
    let (stores, (ranges, _)) = (run.world().store_ids().count(), ranges_of(run.world()));
    both!(
        "{ranges} ranges on {stores} stores: each range is a Raft group of its own, and elects its own leader.",
        "{stores} 个 store 上有 {ranges} 个 range：每个 range 自成一个 Raft group，各自选举 leader。"
    )
}
