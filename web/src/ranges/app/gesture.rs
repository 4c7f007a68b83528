//! The pointer on either stage: what is done there is done in both runs, what is opened is looked at
//! where it was opened.

use play::Msg as Time;
use play::ranges::RangesMsg;
use store::{RangeId, StoreId};
use view::ranges::{Board, Mail, Selection, StoreCard};
use web_sys::{HtmlCanvasElement, MouseEvent, PointerEvent};
use yew::{Callback, TargetCast};

use super::{Msg, RangesApp};
use crate::ranges::beside::Half;
use crate::ranges::layout::{Hit, Layout};
use crate::ranges::words::Tab;
use crate::ring::Point;

/// Where on its stage the pointer is.
pub(in crate::ranges) fn place(event: &MouseEvent) -> Point {
    Point::new(f64::from(event.offset_x()), f64::from(event.offset_y()))
}

/// What the pointer does on a canvas.
pub(super) struct Pointer {
    pub(super) down: Callback<PointerEvent>,
    pub(super) moves: Callback<PointerEvent>,
    pub(super) up: Callback<PointerEvent>,
    pub(super) twice: Callback<MouseEvent>,
}

impl Pointer {
    pub(super) fn on(half: Half, on_msg: &Callback<Msg>) -> Self {
        let down = on_msg.clone();
        let moves = on_msg.clone();
        Self {
            down: Callback::from(move |event: PointerEvent| {
                if event.is_primary() && event.button() == 0 {
                    let canvas: Option<HtmlCanvasElement> = event.target_dyn_into();
                    canvas.map(|canvas| canvas.set_pointer_capture(event.pointer_id()).ok());
                    down.emit(Msg::Press(half, place(&event)));
                }
            }),
            moves: Callback::from(move |event: PointerEvent| {
                if event.buttons() & 1 == 1 && event.is_primary() {
                    moves.emit(Msg::Drag(place(&event)));
                }
            }),
            up: on_msg.reform(|_| Msg::Release),
            twice: on_msg.reform(move |event: MouseEvent| Msg::Twice(half, place(&event))),
        }
    }
}

impl RangesApp {
    /// Where a point of a stage lies in its drawing.
    pub(super) fn in_drawing(&self, at: Point) -> Point {
        self.painters.as_ref().map_or(at, |(board, _)| board.drawn(at))
    }

    /// What stands on a stage, where, and what moves there.
    fn face(&self, half: Half) -> Option<(&Layout, &Board, &[Mail])> {
        match half {
            Half::Left => Some((&self.layout, &self.frame.board, &self.motion.mails)),
            Half::Right => self.beside.face(),
        }
    }

    fn hit(&self, half: Half, at: Point) -> Hit {
        self.face(half).map_or(Hit::Empty, |(layout, board, _)| layout.hit(board, at))
    }

    /// The pointer goes up: a click acts on what lies there, a line cuts between two columns.
    pub(super) fn release(&mut self) {
        let Some((half, line)) = self.drawn.take() else { return };
        let at = line.last();
        let Some((layout, board, _)) = self.face(half) else { return };
        if line.is_click() {
            return match layout.cut_at(board, at) {
                Some(_) => self.play(Time::Line("heal".to_owned()).into()),
                None => self.press(half, at),
            };
        }
        let Some(gap) = layout.gap_near(at.x) else { return };
        let (left, right): (Vec<_>, Vec<_>) =
            board.stores.iter().enumerate().partition(|(at, _)| *at <= gap);
        let names = |side: &[(usize, &StoreCard)]| {
            side.iter().map(|(_, store)| store.name.as_str()).collect::<Vec<_>>().join(" ")
        };
        let line = format!("partition {} | {}", names(&left), names(&right));
        self.play(Time::Line(line).into());
    }

    /// Kills the store under a point, or starts it again.
    pub(super) fn kill_at(&mut self, half: Half, at: Point) {
        if let Hit::Store(store) = self.hit(half, self.in_drawing(at)) {
            self.open(StoreId(store));
            self.refresh();
            self.kill_or_restart();
        }
    }

    /// Opens an envelope.
    pub(super) fn look_into(&mut self, half: Half, envelope: u64) {
        self.tab = Tab::Range;
        self.select(half, Selection::Envelope(sim::MessageId(envelope)));
    }

    fn press(&mut self, half: Half, at: Point) {
        let Some((layout, board, mails)) = self.face(half) else { return };
        if let Some(envelope) = layout.mail(board, mails, at) {
            return self.look_into(half, envelope);
        }
        match layout.hit(board, at) {
            Hit::Range(range) => self.select(half, Selection::Range(RangeId(range))),
            Hit::Store(store) => self.open(StoreId(store)),
            Hit::File(table) => self.select(half, table),
            Hit::Empty => self.select(half, Selection::None),
        }
    }

    fn select(&mut self, half: Half, selection: Selection) {
        self.play(match half {
            Half::Left => RangesMsg::Select(selection),
            Half::Right => RangesMsg::SelectBeside(selection),
        });
    }

    /// The range under a point of a stage.
    pub(super) fn range_at(&self, half: Half, at: Point) -> Option<RangeId> {
        match self.hit(half, self.in_drawing(at)) {
            Hit::Range(range) => Some(RangeId(range)),
            Hit::File(_) | Hit::Store(_) | Hit::Empty => None,
        }
    }
}
