//! One range as a ring, on the stage of the page of one group.

use std::rc::Rc;

use play::ranges::{Playground, RangesMsg};
use sim::NodeId;
use view::ranges::GroupSheet;
use view::{Head, Lang, Motion, Shape};
use web_sys::HtmlCanvasElement;
use yew::{Callback, Html, NodeRef, html};

use super::app::Msg;
use super::{side, words};
use crate::page::PageMsg;
use crate::paint::{Painter, Scene, StagePainter};
use crate::ring::{Point, Ring};
use crate::shared::Shared;
use crate::stage::Stage;

/// The ring, what moves on it, and who paints it.
#[derive(Debug)]
pub(super) struct Zoomed {
    canvas: HtmlCanvasElement,
    painter: StagePainter,
    pub(super) ring: Rc<Ring>,
    motion: Motion,
}

impl Zoomed {
    pub(super) fn new(painter: &Painter, canvas: HtmlCanvasElement) -> Self {
        Self {
            painter: StagePainter::new(painter, canvas.clone()),
            canvas,
            ring: Rc::new(Ring::new(0.0, 0.0, 0)),
            motion: Motion::default(),
        }
    }

    /// After the page changed its size or its colours, or the group its members.
    pub(super) fn fit(&mut self, nodes: usize) {
        let (width, height) = (self.canvas.client_width(), self.canvas.client_height());
        let ring = Ring::new(f64::from(width), f64::from(height), nodes);
        if ring != *self.ring {
            self.ring = Rc::new(ring);
        }
        self.painter.fit(&self.ring);
    }

    pub(super) fn paint(&mut self, play: &Playground, group: &GroupSheet) {
        play.zoom(&mut self.motion);
        self.painter.paint(Scene {
            ring: &self.ring,
            motion: &self.motion,
            links: &group.links,
            line: None,
            playing: play.is_playing(),
        });
    }

    /// The envelope whose message for this range lies under a point.
    pub(super) fn hit(&self, at: Point) -> Option<u64> {
        let dots = self.motion.flights.iter().filter(|dot| dot.shape != Shape::Client);
        let near = dots.map(|dot| (self.ring.dot(dot).distance(at), dot.message));
        let near = near.filter(|(distance, _)| *distance <= 16.0);
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, message)| message)
    }
}

/// The stage, and the way back.
pub(super) fn stage(
    canvas: &NodeRef,
    ring: &Rc<Ring>,
    group: &Rc<GroupSheet>,
    lang: Lang,
    on_msg: &Callback<Msg>,
) -> Html {
    html! {
        <>
            <nav class="crumbs" aria-label={words::LEVELS.in_lang(lang)}>
                <button onclick={side::send(on_msg, RangesMsg::Zoom(false))}>{ words::ALL_RANGES.in_lang(lang) }</button>
                <b>{ group.title.in_lang(lang).to_owned() }</b>
            </nav>
            <Stage canvas={canvas} ring={Rc::clone(ring)} head={Shared::<Head>::from(&Rc::default())}
                nodes={Shared::from(&Rc::new(group.nodes.clone()))} links={Shared::from(&Rc::new(group.links.clone()))}
                clients={Shared::from(&Rc::default())} inspector={Shared::from(&Rc::default())}
                menu={None} picks={None} drawn={None} {lang} on_msg={places(group, on_msg)} />
        </>
    }
}

/// Places of the ring are stores for the rest of the page.
fn places(group: &GroupSheet, on_msg: &Callback<Msg>) -> Callback<PageMsg> {
    let stores = group.stores.clone();
    let on_msg = on_msg.clone();
    Callback::from(move |msg: PageMsg| {
        let store = |place: NodeId| {
            let store = stores.get(usize::from(place.0).wrapping_sub(1));
            store.and_then(|&store| u8::try_from(store).ok()).map(NodeId)
        };
        let msg = if let PageMsg::Choose(place) | PageMsg::Menu(place) = msg {
            store(place).map(PageMsg::Choose)
        } else {
            Some(msg)
        };
        if let Some(msg) = msg {
            on_msg.emit(Msg::Page(msg));
        }
    })
}
