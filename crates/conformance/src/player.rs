//! A file played step by step: what each directive must print, beside what it prints.

use crate::datadriven::{Directive, Malformed, parse};
use crate::session::Session;

/// More nodes than this are not played: somebody has to look at them.
const NODES_MAX: usize = 15;

/// A file and how far it has been played. A value: playing it again gives the same.
#[derive(Clone, Debug)]
pub struct Player {
    name: String,
    text: String,
    directives: Vec<Directive>,
    session: Session,
    /// What the directives printed, as far as they have been run.
    printed: Vec<String>,
}

impl Player {
    /// Reads a file; nothing of it is run yet.
    ///
    /// # Errors
    /// If it is no list of directives, or asks for more nodes than can be looked at.
    pub fn open(name: String, text: String) -> Result<Self, Malformed> {
        let directives = parse(&text)?;
        let Some(first) = directives.first() else {
            return Err(Malformed { line: 1, what: "the file has no directive".into() });
        };
        let mut nodes = 0_usize;
        for Directive { line, args, .. } in directives.iter().filter(|it| it.command == "add-nodes")
        {
            let count = args.first().and_then(|arg| arg.key.parse().ok()).unwrap_or(0);
            nodes = nodes.saturating_add(count);
            if NODES_MAX < nodes {
                let what = format!("there would be more than {NODES_MAX} nodes");
                return Err(Malformed { line: *line, what });
            }
        }
        let session = Session::starting_with(first);
        Ok(Self { name, text, directives, session, printed: Vec::new() })
    }

    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its directives, in order.
    pub fn directives(&self) -> &[Directive] {
        &self.directives
    }

    /// What they act on, as the last one that was run left it.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What they printed, as far as they have been run.
    pub fn printed(&self) -> &[String] {
        &self.printed
    }

    /// A directive as it is written, with its input.
    pub fn source(&self, position: usize) -> String {
        let Some(directive) = self.directives.get(position) else { return String::new() };
        let count = directive.separator.saturating_sub(directive.line);
        let lines = self.text.lines().skip(directive.line - 1).take(count);
        lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }

    /// Whether a directive that was run printed what it must.
    pub fn is_as_expected(&self, position: usize) -> bool {
        let directive = self.directives.get(position).map(|directive| &directive.expected);
        directive == self.printed.get(position)
    }

    /// How many printed something else.
    pub fn mismatches(&self) -> usize {
        (0..self.printed.len()).filter(|&position| !self.is_as_expected(position)).count()
    }

    /// Runs the next directive. Says whether there was one.
    pub fn step(&mut self) -> bool {
        let Some(directive) = self.directives.get(self.printed.len()) else { return false };
        let printed = self.session.run(directive).unwrap_or_else(|failure| format!("{failure}\n"));
        self.printed.push(printed);
        true
    }

    /// To the place after so many directives, forward or back. Says whether it is another place.
    pub fn go(&mut self, to: usize) -> bool {
        let (from, to) = (self.printed.len(), to.min(self.directives.len()));
        if to < from {
            self.session = Session::starting_with(&self.directives[0]);
            self.printed.clear();
        }
        while self.printed.len() < to && self.step() {}
        from != to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOTES: &str = "# votes\nvote cfg=(1,2) votes=(y,_)\n----\nVoteWon\n\nvote cfg=(1) votes=(y)\n----\nVoteWon\n";

    #[test]
    fn a_file_is_played_forward_and_back_and_a_mismatch_is_seen() {
        let mut player = Player::open("votes.txt".into(), VOTES.into()).expect("well-formed");
        assert_eq!(player.source(0), "vote cfg=(1,2) votes=(y,_)");
        assert!(player.go(2) && !player.step());
        assert!(!player.is_as_expected(0) && player.printed()[0] == "VotePending\n");
        assert_eq!((player.is_as_expected(1), player.mismatches()), (true, 1));
        assert!(player.go(0) && !player.go(0));
        assert_eq!((player.printed().len(), player.mismatches()), (0, 0));
    }

    #[test]
    fn what_cannot_be_played_says_why() {
        for (text, what) in [
            ("", "line 1: the file has no directive"),
            (
                "add-nodes 9\n----\n\nadd-nodes 9\n----\n",
                "line 4: there would be more than 15 nodes",
            ),
            ("a =\n----\n", "line 1: cannot parse directive at column 3: a ="),
        ] {
            let error = Player::open(String::new(), text.into()).expect_err(text);
            assert_eq!(error.to_string(), what);
        }
    }
}
