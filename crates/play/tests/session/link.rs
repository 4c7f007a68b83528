//! Links: the same run at the same moment, here and elsewhere.

use super::*;

/// Opens a link in another session and looks whether it is the same world.
#[track_caller]
fn check(play: &Playground) {
    let link = play.link();
    let mut other = Playground::default();
    let notes = other.update(Msg::Open(link.clone()));
    assert!(!is_refused(&notes), "{link}: {notes:?}");
    assert_eq!(other.digest(), play.digest(), "{link}");
    assert_eq!(other.now(), play.now());
    assert_eq!(other.link(), link);
    assert_eq!(other.script(), play.script());
    assert!(!other.is_playing());
}

#[test]
fn a_link_opens_the_same_world() {
    let mut play = led();
    check(&play);
    typed(&mut play, "put \"a key, 100% + more\" \"中文;x\"");
    run(&mut play, 7);
    check(&play);
    typed(&mut play, "partition n1 n2 | n3 n4 n5");
    typed(&mut play, "latency 20ms 5ms n3 -> n4");
    run(&mut play, 700);
    check(&play);
    play.update(Msg::Seek(Time(600_000)));
    check(&play);
    play.update(Msg::Home);
    check(&play);
}

#[test]
fn a_link_names_the_place_within_a_microsecond() {
    let mut play = led();
    typed(&mut play, "load 4 every 0ms");
    for _ in 0..60 {
        play.update(Msg::Step);
        check(&play);
    }
    for _ in 0..61 {
        play.update(Msg::Back);
        check(&play);
    }
}

#[test]
fn a_link_carries_every_setting() {
    let mut play = Playground::default();
    typed(&mut play, "new nodes=3 seed=7 election=20 prevote=on loss=2.5% fsync=2ms");
    play.update(Msg::Seek(Time(700_000)));
    assert!(play.link().contains("nodes=3;seed=7;"), "{}", play.link());
    check(&play);
}

#[test]
fn the_printed_script_is_the_same_run() {
    let mut play = led();
    typed(&mut play, "put x 7");
    run(&mut play, 3);
    typed(&mut play, "kill n2");
    let mut other = Playground::default();
    let notes = other.update(Msg::Script(play.script()));
    assert!(!is_refused(&notes), "{notes:?}");
    assert_eq!(other.digest(), play.digest());
}
