//! Completion: the words that may come next in a line.

use sim::Setup;

use crate::Error;
use crate::command::command_line;
use crate::line::Line;

/// The words that may come next, or complete the word that `prefix` ends in. Empty if none is
/// expected, if it is free to choose (a key, a time), or if what stands there is wrong already.
pub fn complete(prefix: &str) -> Vec<String> {
    complete_by(prefix, |line| command_line(line).map(drop))
}

/// The same by what reads a command.
pub(crate) fn complete_by(
    prefix: &str,
    read: impl Fn(&mut Line<'_>) -> Result<(), Error>,
) -> Vec<String> {
    let (before, begun) = match prefix.rfind(char::is_whitespace) {
        Some(at) => {
            let width = prefix[at..].chars().next().map_or(0, char::len_utf8);
            prefix.split_at(at + width)
        }
        None => ("", prefix),
    };
    let Ok(mut line) = Line::new(1, before, Setup::MAX_NODES) else { return Vec::new() };
    let is_whole = read(&mut line).is_ok();
    // A whole command may go on with what its last parts allow; a broken one says what it lacks.
    if is_whole && !line.is_at_end() {
        return Vec::new();
    }
    let mut words: Vec<String> =
        line.expected_at_end().iter().flat_map(|expected| expected.words()).collect();
    words.retain(|word| word.starts_with(begun));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prefix: &str, expected: &[&str]) {
        assert_eq!(complete(prefix), expected, "{prefix}");
    }

    #[test]
    fn words_that_may_come_next_are_offered() {
        check("re", &["restart", "resume", "remove", "read", "release"]);
        check("transfer n", &["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"]);
        check("kill n1 ", &["without"]);
        check("kill n1 without d", &["disk"]);
        check("put x 7 ", &["at"]);
        check("put x 7 at n3", &["n3"]);
        check("cut a", &["all"]);
        check("cut n1 -", &["->"]);
        check("partition n1 |", &["|"]);
        check("load 4 ", &["every"]);
    }

    #[test]
    fn nothing_is_offered_where_nothing_is_known() {
        check("put ", &[]);
        check("kill n1 kill ", &[]);
        check("put \"x ", &[]);
        check("heal ", &[]);
    }
}
