//! One range as a ring, envelopes opened, entries read: what a person finds by looking closer.

use play::Msg;
use play::ranges::{Playground, RangesMsg, Size};
use store::{RangeId, StoreId};
use view::ranges::Selection;
use view::{Motion, Part};

fn told(play: &mut Playground, lines: &[&str]) {
    for line in lines {
        play.update(Msg::Line((*line).to_owned()).into());
    }
}

fn settled() -> Playground {
    let mut play = Playground::default();
    told(&mut play, &["seek 3s"]);
    play
}

#[test]
fn a_range_is_drawn_as_a_ring_of_its_replicas() {
    let mut play = settled();
    assert_eq!(play.frame().group.range, 0);
    told(&mut play, &["zoom in", "put b1 hello", "seek 3200ms"]);
    let group = play.frame().group;
    assert_eq!((group.range, group.stores.as_slice()), (1, &[1, 2, 3][..]));
    let leaders = group.nodes.iter().filter(|node| node.part == Part::Leader);
    assert_eq!(leaders.count(), 1);
    assert_eq!(group.nodes.iter().filter(|node| node.value == "lease").count(), 1);
    for row in &group.log.rows {
        let last = row.cells.iter().flatten().last().expect("there are entries");
        assert_eq!((last.text.as_str(), last.committed, last.durable), ("b1=hello", true, true));
    }
    told(&mut play, &["zoom out"]);
    assert_eq!(play.frame().group.range, 0);
}

#[test]
fn only_the_ranges_own_messages_move_on_its_ring() {
    let mut play = settled();
    told(&mut play, &["zoom in", "put m42 v", "seek 3005ms"]);
    let mut motion = Motion::default();
    play.zoom(&mut motion);
    assert!(motion.flights.is_empty(), "{:?}", motion.flights);
    assert!(motion.arcs.is_empty(), "nobody's clock runs while the range sleeps");
    told(&mut play, &["put b1 v", "seek 3030ms"]);
    play.zoom(&mut motion);
    assert!(!motion.flights.is_empty());
    told(&mut play, &["seek 3100ms"]);
    play.zoom(&mut motion);
    assert_eq!(motion.arcs.len(), 2, "followers' timers run again");
}

#[test]
fn an_envelope_opens_into_its_beats() {
    let mut play = Playground::default();
    told(&mut play, &["switch quiescence off", "seek 3s"]);
    let coalesced = (0..2_000).find_map(|_| {
        play.update(Msg::Step.into());
        let flights = play.run().world().flights();
        let beats = |load: &store::Load| {
            let store::Load::Heartbeats(beats) = load else { return None };
            (beats.len() > 1).then_some(beats.len())
        };
        let mut found = flights.filter_map(|flight| {
            let [parcel] = &flight.envelope.parcels[..] else { return None };
            Some((flight.id, beats(&parcel.load)?))
        });
        found.next()
    });
    let (envelope, beats) = coalesced.expect("heartbeats are coalesced");
    play.update(RangesMsg::Select(Selection::Envelope(envelope)));
    let inspector = play.frame().inspector;
    assert!(inspector.title.starts_with('✉'), "{}", inspector.title);
    assert_eq!(inspector.groups[0].facts.len(), beats);
    assert!(!play.is_playing(), "time stands still for who reads");
    told(&mut play, &["seek 10s"]);
    assert!(play.frame().inspector.groups.is_empty(), "it has arrived");
}

