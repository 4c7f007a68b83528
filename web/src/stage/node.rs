//! One node of the ring: a button.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use sim::NodeId;
use view::{Counts, Lang, NodeCard, Part};
use yew::{Callback, Html, MouseEvent, Properties, component, html, use_mut_ref};

use super::shape::{DISC, HALF, body, corner, votes, words};
use crate::page::{PageMsg, send};
use crate::ring::{Ring, at, is_narrow, px};

#[derive(Properties, PartialEq)]
pub(crate) struct NodeProps {
    pub(crate) card: NodeCard,
    pub(crate) ring: Rc<Ring>,
    pub(crate) picked: bool,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

/// A finger that rests this long opens the actions.
const LONG_PRESS_MILLIS: u32 = 500;

#[component]
pub(crate) fn Node(props: &NodeProps) -> Html {
    let NodeProps { card, ring, picked, lang, on_msg } = props;
    let node = NodeId(card.id);
    let (role, letter) = words(card.part);
    let counts = card.counts.label().in_lang(*lang);
    // A follower that does not vote is shown as such (thesis §4.2.1).
    let silent = matches!(card.counts, Counts::Learner | Counts::Outsider);
    let letter = if silent && card.part == Part::Follower { "N" } else { letter };
    let resting = use_mut_ref(|| None::<Timeout>);
    let on_rest = {
        let (resting, on_msg) = (Rc::clone(&resting), on_msg.clone());
        Callback::from(move |_| {
            let on_msg = on_msg.clone();
            let open = move || on_msg.emit(PageMsg::Menu(node));
            *resting.borrow_mut() = Some(Timeout::new(LONG_PRESS_MILLIS, open));
        })
    };
    let on_lift = Callback::from(move |()| drop(resting.borrow_mut().take()));
    let oncontextmenu = on_msg.reform(move |event: MouseEvent| {
        event.prevent_default();
        PageMsg::Menu(node)
    });
    html! {
        <>
            <button class="node" style={place(ring, card.id)} data-node={card.name.clone()}
                data-role={role} data-counts={card.counts.as_str()} data-stale={card.stale.to_string()} data-picked={picked.to_string()}
                aria-pressed={card.selected.to_string()}
                onclick={send(on_msg, PageMsg::Choose(node))} {oncontextmenu} ontouchstart={on_rest}
                ontouchend={on_lift.reform(|_| ())} ontouchmove={on_lift.reform(|_| ())}>
                <span class="hidden">{ card.spoken.in_lang(*lang).to_owned() }</span>
                <svg viewBox="-66 -66 132 132" aria-hidden="true">
                    <circle class="pick" r="65" />
                    { body(card.part) }
                    <text class="name" y="-1">{ &card.name }</text>
                    <text class="term" key={card.term} y="20">{ "T" }{ card.term }</text>
                    { votes(&card.votes, ring.count()) }
                    if !card.step.is_empty() {
                        <text class="counts" y="62">{ card.step.in_lang(*lang) }</text>
                    } else if !counts.is_empty() { <text class="counts" y="62">{ counts }</text> }
                    <g class="letter" transform={corner(ring.count())}>
                        <circle r="12.5" /><text y="5">{ letter }</text>
                    </g>
                </svg>
            </button>
            { state(card, ring) }
        </>
    }
}

/// A look at the state machine, on the outer side of the ring.
fn state(card: &NodeCard, ring: &Ring) -> Html {
    let (spot, out) = (ring.node(card.id), ring.radius * HALF / DISC);
    let (side, x, y) = match spot.x < ring.width / 2.0 - 1.0 {
        _ if is_narrow(ring.width) => ("below", spot.x, spot.y + out - 1.0),
        true => ("left", spot.x - out - 6.0, spot.y),
        false => ("right", spot.x + out + 6.0, spot.y),
    };
    html! {
        <p class="value" data-side={side} style={at(x, y)} aria-hidden="true">
            { &card.value }
            if !card.value.is_empty() { <small>{ &card.hash }</small> }
        </p>
    }
}

fn place(ring: &Ring, id: u8) -> String {
    let (spot, size) = (ring.node(id), ring.radius * 2.0 * HALF / DISC);
    let side = px(size).to_string();
    let corner = at(spot.x - size / 2.0, spot.y - size / 2.0);
    [&corner, ";width:", &side, "px;height:", &side, "px"].concat()
}
