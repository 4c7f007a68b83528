//! The command line's text and history.

use script::{Group, Word};

use crate::page::Recall;

/// What stands in the command line, and what stood there before.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Console {
    pub(crate) draft: String,
    history: Vec<String>,
    /// Position in the history; its length while nothing is recalled.
    at: usize,
}

/// Lines that are kept.
const HISTORY: usize = 100;
/// Completions that are shown.
const SHOWN: usize = 6;

impl Console {
    /// Takes the line to run it; `None` if there is nothing to run.
    pub(crate) fn submit(&mut self) -> Option<String> {
        let line = self.draft.trim().to_owned();
        if line.is_empty() {
            return None;
        }
        if self.history.last() != Some(&line) {
            self.history.push(line.clone());
        }
        if self.history.len() > HISTORY {
            self.history.remove(0);
        }
        self.at = self.history.len();
        self.draft.clear();
        Some(line)
    }

    pub(crate) fn recall(&mut self, way: Recall) {
        self.at = match way {
            Recall::Older => self.at.saturating_sub(1),
            Recall::Newer => (self.at + 1).min(self.history.len()),
        };
        self.draft = self.history.get(self.at).cloned().unwrap_or_default();
    }

    /// What may stand next in a line for one group; nothing for an empty line.
    pub(crate) fn completions(draft: &str) -> Vec<Completion> {
        let commands = script::vocabulary().filter(|(group, _)| *group == Group::Command);
        completions(draft, script::complete, commands.map(|(_, word)| word))
    }
}

/// The same in any language: its words that may come next, and its commands.
pub(crate) fn completions(
    draft: &str,
    complete: fn(&str) -> Vec<String>,
    commands: impl Iterator<Item = &'static Word>,
) -> Vec<Completion> {
    if draft.trim().is_empty() {
        return Vec::new();
    }
    let begun = draft.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let is_command = begun == 0;
    let known: Vec<&Word> = commands.collect();
    let completion = |word: String| Completion {
        line: [&draft[..begun], &word, " "].concat(),
        explained: known.iter().find(|known| is_command && known.word == word).copied(),
        word,
    };
    let words = complete(draft).into_iter().filter(|word| *word != draft[begun..]);
    words.take(SHOWN).map(completion).collect()
}

/// One way to go on with a line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Completion {
    /// The next word.
    pub(crate) word: String,
    /// The line with it.
    pub(crate) line: String,
    /// What it does, if it is a command.
    pub(crate) explained: Option<&'static Word>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(lines: &[&str]) -> Console {
        let mut console = Console::default();
        for line in lines {
            console.draft = (*line).to_owned();
            console.submit();
        }
        console
    }

    #[track_caller]
    fn check(ways: &[Recall], expected: &str) {
        let mut console = typed(&["put x 1", "heal", "heal", " "]);
        for &way in ways {
            console.recall(way);
        }
        assert_eq!(console.draft, expected);
    }

    #[test]
    fn recall_walks_the_history_and_stops_at_its_ends() {
        check(&[Recall::Older], "heal");
        check(&[Recall::Older, Recall::Older], "put x 1");
        check(&[Recall::Older, Recall::Older, Recall::Older], "put x 1");
        check(&[Recall::Older, Recall::Newer], "");
    }

    #[test]
    fn completions_go_on_with_the_line() {
        let lines = |draft| {
            let all = Console::completions(draft).into_iter();
            all.map(|completion| completion.line).collect::<Vec<_>>()
        };
        assert_eq!(lines("kill n1 w"), ["kill n1 without "]);
        assert_eq!(lines("rel"), ["release "]);
        assert!(lines("").is_empty());
    }

    #[test]
    fn a_command_is_explained_and_an_argument_is_not() {
        let explained = |draft| Console::completions(draft).first().map(|c| c.explained.is_some());
        assert_eq!(explained("rest"), Some(true));
        assert_eq!(explained("kill n"), Some(false));
    }
}
