//! A file of etcd's grammar in place of the run.

use super::*;

const FILE: &str = include_str!("../../../../tests/interaction/transfer_refused.txt");

fn open(text: &str) -> (Playground, Vec<Note>) {
    let mut play = Playground::default();
    let notes = play.update(Msg::File { name: "x.txt".to_owned(), text: text.to_owned() });
    (play, notes)
}

#[test]
fn a_file_is_played_to_its_end_and_back_and_the_run_waits() {
    let (mut play, notes) = open(FILE);
    assert!(!is_refused(&notes) && play.has_file());
    let digest = play.digest();
    assert!(is_refused(&play.update(Msg::Do(Command::Heal))));
    while !is_refused(&play.update(Msg::Step)) {}
    let frame = play.frame();
    assert_eq!((frame.file.at, frame.file.mismatches), (frame.file.count, 0));
    assert!(!frame.nodes.is_empty() && frame.log.last > 0);
    assert_eq!(frame.feed.len(), frame.file.count.min(Frame::FEED_ROWS));
    play.update(Msg::Home);
    assert_eq!((play.frame().file.at, play.frame().nodes.len()), (0, 0));
    assert!(!is_refused(&play.update(Msg::CloseFile)));
    assert!(!play.has_file() && play.digest() == digest);
    assert!(is_refused(&play.update(Msg::CloseFile)));
}

#[test]
fn the_first_output_that_differs_is_found_and_its_lines_are_marked() {
    let wrong = FILE.replacen("\nok\n", "\nnot ok\n", 1);
    assert_ne!(wrong, FILE);
    let (mut play, _) = open(&wrong);
    play.update(Msg::NextInteresting);
    let file = play.frame().file;
    assert!(!file.matches && file.mismatches == 1);
    assert!(file.expected.iter().any(|line| line.differs && line.text == "not ok"));
    assert!(file.printed.iter().any(|line| line.differs && line.text == "ok"));
}

#[test]
fn a_malformed_file_leaves_the_run_as_it_was() {
    for text in ["a =\n----\n", "add-nodes 3 voters=(1\n----\nok\n", "add-nodes 99\n----\nok\n"] {
        let (play, notes) = open(text);
        assert!(is_refused(&notes) && !play.has_file(), "{text}");
    }
    let (play, notes) = open("cluster nodes=3\ncampaign n1\nuntil leader n1\n");
    assert!(!is_refused(&notes) && !play.has_file());
    assert_eq!(play.timeline().world().nodes().len(), 3);
}