#[test]
fn an_entry_shows_its_write_batch_or_the_request_that_everybody_evaluates() {
    let what_it_says = |lines: &[&str]| {
        let mut play = settled();
        told(&mut play, lines);
        told(&mut play, &["put b1 hello", "zoom in", "seek 3300ms"]);
        let groups = play.frame().inspector.groups.clone();
        let facts = &groups.last().expect("the newest entry is opened").facts;
        facts.iter().map(|fact| format!("{}: {}", fact.name.en, fact.value.en)).collect::<Vec<_>>()
    };
    let batch = what_it_says(&[]);
    assert!(batch[0].starts_with("write batch: 1 write,"), "{batch:?}");
    assert_eq!(batch[1], "· b1: hello");
    assert_eq!(
        batch[2],
        "evaluated: once, on s1; keys touched: 1. The others only write the bytes"
    );
    assert_eq!(batch[3], "statistics: +1 key, +7 bytes");
    let request = what_it_says(&["switch evaluation naive"]);
    assert!(
        request[0].starts_with("request, ") && request[0].ends_with("put b1 hello"),
        "{request:?}"
    );
    let cost = "evaluated: by each replica that applies it: s1 s2 s3; keys touched in all: 3";
    assert_eq!(request[1], cost);
}

#[test]
fn figures_are_drawn_as_far_as_the_window_reaches() {
    let mut play = Playground::default();
    told(&mut play, &["seek 500ms"]);
    let spark_of = |play: &mut Playground, name: &str| {
        let counts = play.frame().counts;
        let row = counts.iter().find(|row| row.name.en == name).expect(name);
        (row.value.clone(), row.spark.clone())
    };
    let (value, spark) = spark_of(&mut play, "leaders elected");
    assert_ne!(value, "0");
    assert!(spark.contains(&1.0), "{spark:?}");
    assert_eq!(spark_of(&mut play, "woken").1.first(), Some(&1.0), "all begin awake");
    told(&mut play, &["seek 60s"]);
    let (later, spark) = spark_of(&mut play, "leaders elected");
    assert!(!later.is_empty() && spark.is_empty(), "nobody was elected of late: {spark:?}");
}

#[test]
fn figures_that_grow_say_how_much_in_a_second() {
    let mut play = settled();
    told(&mut play, &["new ranges=3 liveness=told", "seek 9s"]);
    let rate = |play: &mut Playground, name: &str| {
        let counts = play.frame().counts;
        counts.iter().find(|row| row.name.en == name).expect(name).rate.clone()
    };
    assert_eq!(rate(&mut play, "proposals"), "", "nobody asks for anything");
    told(&mut play, &["load 20/s", "seek 12s"]);
    assert_eq!(rate(&mut play, "proposals"), "20/s");
    assert!(rate(&mut play, "bytes on the wire").ends_with(" KB/s"));
    assert_eq!(rate(&mut play, "replicas asleep now"), "", "it does not grow");
}

#[test]
fn figures_are_those_of_all_stores_or_of_one() {
    let mut play = settled();
    let figure = |play: &mut Playground, counted: Option<u32>, name: &str| -> u64 {
        play.update(RangesMsg::Count(counted.map(StoreId)));
        let frame = play.frame();
        assert_eq!(frame.counted, counted);
        let row = frame.counts.iter().find(|row| row.name.en == name).expect(name);
        row.value.parse().expect("it is a number")
    };
    // What a dead store had counted stays its own.
    told(&mut play, &["kill s2", "restart s2", "put b1 v", "seek 4s"]);
    for name in ["Raft messages", "proposals", "syncs", "leaders elected"] {
        let each: Vec<u64> = (1..=3).map(|store| figure(&mut play, Some(store), name)).collect();
        assert_eq!(figure(&mut play, None, name), each.iter().sum::<u64>(), "{name}: {each:?}");
        assert!(each.iter().any(|&count| count > 0), "{name}");
    }
    play.update(RangesMsg::Count(Some(StoreId(3))));
    let names = |play: &mut Playground| -> Vec<String> {
        play.frame().counts.iter().map(|row| row.name.en.clone()).collect()
    };
    assert!(!names(&mut play).contains(&"requests done".to_owned()), "clients are of no store");
    play.update(RangesMsg::Count(Some(StoreId(9))));
    assert_eq!(play.frame().counted, None, "there is no such store");
}

