//! What is around the nodes: links that are not healthy, and clients.

use sim::{Client, ClientId, NodeId, World};

use crate::say::{asked, both};
use crate::{ClientChip, LinkMark};

/// Clients in sight; a load has more than fit beside the ring.
const CHIPS_MAX: usize = 8;
/// The client that is always in sight.
const FIRST: ClientId = ClientId(1);

pub(super) fn links(world: &World) -> Vec<LinkMark> {
    let nodes = u8::try_from(world.nodes().len()).unwrap_or(u8::MAX);
    let pairs = (1..=nodes).flat_map(|a| (a + 1..=nodes).map(move |b| (a, b)));
    pairs.filter_map(|(a, b)| link(world, a, b)).collect()
}

fn link(world: &World, a: u8, b: u8) -> Option<LinkMark> {
    let (there, back) = (world.link(NodeId(a), NodeId(b)), world.link(NodeId(b), NodeId(a)));
    let mark = LinkMark {
        a,
        b,
        cut_ab: there.cut,
        cut_ba: back.cut,
        loss_per_million: there.loss_per_million.max(back.loss_per_million),
    };
    (mark.cut_ab || mark.cut_ba || mark.loss_per_million > 0).then_some(mark)
}

pub(super) fn clients(world: &World) -> Vec<ClientChip> {
    let asking = world.clients().iter().filter(|client| is_seen(client)).map(chip);
    let first = world.clients().first().is_none_or(|client| client.id() != FIRST).then(idle);
    first.into_iter().chain(asking).take(CHIPS_MAX).collect()
}

/// The first client before it asks for the first time: somebody has to begin.
fn idle() -> ClientChip {
    ClientChip {
        name: FIRST.to_string(),
        id: FIRST.0,
        doing: both!("idle", "空闲"),
        waiting: false,
        asking: None,
    }
}

/// Clients of a load that has ended and has its answers are gone.
fn is_seen(client: &Client) -> bool {
    client.is_load() || client.pending().is_some() || client.id() == FIRST
}

fn chip(client: &Client) -> ClientChip {
    let target = client.target();
    let pending = client.pending();
    let doing = match pending {
        Some(pending) => {
            let ask = asked(&pending.ask);
            both!("{ask}, asking {target}", "{ask}，正问 {target}")
        }
        None => both!("idle", "空闲"),
    };
    ClientChip {
        name: client.id().to_string(),
        id: client.id().0,
        doing,
        waiting: pending.is_some(),
        asking: pending.map(|_| target.0),
    }
}
