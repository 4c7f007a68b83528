//! Two runs of many ranges side by side, as the page moves them.

use det::{Span, Time};
use play::ranges::{Pair, Playground, RangesMsg, SCENES, Size, setup};
use play::{Msg, Note, Speed};
use script::ranges::Figure;
use sim::ranges::Knob;
use store::RangeId;
use view::Both;
use view::ranges::{Comparison, Selection};

fn playground() -> Playground {
    Playground::new(setup(Size { stores: 3, ranges: 9 })).expect("the setup is fine")
}

#[track_caller]
fn told(play: &mut Playground, msg: impl Into<RangesMsg>) -> Vec<Both> {
    let notes = play.update(msg.into());
    let text = |note: Note| if let Note::Notice { text, .. } = note { Some(text) } else { None };
    notes.into_iter().filter_map(text).collect()
}

#[track_caller]
fn line(play: &mut Playground, line: &str) {
    assert_eq!(told(play, Msg::Line(line.to_owned())), [], "{line}");
}

/// Both runs are there, and at one moment.
#[track_caller]
fn pair(play: &mut Playground) -> Pair {
    let beside = play.run_beside().expect("there is a run beside");
    assert_eq!(beside.now(), play.now());
    play.pair().expect("there is a run beside")
}

#[track_caller]
fn row(play: &mut Playground, name: &str) -> ([String; 2], String) {
    let rows = pair(play).comparison.rows;
    let row = rows.into_iter().find(|row| row.name.en == name).expect(name);
    (row.values, row.ratio)
}

#[test]
fn coalescing_is_compared_with_heartbeats_alone() {
    let mut play = playground();
    line(&mut play, "compare coalescing");
    line(&mut play, "new 3 60");
    line(&mut play, "switch quiescence off");
    line(&mut play, "speed 1");
    for _ in 0..200 {
        play.update(Msg::Elapsed { wall: Span::millis(16) }.into());
    }
    let [left, right] = pair(&mut play).comparison.sides;
    assert_eq!((left.on, right.on), (true, false));
    // Sixty ranges and that of the liveness records, with two followers each, and an answer to each
    // heartbeat; six streams, on which a leader's ranges need not beat in the same tick.
    let (values, ratio) = row(&mut play, "of these with heartbeats");
    assert_eq!((values, ratio.as_str()), (["24".to_owned(), "244".to_owned()], "× 10"));
    let (steps, ratio) = row(&mut play, "heartbeat steps of ranges");
    assert_eq!((steps[0].as_str(), ratio.as_str()), ("244", "="), "coalescing saves no steps");
    // Alone 32 bytes and 30 for the answer, together 12 and 10 and an envelope for each message.
    let (bytes, ratio) = row(&mut play, "bytes of heartbeats and answers");
    let alone = 122 * (32 + 30);
    let together = 122 * (12 + 10)..122 * (12 + 10) + 24 * 20;
    let text = |bytes: u64| format!("{}.{} KB", bytes / 1024, bytes * 10 / 1024 % 10);
    assert_eq!(bytes[1], text(alone));
    assert!(together.map(text).any(|text| text == bytes[0]), "{bytes:?}");
    assert_eq!(ratio, "× 2.4");
    assert_eq!(row(&mut play, "evaluations").1, "=");
}

#[test]
fn what_is_counted_does_not_depend_on_how_one_got_there() {
    let mut play = playground();
    line(&mut play, "compare quiescence");
    line(&mut play, "load 20/s");
    line(&mut play, "seek 5s");
    let end = pair(&mut play);
    line(&mut play, "seek 2300ms");
    let middle = pair(&mut play);
    assert_ne!(middle, end);
    for _ in 0..5 {
        play.update(Msg::NextInteresting.into());
        pair(&mut play);
        play.update(Msg::PreviousInteresting.into());
        pair(&mut play);
        play.update(Msg::Back.into());
        pair(&mut play);
    }
    line(&mut play, "seek 5s");
    assert_eq!(pair(&mut play), end);
    line(&mut play, "home");
    line(&mut play, "seek 2300ms");
    assert_eq!(pair(&mut play), middle);
}

#[test]
fn the_first_divergence_stands_on_the_strip_and_in_words() {
    let mut play = playground();
    line(&mut play, "compare quiescence");
    line(&mut play, "seek 2s");
    let parting = pair(&mut play).comparison.parting.expect("ranges have fallen asleep");
    assert!(parting.title.en.starts_with("First divergence at 1."), "{parting:?}");
    assert!(parting.sides[0].en.contains("to sleep"), "{parting:?}");
    assert_eq!(parting.sides[1].zh, "这个 range 保持活跃，时钟继续 tick。");
    let marks = play.frame().strip.marks.clone();
    assert!(marks.iter().any(|mark| mark.icon == "≠" && mark.at == parting.at), "{marks:?}");
    assert_eq!(told(&mut play, Msg::Seek(Time(parting.at))), []);
    assert_eq!(pair(&mut play).comparison.parting, Some(parting));
}

#[test]
fn leaving_the_comparison_keeps_the_run_on_the_left_and_nothing_else() {
    let mut play = playground();
    let commands = ["seek 1s", "put m1 v", "seek 2s", "kill s2", "seek 4s"];
    for each in commands {
        line(&mut play, each);
    }
    let alone = play.digest();
    for knob in Knob::ALL {
        told(&mut play, RangesMsg::Compare(Some(knob)));
        assert_eq!(play.compared(), Some(knob));
        pair(&mut play);
        assert_eq!(play.digest(), alone);
    }
    line(&mut play, "compare off");
    assert_eq!((play.compared(), play.pair()), (None, None));
    assert_eq!(play.digest(), alone);
    let mut other = playground();
    line(&mut other, "compare coalescing");
    for each in commands {
        line(&mut other, each);
        pair(&mut other);
    }
    assert_eq!(other.digest(), alone, "a run is the same whatever runs beside it");
}

