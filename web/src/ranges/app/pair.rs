//! The stage on the right, and what stands beside both while two runs are compared.

use det::Time;
use view::Lang;
use yew::{Html, html};

use super::RangesApp;
use super::draw::board_canvas;
use crate::bar::close;
use crate::paint::place_of;
use crate::ranges::beside::{Compared, Half};
use crate::ranges::{compare, words};

/// So close to its mark on the strip a press goes to the divergence, in CSS pixels.
const NEAR: f64 = 8.0;

impl RangesApp {
    /// A canvas that came with the last drawing gets its painter.
    pub(super) fn begin_beside(&mut self) {
        let (Some(canvas), Some((board, _))) = (self.beside.new_canvas(), &self.painters) else {
            return;
        };
        if let Some(sizes) = &self.sizes {
            sizes.watch(&canvas);
        }
        self.beside.begin(board.beside(canvas));
        // The stage on the left has another size now.
        self.fit();
        self.paint();
    }

    /// The stage on the right, if two runs are compared.
    pub(super) fn stage_beside(&self) -> Html {
        let Some(pair) = &self.beside.pair else { return Html::default() };
        let asleep = pair.board.keys.iter().filter(|cell| cell.asleep).count();
        html! {
            <section class="stage ranges beside" aria-labelledby="side-right" data-asleep={asleep.to_string()}>
                { self.side_label(1) }
                { board_canvas(Half::Right, &self.beside.canvas, &self.on_msg) }
                <p class="hidden">{ pair.board.title.in_lang(self.play.borrow().lang()) }</p>
            </section>
        }
    }

    /// Over a stage: which side it is, if there are two.
    pub(super) fn side_label(&self, place: usize) -> Html {
        self.beside.pair.as_ref().map_or_else(Html::default, |pair| {
            compare::label(place, &pair.comparison.sides[place], self.play.borrow().lang())
        })
    }

    /// What the column beside two stages has to know, if there are two.
    pub(super) fn compared(&self) -> Option<Compared> {
        self.beside.pair.as_ref()?;
        let looks_beside = self.play.borrow().looks_beside();
        let half = if looks_beside { Half::Right } else { Half::Left };
        let is_open = !self.shown.inspector.title.is_empty();
        Some(Compared { opened: is_open.then_some(half) })
    }

    /// The list of switches to compare.
    pub(super) fn choices(&self, lang: Lang) -> Html {
        let play = self.play.borrow();
        let rows = view::ranges::choices(play.run());
        let head = close(words::COMPARE, lang, &self.to_page);
        compare::choices(head, &rows, play.compared(), lang, &self.on_msg)
    }

    /// A press on the strip next to the mark of the divergence goes to its moment. Who is there
    /// already goes where he wants.
    pub(super) fn snap(&self, to: Time) -> Time {
        let parting = self.beside.pair.as_ref().and_then(|pair| pair.comparison.parting.as_ref());
        let Some(at) = parting.map(|parting| parting.at) else { return to };
        let Some((_, painter)) = &self.painters else { return to };
        let (strip, width) = (&self.frame.strip, painter.width());
        let is_near = |moment: u64| {
            (place_of(strip, moment, width) - place_of(strip, at, width)).abs() <= NEAR
        };
        if is_near(to.0) && !is_near(self.motion.now) { Time(at) } else { to }
    }
}
