//! A session as a person has it: driven by messages only, looked at through the frame.

mod compare;
mod file;
mod garbage;
mod levels;
mod link;
mod look;
mod ranges;
mod tables;
mod time;

use det::{Span, Time};
use play::{Msg, Note, Playground, Speed};
use sim::Command;
use view::{Frame, LogRow, Part};

/// One animation frame at 60 Hz.
const FRAME: Span = Span(16_667);

/// So many seconds of wall-clock time go by.
fn watch(play: &mut Playground, seconds: u64) -> Vec<Note> {
    let frames = seconds * 1_000_000 / FRAME.0;
    (0..frames).flat_map(|_| play.update(Msg::Elapsed { wall: FRAME })).collect()
}

/// Types a line that must be accepted.
#[track_caller]
fn typed(play: &mut Playground, line: &str) {
    let notes = play.update(Msg::Line(line.to_owned()));
    assert!(!is_refused(&notes), "{line}: {notes:?}");
}

fn is_refused(notes: &[Note]) -> bool {
    notes.iter().any(|note| matches!(note, Note::Notice { refused: true, .. }))
}

/// The one sentence of a refusal, in English.
#[track_caller]
fn refusal(notes: &[Note]) -> String {
    let [Note::Notice { text, refused: true }] = notes else { panic!("no refusal: {notes:?}") };
    assert!(!text.en.is_empty() && !text.zh.is_empty(), "{text:?}");
    assert!(!text.en.contains('\n'), "one sentence: {text:?}");
    text.en.clone()
}

fn leader(frame: &Frame) -> Option<u8> {
    frame.nodes.iter().find(|node| node.part == Part::Leader && !node.stale).map(|node| node.id)
}

/// The log of a node, entry by entry: index, term and text.
fn log(row: &LogRow) -> Vec<(u64, u64, String)> {
    row.cells.iter().flatten().map(|cell| (cell.index, cell.term, cell.text.clone())).collect()
}

/// A session with a leader, standing still one second into the run.
fn led() -> Playground {
    let mut play = Playground::default();
    play.update(Msg::Pause);
    play.update(Msg::Seek(Time(1_000_000)));
    assert!(leader(&play.frame()).is_some());
    play
}

/// Virtual time goes on by so many milliseconds.
fn run(play: &mut Playground, millis: u64) {
    play.update(Msg::Seek(play.now() + Span::millis(millis)));
}

#[test]
fn five_nodes_and_a_leader_within_two_seconds_of_looking() {
    let mut play = Playground::default();
    assert!(play.is_playing());
    assert_eq!(play.speed(), Speed::OneIn(100));
    let first = play.frame();
    assert_eq!(first.nodes.len(), 5);
    assert!(first.nodes.iter().all(|node| node.part == Part::Follower));
    watch(&mut play, 2);
    let frame = play.frame();
    assert_eq!(frame.head.leader, leader(&frame).map(|id| format!("n{id}")));
    assert!(leader(&frame).is_some());
    assert_eq!(frame.head.term, 1);
}

#[test]
fn kill_the_leader_and_another_is_elected() {
    let mut play = led();
    let first = leader(&play.frame()).unwrap();
    typed(&mut play, &format!("kill n{first}"));
    assert_eq!(play.frame().nodes[usize::from(first) - 1].part, Part::Stopped);
    play.update(Msg::SetSpeed(Speed::OneIn(1)));
    play.update(Msg::Play);
    watch(&mut play, 2);
    let frame = play.frame();
    let second = leader(&frame).expect("four of five can elect");
    assert_ne!(second, first);
    assert!(frame.head.term > 1);
    assert_eq!(frame.head.up, 4);
}

