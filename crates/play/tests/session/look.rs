//! What the frame shows, and what it costs the page.

use std::rc::Rc;

use super::*;

#[test]
fn a_part_that_did_not_change_is_the_same_pointer() {
    let mut play = led();
    let before = play.frame();
    let again = play.frame();
    assert!(Rc::ptr_eq(&before.feed, &again.feed) && Rc::ptr_eq(&before.strip, &again.strip));
    play.update(Msg::Select(play::Selection::Node(sim::NodeId(2))));
    let after = play.frame();
    assert!(!Rc::ptr_eq(&before.nodes, &after.nodes));
    assert!(!Rc::ptr_eq(&before.inspector, &after.inspector));
    assert!(Rc::ptr_eq(&before.log, &after.log) && Rc::ptr_eq(&before.lamps, &after.lamps));
}

#[test]
fn what_moves_moves_smoothly_and_arrives() {
    let mut play = led();
    typed(&mut play, "put x 7");
    let mut motion = view::Motion::default();
    play.motion(&mut motion);
    let message = motion.flights.last().expect("the request is on its way").message;
    let mut part = -1.0;
    let mut left = [1.0_f32; 5];
    for _ in 0..40 {
        play.update(Msg::Seek(play.now() + Span(100)));
        play.motion(&mut motion);
        let dot = motion.flights.iter().find(|dot| dot.message == message);
        let now = dot.expect("it takes five milliseconds at least").progress;
        assert!(part < now && now - part < 1.1, "{part} {now}");
        part = now;
        for arc in &motion.arcs {
            let left = &mut left[usize::from(arc.node) - 1];
            assert!(arc.left <= arc.total && arc.total <= 1.0, "{arc:?}");
            assert!(arc.left < *left || arc.left > *left + 0.1, "{arc:?} after {left}");
            *left = arc.left;
        }
    }
    assert!(part > 0.45);
}

#[test]
fn the_caption_follows_each_step_and_only_the_interesting_when_time_runs() {
    let mut play = led();
    play.update(Msg::Step);
    let stepped = play.frame().caption.event.expect("something happened");
    play.update(Msg::Step);
    assert!(play.frame().caption.event > Some(stepped));
    play.update(Msg::Play);
    let running = play.frame().caption;
    let shown = play.frame().feed.iter().find(|row| Some(row.event) == running.event).cloned();
    assert!(shown.is_some_and(|row| row.interesting), "{running:?}");
}

#[test]
fn before_anything_has_happened_the_caption_says_what_will() {
    let caption = Playground::default().frame().caption;
    assert_eq!(caption.event, None);
    assert!(caption.text.en.starts_with("5 nodes start as followers"), "{caption:?}");
}

#[test]
fn why_leads_from_an_event_back_to_what_began_it() {
    let mut play = led();
    typed(&mut play, "put x 7");
    run(&mut play, 40);
    let feed = play.frame().feed;
    let commit = feed.iter().find(|row| row.text.en.contains("commits")).expect("it commits");
    play.update(Msg::Select(play::Selection::Event(sim::EventId(commit.event))));
    let why = play.frame().caption.why.clone();
    assert_eq!(why.first().map(|row| row.event), Some(commit.event));
    assert!(why.windows(2).all(|pair| pair[0].event > pair[1].event));
    let first = why.last().expect("not empty");
    assert!(!first.has_cause || why.len() == 12, "{first:?}");
}

#[test]
fn a_selected_node_shows_its_disk_and_what_the_leader_knows() {
    let mut play = led();
    let id = leader(&play.frame()).unwrap();
    play.update(Msg::Select(play::Selection::Node(sim::NodeId(id))));
    let inspector = play.frame().inspector;
    assert_eq!(inspector.title, format!("n{id}"));
    assert_eq!(inspector.what.en, "leader of term 1");
    let titles: Vec<&str> = inspector.groups.iter().map(|group| group.title.en.as_str()).collect();
    assert_eq!(titles, ["on disk", "in memory", "as the leader sees them", "state machine"]);
    assert_eq!(inspector.groups[2].facts.len(), 4);
}

/// Every acceptance script opens, and at each of its interesting moments there is a whole picture.
#[test]
fn every_acceptance_script_can_be_watched() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scripts");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of the acceptance scripts") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            continue;
        }
        let script = std::fs::read_to_string(&path).expect("a readable script");
        let mut play = Playground::default();
        let notes = play.update(Msg::Script(script));
        assert!(!is_refused(&notes), "{}: {notes:?}", path.display());
        for _ in 0..30 {
            play.update(Msg::PreviousInteresting);
            let frame = play.frame();
            assert!(!frame.caption.text.is_empty());
            assert!(frame.feed.len() <= Frame::FEED_ROWS && frame.next.len() <= Frame::NEXT_ROWS);
            assert!(frame.strip.lines.len() <= 400);
        }
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}
