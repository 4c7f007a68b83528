//! The help page and the completion speak the language that the reader reads.

use std::collections::BTreeSet;

use proptest::prelude::*;
use script::{Group, Problem, complete, parse, parse_command, print_command, vocabulary};

use crate::make;

/// A script in which a form of the help can stand.
fn sentence(group: Group, form: &str) -> String {
    match group {
        Group::Step if form.starts_with("ask") => format!("{form}\nreveal leader"),
        Group::Step if form.starts_with("reveal") => format!("ask \"?\" n1 | n2 = n1\n{form}"),
        Group::Command | Group::Setting | Group::Step => form.to_owned(),
        Group::Condition | Group::NodeFact => format!("expect {form}"),
        Group::Role
        | Group::Standing
        | Group::Progress
        | Group::LoopStep
        | Group::Message
        | Group::Broken
        | Group::Switch
        | Group::Other(_) => String::new(),
    }
}

#[test]
fn every_form_of_the_help_can_be_read() {
    for (group, word) in vocabulary() {
        let text = sentence(group, word.form);
        assert!(word.form.split([' ', '=']).any(|part| part == word.word), "{}", word.form);
        assert!(parse(&text).is_ok(), "{text}: {:?}", parse(&text));
    }
}

#[test]
fn every_word_is_explained_in_both_languages_and_stands_once_in_its_group() {
    let mut seen = BTreeSet::new();
    for (group, word) in vocabulary() {
        assert!(seen.insert((group, word.word)), "{}", word.word);
        assert!(word.en.ends_with('.') && word.en.is_ascii(), "{}", word.en);
        assert!(word.zh.ends_with('。'), "{}", word.zh);
    }
    for group in Group::ALL {
        assert!(group.words().next().is_some(), "{group:?}");
    }
}

proptest! {
    #![proptest_config(make::config())]

    /// Typing a command letter by letter, its next word is among those offered.
    #[test]
    fn the_first_word_of_a_command_is_offered(command in make::command(), letters in 0..10_usize) {
        let text = print_command(&command);
        let word = text.split(' ').next().expect("there is a first word");
        let begun: String = word.chars().take(letters).collect();
        prop_assert!(complete(&begun).iter().any(|offered| offered == word), "{}", begun);
    }

    /// What is offered after a beginning can stand there: it is never the word that is wrong, unless
    /// it is a node that stands there already.
    #[test]
    fn what_is_offered_can_stand_there(command in make::command(), words in 0..6_usize) {
        let text = print_command(&command);
        let before: String = text.split_inclusive(' ').take(words).collect();
        if before.ends_with(' ') || before.is_empty() {
            for offered in complete(&before) {
                if let Err(error) = parse_command(&format!("{before}{offered}")) {
                    if matches!(error.problem, Problem::NodeTwice { .. }) {
                        continue;
                    }
                    let column = before.chars().count() + offered.chars().count();
                    prop_assert!(column < error.column, "{}{}: {}", before, offered, error);
                }
            }
        }
    }
}
