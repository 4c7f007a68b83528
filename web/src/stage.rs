//! The stage: nodes as buttons over the canvas of what moves, and what can be done there.

mod caption;
mod chips;
mod menu;
mod node;
mod shape;

use std::collections::BTreeSet;
use std::rc::Rc;

use sim::NodeId;
use view::{ClientChip, Head, Inspector, Lang, LinkMark, NodeCard, labels};
use web_sys::{HtmlCanvasElement, PointerEvent};
use yew::{Callback, Html, NodeRef, Properties, TargetCast, component, html};

use self::menu::Menu;
use self::node::Node;
use crate::page::{Drawn, PageMsg, heed};
use crate::ring::{Point, Ring};
use crate::shared::Shared;

pub(crate) use self::caption::Caption;

/// `data-role` of a part.
pub(crate) fn role(part: view::Part) -> &'static str {
    shape::words(part).0
}

#[derive(Properties, PartialEq)]
pub(crate) struct StageProps {
    pub(crate) canvas: NodeRef,
    pub(crate) ring: Rc<Ring>,
    pub(crate) head: Shared<Head>,
    pub(crate) nodes: Shared<Vec<NodeCard>>,
    pub(crate) links: Shared<Vec<LinkMark>>,
    pub(crate) clients: Shared<Vec<ClientChip>>,
    pub(crate) inspector: Shared<Inspector>,
    pub(crate) menu: Option<NodeId>,
    pub(crate) picks: Option<BTreeSet<u8>>,
    pub(crate) drawn: Option<Drawn>,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn Stage(props: &StageProps) -> Html {
    let StageProps { ring, lang, on_msg, picks, .. } = props;
    let lang = *lang;
    let node = |card: &NodeCard| {
        let picked = picks.as_ref().is_some_and(|picks| picks.contains(&card.id));
        html! {
            <Node key={card.id} card={card.clone()} ring={Rc::clone(ring)} {picked} {lang} {on_msg} />
        }
    };
    html! {
        <main class="stage" id="stage" data-stage="" tabindex="-1"
            data-picking={picks.is_some().to_string()}
            data-drawing={props.drawn.as_ref().is_some_and(|drawn| drawn.drawing).to_string()}>
            { board(&props.canvas, on_msg) }
            if !props.head.broken.en.is_empty() {
                <p class="watermark">{ props.head.broken.in_lang(lang) }</p>
            }
            <div class="nodes" role="group" aria-label={labels::STAGE.in_lang(lang)}>
                { for props.nodes.iter().map(node) }
            </div>
            { chips::clients(&props.clients, ring, lang, on_msg) }
            if let Some(picks) = picks {
                { chips::picking(picks, lang, on_msg) }
            } else if props.links.iter().any(|link| link.cut_ab || link.cut_ba) {
                { chips::heal(&props.links, props.drawn.as_ref(), ring, lang, on_msg) }
            }
            if let Some(node) = props.menu {
                <Menu {node} inspector={props.inspector.clone()} ring={Rc::clone(ring)} {lang} {on_msg} />
            }
        </main>
    }
}

/// The canvas and the pointer on it.
fn board(canvas: &NodeRef, on_msg: &Callback<PageMsg>) -> Html {
    let at =
        |event: &PointerEvent| Point::new(f64::from(event.offset_x()), f64::from(event.offset_y()));
    let onpointerdown = heed(on_msg, move |event: PointerEvent| {
        let canvas: HtmlCanvasElement = event.target_dyn_into()?;
        let primary = event.is_primary() && event.button() == 0;
        canvas.set_pointer_capture(event.pointer_id()).ok();
        primary.then(|| PageMsg::Press(at(&event)))
    });
    let onpointermove = heed(on_msg, move |event: PointerEvent| {
        (event.buttons() & 1 == 1 && event.is_primary()).then(|| PageMsg::Drag(at(&event)))
    });
    let onpointerup = on_msg.reform(|_: PointerEvent| PageMsg::Release);
    let onpointercancel = on_msg.reform(|_: PointerEvent| PageMsg::Escape);
    html! {
        <canvas class="board" ref={canvas.clone()} aria-hidden="true"
            {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} />
    }
}
