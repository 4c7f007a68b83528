//! A file of etcd's grammar on screen: it takes the place of the run until it is closed.

use conformance::Player;
use det::Span;

use crate::go::{Done, told};
use crate::{Msg, Playground, Trouble};

/// How long a directive stays on screen while the file plays by itself.
const PACE: Span = Span::millis(900);
/// A larger file is no test of anybody's.
const BYTES_MAX: usize = 1024 * 1024;
/// What only files of this grammar have, on a line of its own.
const SEPARATOR: &str = "----";

/// A file, and how long its last directive has been on screen.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) player: Player,
    shown: Span,
}

impl Playground {
    /// A file that was dropped on the page or chosen: directives with their output, or a script.
    #[inline(never)]
    pub(crate) fn open_file(&mut self, name: String, text: String) -> Done {
        if BYTES_MAX < text.len() {
            return Err(Trouble::LongFile { bytes: text.len(), max: BYTES_MAX });
        }
        if !text.lines().any(|line| line == SEPARATOR) {
            return self.open_script(&text);
        }
        let player = Player::open(name, text).map_err(Trouble::File)?;
        self.playing = false;
        self.selection = view::Selection::None;
        self.log_first = None;
        self.file = Some(Open { player, shown: Span::ZERO });
        Ok(Vec::new())
    }

    /// Back to the run.
    #[inline(never)]
    pub(crate) fn close_file(&mut self) -> Done {
        match self.file.take() {
            Some(_) => {
                self.playing = false;
                self.log_first = None;
                Ok(vec![told("back to the run", "回到运行")])
            }
            None => Err(Trouble::NoFile),
        }
    }

    /// What a message means while a file is open; `None` if it means the same as ever.
    #[inline(never)]
    pub(crate) fn of_file(&mut self, msg: &Msg) -> Option<Done> {
        let Open { player, shown } = self.file.as_mut()?;
        let at = player.printed().len();
        let moved = match msg {
            Msg::Elapsed { wall } => {
                if self.playing {
                    *shown = *shown + *wall;
                    if PACE <= *shown {
                        *shown = Span::ZERO;
                        self.playing = player.step();
                    }
                }
                true
            }
            Msg::Step | Msg::SubStep => player.step(),
            Msg::Back => at > 0 && player.go(at - 1),
            Msg::NextInteresting => to_mismatch(player),
            Msg::PreviousInteresting | Msg::Home => player.go(0),
            Msg::End => player.go(usize::MAX),
            Msg::SeekEvent(step) => {
                let step = usize::try_from(step.0).unwrap_or(usize::MAX);
                player.go(step.saturating_add(1));
                true
            }
            Msg::Seek(at) => {
                let step = usize::try_from(at.0 / view::DIRECTIVE_MICROS).unwrap_or(usize::MAX);
                player.go(step);
                true
            }
            Msg::Do(_) | Msg::SwitchBranch(_) | Msg::DropBranch(_) => {
                return Some(Err(Trouble::FileIsOpen));
            }
            Msg::New { .. } | Msg::Script(_) | Msg::Open(_) => {
                self.file = None;
                return None;
            }
            Msg::Play
            | Msg::Pause
            | Msg::Toggle
            | Msg::SetSpeed(_)
            | Msg::Faster
            | Msg::Slower
            | Msg::Line(_)
            | Msg::File { .. }
            | Msg::CloseFile
            | Msg::Select(_)
            | Msg::Acknowledge
            | Msg::Dismiss
            | Msg::SetLang(_)
            | Msg::ScrollLog(_) => return None,
        };
        if !matches!(msg, Msg::Elapsed { .. }) {
            self.playing = false;
        }
        Some(if moved { Ok(Vec::new()) } else { Err(Trouble::NothingThere) })
    }
}

/// To the next directive that prints something else than it must, or to the end.
fn to_mismatch(player: &mut Player) -> bool {
    let from = player.printed().len();
    while player.step() && player.is_as_expected(player.printed().len() - 1) {}
    from < player.printed().len()
}