#[test]
fn a_new_run_a_scene_and_another_future_are_compared_as_well() {
    let mut play = playground();
    line(&mut play, "compare coalescing");
    line(&mut play, "new 3 60");
    assert_eq!(pair(&mut play).board.keys.len(), 60 + 1);
    told(&mut play, RangesMsg::Scene(5));
    play.update(Msg::SetSpeed(Speed::Max).into());
    line(&mut play, "seek 3s");
    pair(&mut play);
    line(&mut play, "seek 1s");
    assert_ne!(told(&mut play, Msg::Line("kill s1".into())), [], "that is a new future");
    line(&mut play, "seek 2s");
    assert!(!pair(&mut play).board.stores[0].up);
    told(&mut play, Msg::SwitchBranch(0));
    assert!(pair(&mut play).board.stores[0].up);
}

#[test]
fn a_scene_about_a_switch_costs_less_than_the_one_beside_it() {
    let mut compared = 0;
    for (number, scene) in SCENES.iter().enumerate() {
        let Some(word) = scene.compare else { continue };
        let mut play = playground();
        told(&mut play, RangesMsg::Scene(number));
        line(&mut play, &format!("compare {word}"));
        play.update(Msg::End.into());
        let Comparison { parting, skipped, .. } = pair(&mut play).comparison;
        assert!(parting.is_some() && skipped.is_empty(), "{}: {parting:?} {skipped:?}", scene.en);
        // What the switch is there to save, by its word in the script language.
        let saved = match Knob::named(word).expect(scene.en) {
            Knob::Coalescing => "messages",
            Knob::Quiescence => "ticks",
            Knob::Evaluation => "evaluations",
            Knob::Groups => "groups",
            Knob::LogEngine | Knob::Sideloading => "synced",
            Knob::Ingest => "written",
        };
        let figure = Figure::all().find(|figure| figure.word() == saved).expect(saved);
        let left = figure.value(play.run().world());
        let right = figure.value(play.run_beside().expect("it is compared").world());
        assert!(left < right, "{}: {saved} {left} beside {right}", scene.en);
        compared += 1;
    }
    assert_eq!(compared, 8);
}

#[test]
fn what_cannot_be_compared_gets_a_sentence() {
    let mut play = playground();
    let sentences = told(&mut play, Msg::Line("compare frobnication".into()));
    assert!(sentences[0].en.contains("coalescing"), "{sentences:?}");
    line(&mut play, "compare coalescing");
    assert_ne!(told(&mut play, Msg::Line("kill s9".into())), []);
    pair(&mut play);
}

/// What opens this: the same moment of both runs, and the same place where they part.
#[track_caller]
fn opens_the_same(play: &mut Playground, msg: Msg) {
    let expected = pair(play).comparison;
    assert!(expected.parting.is_some());
    let mut other = playground();
    told(&mut other, msg);
    other.update(Msg::Seek(play.now()).into());
    assert_eq!(other.compared(), play.compared());
    assert_eq!(pair(&mut other).comparison.parting, expected.parting);
    let digests =
        |play: &Playground| (play.digest(), play.run_beside().map(|it| it.world().digest()));
    assert_eq!(digests(&other), digests(play));
}

#[test]
fn links_and_scripts_carry_a_comparison() {
    let mut play = playground();
    for each in ["seek 1s", "put m1 v", "compare quiescence", "seek 2s", "kill s2", "seek 3s"] {
        line(&mut play, each);
    }
    let (link, script) = (play.link(), play.script());
    assert!(link.contains("a=compare+quiescence,@1s+put+m1+v,"), "{link}");
    assert!(script.contains("\ncompare quiescence\n"), "{script}");
    opens_the_same(&mut play, Msg::Open(link));
    opens_the_same(&mut play, Msg::Script(script));
    line(&mut play, "compare off");
    assert!(!play.link().contains("compare"));
}

#[test]
fn the_link_of_a_scene_carries_a_comparison() {
    let mut play = playground();
    let place = SCENES.iter().position(|scene| scene.compare == Some("coalescing"));
    told(&mut play, RangesMsg::Scene(place.expect("a scene is about it")));
    line(&mut play, "compare coalescing");
    line(&mut play, "seek 2s");
    let link = play.link();
    assert!(link.ends_with(";compare=coalescing;t=2000000"), "{link}");
    opens_the_same(&mut play, Msg::Open(link.clone()));
    let unknown = told(&mut play, Msg::Open(link.replace("coalescing;", "folding;")));
    assert!(unknown[0].en.contains("compare=folding"), "{unknown:?}");
}

#[test]
fn what_is_opened_on_the_right_is_looked_at_there() {
    let mut play = playground();
    line(&mut play, "compare sideloading");
    line(&mut play, "seek 2s");
    for each in ["ingest m1,7 m2,8", "seek 3s"] {
        told(&mut play, Msg::Line(each.to_owned()));
    }
    let range = Selection::Range(RangeId(5));
    told(&mut play, RangesMsg::Select(range));
    assert!(!play.looks_beside());
    let left = play.frame();
    told(&mut play, RangesMsg::SelectBeside(range));
    assert!(play.looks_beside());
    let right = play.frame();
    assert_eq!((left.shelf.len(), right.shelf.len()), (1, 0), "the log on the right has it all");
    assert_ne!(left.inspector.groups, right.inspector.groups);
    assert_eq!(left.board, right.board, "the stage on the left stays that of the left");
    line(&mut play, "compare off");
    assert!(!play.looks_beside());
    assert_eq!(play.frame().inspector, left.inspector);
}
