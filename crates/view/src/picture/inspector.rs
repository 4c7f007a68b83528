//! What is selected, opened up: facts in groups, and what can be done with it.

mod actions;
mod changed;
mod event;
mod message;
mod node;

use std::fmt::Display;

use sim::{Timeline, World};

use crate::say::both;
use crate::{Both, Fact, FactGroup, Inspector, Lens, Selection};

pub(super) fn inspector(timeline: &Timeline, lens: &Lens) -> Inspector {
    let world = timeline.world();
    match lens.selection {
        Selection::None => Inspector::default(),
        Selection::Node(id) => match world.node(id) {
            Some(node) => node::node(timeline, node),
            None => Inspector::default(),
        },
        Selection::Message(id) => message::message(timeline, id),
        Selection::Event(id) => event::event(timeline, id),
    }
}

/// While nothing is selected: what can be done with the whole cluster.
#[inline(never)]
pub fn of_cluster(world: &World) -> Inspector {
    Inspector { actions: actions::of_cluster(world), ..Inspector::default() }
}

/// A fact that cannot change while it is looked at.
fn fact(name: Both, value: impl Display) -> Fact {
    Fact { name, value: Both::same(value.to_string()), changed: false }
}

/// One group, without a title.
fn facts(facts: Vec<Fact>) -> Vec<FactGroup> {
    vec![FactGroup { title: both!("facts", "内容"), facts }]
}