#[test]
fn write_to_both_sides_of_a_partition_and_heal_and_the_logs_agree() {
    let mut play = led();
    let old = leader(&play.frame()).unwrap();
    let near = old % 5 + 1;
    let far: Vec<String> =
        (1..=5).filter(|&id| id != old && id != near).map(|id| format!("n{id}")).collect();
    typed(&mut play, &format!("partition n{old} n{near} | {}", far.join(" ")));
    assert_eq!(play.frame().links.iter().filter(|link| link.cut_ab && link.cut_ba).count(), 6);
    for key in ["x", "y", "z"] {
        typed(&mut play, &format!("put {key} minority at n{old}"));
    }
    run(&mut play, 1_000);
    typed(&mut play, &format!("put x majority at {}", far[0]));
    run(&mut play, 1_000);

    let frame = play.frame();
    let stale = &frame.nodes[usize::from(old) - 1];
    assert!(stale.stale, "the old leader does not know yet: {stale:?}");
    let cells = frame.log.rows[usize::from(old) - 1].cells.iter().flatten();
    let tail: Vec<_> = cells.skip_while(|cell| cell.text != "x=minority").collect();
    assert!(3 <= tail.len(), "three writes of the minority, some asked for again: {tail:?}");
    assert!(tail.iter().all(|cell| cell.doomed), "one that is doomed takes the rest along");

    typed(&mut play, "heal");
    run(&mut play, 2_000);
    let frame = play.frame();
    assert!(frame.links.is_empty());
    let first = log(&frame.log.rows[0]);
    assert!(first.iter().any(|(_, _, text)| text == "x=majority"), "{first:?}");
    for row in &frame.log.rows {
        assert_eq!(log(row), first, "{}", row.name);
        assert!(row.cells.iter().flatten().all(|cell| cell.committed && !cell.doomed));
    }
    let hashes: Vec<_> = frame.nodes.iter().map(|node| &node.hash).collect();
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
}

#[test]
fn what_cannot_be_done_is_refused_and_changes_nothing() {
    let mut play = led();
    let before = play.digest();
    let notes = play.update(Msg::Do(Command::Restart(sim::NodeId(1))));
    assert!(refusal(&notes).contains("n1 is running"));
    let notes = play.update(Msg::New { nodes: 0, seed: 1 });
    assert_eq!(refusal(&notes), "a cluster has 1 to 9 nodes");
    let notes = play.update(Msg::SetSpeed(Speed::OneIn(0)));
    assert_eq!(refusal(&notes), "a speed is 1 or more, or max");
    assert_eq!(play.digest(), before);
}

#[test]
fn every_action_that_the_inspector_offers_can_be_typed() {
    let mut play = led();
    typed(&mut play, "put x 7");
    run(&mut play, 1);
    let mut motion = view::Motion::default();
    play.motion(&mut motion);
    let message = sim::MessageId(motion.flights[0].message);
    let event = sim::EventId(play.frame().feed[0].event);
    let selections = (1..=5)
        .map(|id| play::Selection::Node(sim::NodeId(id)))
        .chain([play::Selection::None, play::Selection::Message(message)])
        .chain([play::Selection::Event(event)]);
    for selection in selections {
        play.update(Msg::Select(selection));
        let inspector = match selection {
            play::Selection::None => std::rc::Rc::new(play.of_cluster()),
            play::Selection::Node(_) | play::Selection::Message(_) | play::Selection::Event(_) => {
                play.frame().inspector
            }
        };
        assert!(!inspector.actions.is_empty(), "{selection:?}");
        for action in &inspector.actions {
            let mut session = play.clone();
            let complete = action.line.replace("partition ", "partition n1 | n2");
            let line = match action.word {
                "put" => "put x 7",
                "get" => "get x",
                "read" => "read x",
                "joint" => "joint add n6 remove n1",
                "partition" if action.line.ends_with(' ') => &complete,
                _ => &action.line,
            };
            let notes = session.update(Msg::Line(line.to_owned()));
            assert_eq!(is_refused(&notes), !action.refused.is_empty(), "{line}: {notes:?}");
        }
    }
}

#[test]
fn a_finding_stops_time_at_its_moment_and_acknowledging_goes_on() {
    let script = include_str!("../../../../tests/scripts/broken_send_before_sync_is_found.raft");
    let mut play = Playground::default();
    let notes = play.update(Msg::Script(script.to_owned()));
    assert!(!is_refused(&notes), "{notes:?}");
    let lamps = play.frame().lamps;
    let found = lamps.iter().flat_map(|lamp| &lamp.findings).map(|finding| finding.at).min();
    let found = found.expect("the script plants a fault");

    play.update(Msg::Home);
    play.update(Msg::SetSpeed(Speed::OneIn(1)));
    play.update(Msg::Play);
    watch(&mut play, found / 1_000_000 + 2);
    assert!(!play.is_playing());
    assert_eq!(play.now(), Time(found));
    assert_eq!(play.frame().head.rules_broken, 1);

    play.update(Msg::Acknowledge);
    assert!(play.is_playing());
    watch(&mut play, 1);
    assert!(play.now() > Time(found));
}
