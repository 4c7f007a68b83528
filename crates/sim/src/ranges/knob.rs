//! A switch without its position: that in which two runs differ.

use lsm::Ingest;
use store::{Config, Evaluation, Groups, Heartbeats, LogEngine, Quiescence, Sideloading, Switch};

use super::{Command, Setup};

/// A switch of a run, whichever way it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Knob {
    /// Whether heartbeats to the same store travel together.
    Coalescing,
    /// Whether idle ranges fall asleep.
    Quiescence,
    /// Who evaluates requests.
    Evaluation,
    /// When Raft groups come to life.
    Groups,
    /// Where the Raft logs are kept; a run keeps it from its start.
    LogEngine,
    /// Where tables on their way into ranges are kept.
    Sideloading,
    /// How tables beside the log get into the state engine.
    Ingest,
}

impl Knob {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Coalescing,
        Self::Quiescence,
        Self::Evaluation,
        Self::Groups,
        Self::LogEngine,
        Self::Sideloading,
        Self::Ingest,
    ];

    /// The switch of this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|knob| knob.word() == word)
    }

    /// Its name in the script language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Coalescing => "coalescing",
            Self::Quiescence => "quiescence",
            Self::Evaluation => "evaluation",
            Self::Groups => "groups",
            Self::LogEngine => "log",
            Self::Sideloading => "sideloading",
            Self::Ingest => "ingest",
        }
    }

    /// Whether it stands as CockroachDB has it, or as the design of three engines does.
    pub fn is_on(self, config: &Config) -> bool {
        match self {
            Self::Coalescing => config.heartbeats == Heartbeats::Coalesced,
            Self::Quiescence => config.quiescence == Quiescence::On,
            Self::Evaluation => config.evaluation == Evaluation::Proposer,
            Self::Groups => config.groups == Groups::Lazy,
            Self::LogEngine => config.log_engine == LogEngine::Separate,
            Self::Sideloading => config.sideloading == Sideloading::On,
            Self::Ingest => config.ingest == Ingest::Link,
        }
    }

    /// The same setup with this switch the other way round.
    #[must_use]
    pub fn turn(self, setup: &Setup) -> Setup {
        let mut setup = setup.clone();
        match self {
            Self::Coalescing => setup.heartbeats = other_heartbeats(setup.heartbeats),
            Self::Quiescence => setup.quiescence = other_quiescence(setup.quiescence),
            Self::Evaluation => setup.evaluation = other_evaluation(setup.evaluation),
            Self::Groups => setup.groups = other_groups(setup.groups),
            Self::LogEngine => {
                setup.log_engine = match setup.log_engine {
                    LogEngine::Shared => LogEngine::Separate,
                    LogEngine::Separate => LogEngine::Shared,
                }
            }
            Self::Sideloading => setup.sideloading = other_sideloading(setup.sideloading),
            Self::Ingest => setup.ingest = other_ingest(setup.ingest),
        }
        setup
    }

    /// The same command; if it turns this switch, the one that turns it the other way.
    #[must_use]
    pub fn mirror(self, command: &Command) -> Command {
        let Command::Switch(switch) = command else { return command.clone() };
        Command::Switch(match (self, *switch) {
            (Self::Coalescing, Switch::Heartbeats(is)) => Switch::Heartbeats(other_heartbeats(is)),
            (Self::Quiescence, Switch::Quiescence(is)) => Switch::Quiescence(other_quiescence(is)),
            (Self::Evaluation, Switch::Evaluation(is)) => Switch::Evaluation(other_evaluation(is)),
            (Self::Groups, Switch::Groups(is)) => Switch::Groups(other_groups(is)),
            (Self::Sideloading, Switch::Sideloading(is)) => {
                Switch::Sideloading(other_sideloading(is))
            }
            (Self::Ingest, Switch::Ingest(is)) => Switch::Ingest(other_ingest(is)),
            (_, other) => other,
        })
    }
}

fn other_heartbeats(is: Heartbeats) -> Heartbeats {
    match is {
        Heartbeats::Coalesced => Heartbeats::Single,
        Heartbeats::Single => Heartbeats::Coalesced,
    }
}

fn other_quiescence(is: Quiescence) -> Quiescence {
    match is {
        Quiescence::On => Quiescence::Off,
        Quiescence::Off => Quiescence::On,
    }
}

fn other_evaluation(is: Evaluation) -> Evaluation {
    match is {
        Evaluation::Proposer => Evaluation::Naive,
        Evaluation::Naive => Evaluation::Proposer,
    }
}

fn other_groups(is: Groups) -> Groups {
    match is {
        Groups::Live => Groups::Lazy,
        Groups::Lazy => Groups::Live,
    }
}

fn other_sideloading(is: Sideloading) -> Sideloading {
    match is {
        Sideloading::On => Sideloading::Off,
        Sideloading::Off => Sideloading::On,
    }
}

fn other_ingest(is: Ingest) -> Ingest {
    match is {
        Ingest::Link => Ingest::Copy,
        Ingest::Copy => Ingest::Link,
    }
}
