//! The stage on the right: the run that differs in one switch, painted as the one on the left.

use play::ranges::{Pair, Playground};
use view::Lang;
use view::ranges::{Board, Mail, Motion};
use web_sys::HtmlCanvasElement;
use yew::NodeRef;

use super::flash::Flashes;
use super::layout::Layout;
use super::paint::{BoardPainter, Intent};

/// One of two stages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Half {
    #[default]
    Left,
    Right,
}

/// What the column beside two stages has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Compared {
    /// Where what is selected is looked at, if something is.
    pub(super) opened: Option<Half>,
}

/// The stage on the right, as far as there is one.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) canvas: NodeRef,
    /// What was last looked at.
    pub(super) pair: Option<Pair>,
    painter: Option<BoardPainter>,
    layout: Layout,
    size: (f64, f64),
    motion: Motion,
    pub(super) flashes: Flashes,
}

impl Beside {
    pub(super) fn new(steady: bool) -> Self {
        Self { flashes: Flashes::new(steady), ..Self::default() }
    }

    /// Takes a new picture.
    pub(super) fn look(&mut self, play: &mut Playground, is_moving: bool) {
        self.pair = play.pair();
        match &self.pair {
            Some(pair) => self.flashes.look(&pair.board, is_moving),
            None => self.painter = None,
        }
        play.motion_beside(&mut self.motion);
        self.lay_out();
    }

    /// The canvas that is new on the page and has no painter yet.
    pub(super) fn new_canvas(&self) -> Option<HtmlCanvasElement> {
        let is_new = self.pair.is_some() && self.painter.is_none();
        if is_new { self.canvas.cast() } else { None }
    }

    /// Has its canvas painted from now on.
    pub(super) fn begin(&mut self, painter: BoardPainter) {
        self.painter = Some(painter);
        self.fit();
    }

    /// After the page changed its size or its colours.
    pub(super) fn fit(&mut self) {
        if let Some(painter) = &mut self.painter {
            self.size = painter.fit();
        }
        self.lay_out();
    }

    fn lay_out(&mut self) {
        if let Some(Pair { board, .. }) = &self.pair {
            let (width, height) = self.size;
            self.layout = Layout::new(width, height, board.stores.len(), board.keys.len());
        }
    }

    /// What stands on it, where, and what moves there.
    pub(super) fn face(&self) -> Option<(&Layout, &Board, &[Mail])> {
        let pair = self.pair.as_ref()?;
        Some((&self.layout, &pair.board, &self.motion.mails))
    }

    pub(super) fn paint_still(&mut self, opened: u32, lang: Lang) {
        if let (Some(painter), Some(pair)) = (&mut self.painter, &self.pair) {
            painter.stand(&pair.board, &self.layout, opened, lang);
        }
    }

    /// What moves, as it is now.
    pub(super) fn paint_moving(&mut self, play: &Playground, intent: Intent) {
        if let (Some(painter), Some(pair)) = (&mut self.painter, &self.pair) {
            play.motion_beside(&mut self.motion);
            painter.move_on(&pair.board, &self.layout, &self.motion, intent, &self.flashes);
        }
    }
}
