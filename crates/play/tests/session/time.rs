//! Time on screen: forward, back, elsewhere, and other futures.

use super::*;

#[test]
fn a_frame_and_the_digest_depend_on_the_moment_alone() {
    let mut play = led();
    typed(&mut play, "put x 7");
    run(&mut play, 12);
    let now = play.now();
    play.update(Msg::Seek(Time(2_000_000)));
    play.update(Msg::Seek(now));
    let (frame, digest) = (play.frame(), play.digest());
    let mut motion = view::Motion::default();
    play.motion(&mut motion);
    assert!(!motion.flights.is_empty());

    for there in [0, 500_000, 1_001_000, 1_900_000] {
        play.update(Msg::Seek(Time(there)));
        assert_ne!(play.digest(), digest);
        play.update(Msg::Seek(now));
        let mut again = view::Motion::default();
        play.motion(&mut again);
        assert_eq!((play.digest(), &again), (digest, &motion), "by way of {there}");
        assert_eq!(play.frame(), frame);
    }
}

#[test]
fn steps_back_undo_steps_forward() {
    let mut play = led();
    typed(&mut play, "put x 7");
    let mut digests = vec![play.digest()];
    for _ in 0..40 {
        play.update(Msg::Step);
        digests.push(play.digest());
    }
    while let Some(digest) = digests.pop() {
        assert_eq!(play.digest(), digest, "{} steps are left", digests.len());
        play.update(Msg::Back);
    }
}

#[test]
fn the_interesting_moments_are_the_same_in_both_directions() {
    let mut play = led();
    typed(&mut play, "kill n1");
    play.update(Msg::Home);
    play.update(Msg::Pause);
    let mut forward = Vec::new();
    while !is_refused(&play.update(Msg::NextInteresting)) && play.now() <= Time(1_000_000) {
        forward.push(play.digest());
    }
    assert!(forward.len() > 5);
    while let Some(digest) = forward.pop() {
        play.update(Msg::PreviousInteresting);
        assert_eq!(play.digest(), digest, "{} are left", forward.len());
    }
}

#[test]
fn time_stands_when_it_is_stopped_and_speed_scales_it() {
    let mut play = Playground::default();
    let start = play.now();
    watch(&mut play, 1);
    let hundredth = play.now().since(start);
    assert!((9_800..=10_000).contains(&hundredth.0), "{hundredth}");
    play.update(Msg::Toggle);
    let stood = play.now();
    watch(&mut play, 1);
    assert_eq!(play.now(), stood);
    play.update(Msg::SetSpeed(Speed::Max));
    play.update(Msg::Toggle);
    watch(&mut play, 1);
    assert!(play.now().since(stood) > Span::secs(1));
}

#[test]
fn a_command_in_the_past_keeps_the_old_future() {
    let mut play = led();
    typed(&mut play, "put x old");
    run(&mut play, 500);
    let (old, end) = (play.digest(), play.now());
    play.update(Msg::Seek(Time(900_000)));
    let notes = play.update(Msg::Line("put x new".to_owned()));
    assert!(matches!(notes.as_slice(), [Note::Notice { refused: false, .. }]), "{notes:?}");
    play.update(Msg::Seek(end));
    assert_ne!(play.digest(), old);
    let branches = play.frame().strip.branches.clone();
    let names: Vec<&str> = branches.iter().map(|branch| branch.name.en.as_str()).collect();
    assert_eq!(names, ["as it was", "the client puts x = new"]);
    assert!(branches[1].current);

    play.update(Msg::SwitchBranch(0));
    assert_eq!(play.digest(), old);
    play.update(Msg::DropBranch(1));
    assert_eq!(play.frame().strip.branches.len(), 1);
    assert!(is_refused(&play.update(Msg::SwitchBranch(7))));
}

#[test]
fn a_moment_too_far_away_is_not_waited_for() {
    let mut play = led();
    typed(&mut play, "load 64 every 0ms");
    let notes = play.update(Msg::Line("seek 24h".to_owned()));
    assert!(refusal(&notes).starts_with("column 6"), "hours are no unit: {notes:?}");
    let notes = play.update(Msg::Line("seek 86400s".to_owned()));
    assert!(refusal(&notes).starts_with("that is too far for one go"), "{notes:?}");
    assert!(play.now() > Time(1_000_000));
    assert!(refusal(&play.update(Msg::SeekEvent(sim::EventId(u64::MAX)))).contains("no event"));
}

#[test]
fn the_microscope_goes_step_by_step_and_shows_the_ready_in_hand() {
    let mut play = Playground::default();
    assert!(is_refused(&play.update(Msg::SubStep)));
    run(&mut play, 300);
    let leader = play.frame().head.leader.clone().expect("a leader by now");
    typed(&mut play, &format!("microscope {leader} every 1ms"));
    typed(&mut play, &format!("put x 7 at {leader}"));
    let mut lit = Vec::new();
    let mut entries = Vec::new();
    for _ in 0..40 {
        assert!(!is_refused(&play.update(Msg::SubStep)));
        let microscope = play.microscope();
        assert_eq!(microscope.name, leader);
        let at = microscope.steps.iter().position(|step| step.lit).expect("a step was done");
        lit.push(at);
        let facts = microscope.contents.iter().flat_map(|group| &group.facts);
        entries.extend(facts.filter(|fact| fact.value.en == "x=7").map(|_| at));
    }
    assert!(lit.windows(6).any(|round| round == [0, 1, 2, 3, 4, 5]), "{lit:?}");
    // The entry is in the Ready from Ready to Apply, once to persist and once to apply.
    assert_eq!(&entries[..4], &[1, 2, 3, 4], "{lit:?}");
}
