//! One file from its first directive to its last, in a fresh state.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::confchange::ConfChanges;
use crate::datadriven::{Directive, Malformed, parse};
use crate::interaction::Environment;
use crate::quorum;

/// The state that the directives of a file act on.
#[derive(Clone, Debug)]
pub enum Session {
    /// Nodes, a network and disks.
    Interaction(Box<Environment>),
    /// A configuration and its changes.
    ConfChange(ConfChanges),
    /// Nothing: each directive stands alone.
    Quorum,
}

/// A directive that cannot even be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// A directive that printed something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Its line.
    pub line: usize,
    /// What it should have printed.
    pub expected: String,
    /// What it printed, or why it could not.
    pub actual: String,
}

impl From<Malformed> for Mismatch {
    fn from(error: Malformed) -> Self {
        let expected = "a well-formed file\n".into();
        Self { line: error.line, expected, actual: format!("{}\n", error.what) }
    }
}

impl Session {
    /// The state for a file that begins with this directive.
    pub fn starting_with(directive: &Directive) -> Self {
        match directive.command.as_str() {
            "committed" | "vote" => Self::Quorum,
            "simple" | "enter-joint" | "leave-joint" => Self::ConfChange(ConfChanges::default()),
            _ => Self::Interaction(Box::default()),
        }
    }

    /// Runs one directive and returns what it prints, ending with a line break unless empty.
    ///
    /// # Errors
    /// If the directive makes no sense.
    pub fn run(&mut self, directive: &Directive) -> Result<String, Failure> {
        let mut output = match self {
            Self::Interaction(environment) => environment.handle(directive)?,
            Self::ConfChange(changes) => changes.handle(directive)?,
            Self::Quorum => quorum::handle(directive)?,
        };
        if !output.is_empty() && !output.ends_with('\n') {
            output.push('\n');
        }
        Ok(output)
    }
}

/// Runs a whole file; stops at the first directive that prints something else.
///
/// # Errors
/// With that directive, or with the line that is malformed.
pub fn run_text(text: &str) -> Result<(), Mismatch> {
    let directives = parse(text)?;
    let Some(first) = directives.first() else {
        let what = "the file has no directive".into();
        return Err(Malformed { line: 1, what }.into());
    };
    let mut session = Session::starting_with(first);
    for directive in directives {
        // An assertion of the core that fails is a failure of this file only.
        let result = catch_unwind(AssertUnwindSafe(|| session.run(&directive)));
        let actual = match result {
            Ok(Ok(actual)) => actual,
            Ok(Err(failure)) => format!("{failure}\n"),
            Err(_) => "the core panicked\n".to_string(),
        };
        if actual != directive.expected {
            let Directive { line, expected, .. } = directive;
            return Err(Mismatch { line, expected, actual });
        }
    }
    Ok(())
}

/// Writes a whole file anew with what its directives print now, for a person to read before it is
/// kept. Everything but the output stays as it is.
///
/// # Errors
/// If a directive makes no sense or a line is malformed.
pub fn rewrite(text: &str) -> Result<String, Mismatch> {
    let lines: Vec<&str> = text.lines().collect();
    let directives = parse(text)?;
    let mut session = directives.first().map(Session::starting_with);
    let (mut output, mut copied) = (String::new(), 0);
    for directive in &directives {
        let until = (directive.separator - 1).min(lines.len());
        lines[copied..until].iter().for_each(|line| output.extend([line, "\n"]));
        copied = (directive.end - 1).min(lines.len());
        let printed = match session.as_mut().map(|session| session.run(directive)) {
            Some(Ok(printed)) => printed,
            Some(Err(failure)) => {
                return Err(Malformed { line: directive.line, what: failure.0 }.into());
            }
            None => String::new(),
        };
        let blank = printed.lines().any(|line| line.trim().is_empty());
        let around = if blank { "----\n----\n" } else { "----\n" };
        let after = if blank { around } else { "" };
        output.extend([around, &printed, after, "\n"]);
    }
    lines[copied..].iter().for_each(|line| output.extend([line, "\n"]));
    Ok(format!("{}\n", output.trim_end()))
}

/// Runs the directives of an interaction file and returns the steps that its nodes took, as lines of
/// JSON for the trace checker of etcd's TLA+ specification. What the directives print does not matter.
///
/// # Errors
/// If a directive makes no sense or a line is malformed, or if it is a file of another kind.
pub fn trace(text: &str) -> Result<String, Mismatch> {
    let mut environment = Environment::traced();
    for directive in parse(text)? {
        let line = directive.line;
        let malformed = |what| Malformed { line, what };
        let printed = environment.handle(&directive).map_err(|failure| malformed(failure.0))?;
        if environment.trace().is_empty() && printed == "unknown command" {
            return Err(malformed("this is no interaction file".into()).into());
        }
    }
    Ok(environment.trace().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_output_is_found_and_rewritten() {
        let text = "# votes\nvote cfg=(1,2) votes=(y,_)\n----\nVoteWon\n\n# more\ncommitted idx=()\n----\n";
        let mismatch = run_text(text).expect_err("the first output is wrong");
        assert_eq!((mismatch.line, &mismatch.actual[..]), (2, "VotePending\n"));
        let rewritten = rewrite(text).expect("well-formed");
        assert_eq!(run_text(&rewritten), Ok(()));
        assert!(
            rewritten
                .starts_with("# votes\nvote cfg=(1,2) votes=(y,_)\n----\nVotePending\n\n# more\n")
        );
    }

    #[test]
    fn nonsense_is_a_failure() {
        for text in [
            "",
            "# nothing\n",
            "add-nodes\n----\n",
            "campaign 1\n----\nok\n",
            "vote votes=(x)\n----\n",
        ] {
            assert!(run_text(text).is_err(), "{text}");
        }
    }
}
