//! Flushes and compactions: in the feed, on the strip, to go to, and in the picture of the levels.

use play::Msg;
use play::ranges::Playground;
use sim::EventId;
use sim::ranges::{Event, EventKind};
use store::EngineName;
use view::FeedRow;
use view::ranges::TableBar;

fn told(play: &mut Playground, lines: &[&str]) {
    for line in lines {
        play.update(Msg::Line((*line).to_owned()).into());
    }
}

fn restored() -> Playground {
    let mut play = Playground::default();
    let line = "restore tables 12 rows 128 bytes 300 as batches over r1";
    told(&mut play, &["seek 3s", "pause", line, "seek 12s"]);
    play
}

/// What s1's engine did that is told with these words.
fn rows(play: &mut Playground, words: &str) -> Vec<FeedRow> {
    let is_work = |event: &&Event| {
        let EventKind::Store { store, kind } = &event.kind else { return false };
        let store::EventKind::Worked(worked) = &**kind else { return false };
        store.0 == 1 && worked.engine == EngineName::State
    };
    let works: Vec<EventId> = play.run().events().filter(is_work).map(|event| event.id).collect();
    let mut found = Vec::new();
    for id in works {
        play.update(Msg::SeekEvent(id).into());
        let feed = play.frame().feed;
        found.extend(
            feed.iter().find(|row| row.event == id.0 && row.text.en.contains(words)).cloned(),
        );
    }
    found
}

fn bars(play: &mut Playground) -> Vec<TableBar> {
    play.frame().engine.levels.iter().flat_map(|level| level.tables.clone()).collect()
}

#[test]
fn a_flush_and_a_compaction_are_events_that_one_can_go_to() {
    let mut play = restored();
    for (words, gone, reason) in [
        ("flushes its memtable", 0, "the memtable reached its limit of 64.0 KB"),
        ("compacts L0", 4, "L0 has 4 tables, and 4 are the trigger"),
    ] {
        let row = rows(&mut play, words).into_iter().next_back().expect("it happened");
        play.update(Msg::SeekEvent(EventId(row.event)).into());
        let frame = play.frame();
        assert!(frame.strip.marks.iter().any(|mark| mark.event == row.event), "{words}");
        assert!(frame.engine.about.en.contains(reason), "{}", frame.engine.about.en);
        let bars = bars(&mut play);
        assert!(bars.iter().any(|bar| bar.fell == 1), "what came of it fell a level");
        assert!(gone <= bars.iter().filter(|bar| bar.gone).count(), "{bars:?}");
    }
    told(&mut play, &["seek 20s"]);
    let later = bars(&mut play);
    assert!(!later.is_empty() && later.iter().all(|bar| !bar.gone && bar.fell == 0), "all stands");
}

#[test]
fn a_stopped_store_keeps_its_tables_and_its_log() {
    let mut play = restored();
    let standing = |play: &mut Playground| {
        let board = play.frame().board;
        let levels = play.frame().engine.levels.clone();
        let names = |tables: Vec<TableBar>| tables.into_iter().map(|bar| bar.text).collect();
        let tables = levels.into_iter().skip(1).map(|level| (level.name, names(level.tables)));
        (board.stores[0].drawers.len(), tables.collect::<Vec<(_, Vec<_>)>>())
    };
    let before = standing(&mut play);
    told(&mut play, &["kill s1"]);
    assert!(!play.frame().board.stores[0].up && play.frame().engine.stopped);
    assert_eq!(standing(&mut play), before, "no table is lost with the process");
    assert_eq!(play.frame().engine.levels[0].name, "WAL");
    told(&mut play, &["restart s1"]);
    assert_eq!(standing(&mut play), before);
}