#[test]
fn a_new_run_takes_settings_and_keeps_the_others() {
    let mut play = Playground::default();
    told(&mut play, &["new ranges=20 log=shared"]);
    let setup = play.run().recording().setup.clone();
    assert_eq!((setup.ranges, setup.log_engine), (20, store::LogEngine::Shared));
    assert_eq!(setup.latency, play::ranges::setup(Size { stores: 3, ranges: 9 }).latency);
    let switch = play.frame().switches.iter().find(|row| row.line.contains("log=")).cloned();
    let switch = switch.expect("the log engine can be turned");
    assert!(!switch.on);
    told(&mut play, &[&switch.line]);
    assert_eq!(play.run().recording().setup.log_engine, store::LogEngine::Separate);
    let notes = play.update(Msg::Line("new ranges=20 colour=red".to_owned()).into());
    assert!(matches!(&notes[..], [play::Note::Notice { refused: true, .. }]), "{notes:?}");
}

#[test]
fn the_range_that_never_sleeps_is_named_and_keeps_quiet() {
    let mut play = Playground::default();
    told(&mut play, &["seek 6s"]);
    let frame = play.frame();
    assert_eq!(frame.head.summary.en, "9 ranges · 9 asleep · 3/3 stores up");
    assert!(frame.feed.iter().all(|row| !row.text.en.contains("r10")), "{:?}", frame.feed);
    assert_eq!((frame.board.keys[0].range, frame.board.keys[0].start.as_str()), (10, "♥"));
    play.update(RangesMsg::Select(Selection::Range(RangeId(10))));
    let feed = play.frame().feed;
    assert!(feed.iter().any(|row| row.text.en.contains("r10")), "{feed:?}");
}

#[test]
fn the_leases_of_whoever_is_killed_go_to_others() {
    let mut play = settled();
    let holder = |play: &Playground| play.run().world().leaseholder(RangeId(5));
    let killed = holder(&play).expect("it has one");
    told(&mut play, &[&format!("kill {killed}"), "put m1 v", "seek 12s"]);
    let now = holder(&play).expect("another one has it");
    assert_ne!(now, killed);
    assert_eq!(play.run().world().value(b"m1").as_deref(), Some(&b"v"[..]));
    assert!(play.script().starts_with("cluster stores=3 latency=12ms jitter=4ms liveness=range\n"));
}

#[test]
fn the_strip_keeps_what_was_done_and_sent_when_its_events_are_gone() {
    let mut play = Playground::default();
    told(&mut play, &["new ranges=100 stores=5", "speed max", "seek 2s", "load 50/s", "kill s2"]);
    told(&mut play, &["seek 9s"]);
    let oldest = play.run().events().next().expect("there are events").at;
    assert!(oldest.0 > 2_000_000, "the events of then are gone: {oldest}");
    let strip = play.frame().strip;
    let labels: Vec<&str> = strip.marks.iter().map(|mark| mark.label.en.as_str()).collect();
    assert!(labels.starts_with(&["load 50/s", "kill s2"]), "{labels:?}");
    let sent = |play: &mut Playground, lane: usize, from: u64, to: u64| {
        let (strip, lanes) = (play.frame().strip, play.frame().lanes);
        let bars = &lanes[lane].bars;
        let width = (strip.to - strip.from) / bars.len() as u64;
        let part =
            |at: u64| usize::try_from((at - strip.from) / width).expect("it is on the strip");
        bars[part(from * 1_000)..part(to * 1_000)].iter().any(|bar| *bar > 0.0)
    };
    for (lane, expected) in [true, false, true, true, true].into_iter().enumerate() {
        assert_eq!(sent(&mut play, lane, 2_200, 8_900), expected, "lane {lane}");
    }
    // Back in time, what follows is still on the strip; once something else is done, it is not.
    told(&mut play, &["seek 2500ms"]);
    assert!(sent(&mut play, 0, 3_000, 8_900));
    told(&mut play, &["restart s2"]);
    assert!(!sent(&mut play, 0, 3_000, 8_900));
}
