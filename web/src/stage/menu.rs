//! What can be done with a node, beside it and never over it.

use std::rc::Rc;

use sim::NodeId;
use view::{Action, Inspector, Lang, labels};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{
    Callback, Html, KeyboardEvent, NodeRef, Properties, component, html, use_effect_with,
    use_node_ref,
};

use crate::page::{PageMsg, run, send};
use crate::ring::{Ring, at};
use crate::shared::Shared;

#[derive(Properties, PartialEq)]
pub(crate) struct MenuProps {
    pub(crate) node: NodeId,
    pub(crate) inspector: Shared<Inspector>,
    pub(crate) ring: Rc<Ring>,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn Menu(props: &MenuProps) -> Html {
    let MenuProps { node, inspector, ring, lang, on_msg } = props;
    let list = use_node_ref();
    use_effect_with((*node, list.clone()), |(_, list)| focus_first(list));
    if inspector.title != node.to_string() {
        return Html::default();
    }
    let item = |action: &Action| {
        let refused = action.refused.in_lang(*lang);
        html! {
            <button key={action.line.clone()} role="menuitem" data-action={action.word}
                disabled={!refused.is_empty()} title={refused.to_owned()} onclick={send(on_msg, run(&action.line))}>
                { action.label.in_lang(*lang) }<kbd>{ action.key }</kbd>
            </button>
        }
    };
    html! {
        <div class="menu" role="menu" ref={list} style={place(ring, node.0, inspector.actions.len())}
            aria-label={[&inspector.title, " ", labels::ACTIONS.in_lang(*lang)].concat()} onkeydown={|event: KeyboardEvent| walk(&event)}>
            { for inspector.actions.iter().map(item) }
        </div>
    }
}

fn focus_first(list: &NodeRef) {
    let first =
        list.cast::<Element>().and_then(|list| list.query_selector("button").ok().flatten());
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        first.focus().ok();
    }
}

/// Up and down between the actions.
fn walk(event: &KeyboardEvent) {
    let Some(here) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    let next = match event.key().as_str() {
        "ArrowDown" => here.next_element_sibling(),
        "ArrowUp" => here.previous_element_sibling(),
        _ => return,
    };
    event.prevent_default();
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        next.focus().ok();
    }
}

/// On the side of the node where there is room, and all of it on the stage.
fn place(ring: &Ring, id: u8, rows: usize) -> String {
    let (spot, gap) = (ring.node(id), ring.radius * 1.75);
    let width = 224.0;
    let height = (rows as f64 * 34.0 + 14.0).min(ring.height - 12.0);
    let right = spot.x + gap + width < ring.width;
    let left = if right { spot.x + gap } else { (spot.x - gap - width).max(4.0) };
    let top = (spot.y - 40.0).min(ring.height - height - 6.0).max(6.0);
    at(left, top)
}
