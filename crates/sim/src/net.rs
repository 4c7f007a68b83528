//! The links between nodes: latency, loss, cuts.

use det::{Rng, Span, Time};

use crate::{End, Links, Loss, NodeId, Setup};

/// One direction between two nodes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// The shortest way.
    pub base: Span,
    /// The most that chance adds.
    pub jitter: Span,
    /// Lost messages in a million.
    pub loss_per_million: u32,
    /// Carries nothing.
    pub cut: bool,
    /// The link's own stream: how long and whether at all.
    rng: Rng,
    /// When the latest message arrives: links keep order, as a TCP connection does. Whoever wants
    /// another order delays or holds a message.
    latest: Time,
}

/// All links. Clients reach every node with the latency of the setup and without loss.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Net {
    nodes: u8,
    /// From node a to node b at `a * nodes + b`, counted from 0.
    links: Vec<Link>,
    /// The way of clients' messages.
    clients: Link,
}

/// A healthy link with a stream of its own.
fn fresh(setup: &Setup, name: &str, id: u64) -> Link {
    Link {
        base: setup.latency,
        jitter: setup.jitter,
        loss_per_million: setup.loss_per_million,
        cut: false,
        rng: Rng::named(setup.seed, name, id),
        latest: Time::ZERO,
    }
}

impl Net {
    pub(crate) fn new(setup: &Setup) -> Self {
        let count = u64::from(setup.nodes) * u64::from(setup.nodes);
        Self {
            nodes: setup.nodes,
            links: (0..count).map(|id| fresh(setup, "link", id)).collect(),
            clients: Link { loss_per_million: 0, ..fresh(setup, "clients", 0) },
        }
    }

    /// How many nodes there are.
    pub(crate) fn nodes(&self) -> u8 {
        self.nodes
    }

    /// One more node: links to and from it, healthy as at the start.
    #[inline(never)]
    pub(crate) fn grow(&mut self, setup: &Setup) {
        let mut old = std::mem::take(&mut self.links).into_iter();
        let last = u64::from(self.nodes);
        self.nodes += 1;
        for from in 0..=last {
            for to in 0..=last {
                let kept = if from < last && to < last { old.next() } else { None };
                let joined = || fresh(setup, "joined link", from << 8 | to);
                self.links.push(kept.unwrap_or_else(joined));
            }
        }
    }

    /// The link from one node to another.
    pub(crate) fn link(&self, from: NodeId, to: NodeId) -> &Link {
        &self.links[from.slot() * usize::from(self.nodes) + to.slot()]
    }

    /// The links that a command is about.
    pub(crate) fn choose(&mut self, which: Links) -> impl Iterator<Item = &mut Link> {
        let nodes = usize::from(self.nodes);
        self.links.iter_mut().enumerate().filter_map(move |(position, link)| {
            let (from, to) = (position / nodes, position % nodes);
            let chosen = from != to
                && match which {
                    Links::All => true,
                    Links::Between(a, b) => {
                        (from, to) == (a.slot(), b.slot()) || (from, to) == (b.slot(), a.slot())
                    }
                    Links::OneWay(a, b) => (from, to) == (a.slot(), b.slot()),
                };
            chosen.then_some(link)
        })
    }

    /// Cuts exactly the links between different groups; mends all others.
    pub(crate) fn partition(&mut self, group_of: impl Fn(NodeId) -> usize) {
        let nodes = self.nodes;
        for from in (1..=nodes).map(NodeId) {
            for to in (1..=nodes).map(NodeId) {
                let cut = from != to && group_of(from) != group_of(to);
                self.links[from.slot() * usize::from(nodes) + to.slot()].cut = cut;
            }
        }
    }

    /// When a message that leaves now arrives, and why it will not, if it will not.
    pub(crate) fn route(&mut self, now: Time, from: End, to: End) -> (Time, Option<Loss>) {
        let nodes = usize::from(self.nodes);
        let link = match (from, to) {
            (End::Node(a), End::Node(b)) => &mut self.links[a.slot() * nodes + b.slot()],
            (End::Client(_), _) | (_, End::Client(_)) => &mut self.clients,
        };
        let jitter = u32::try_from(link.jitter.0).unwrap_or(u32::MAX).saturating_add(1);
        let span = link.base + Span(u64::from(link.rng.below(jitter)));
        let chance = link.loss_per_million > 0 && link.rng.chance(link.loss_per_million);
        let lost = match (link.cut, chance) {
            (true, _) => Some(Loss::Cut),
            (false, true) => Some(Loss::Chance),
            (false, false) => None,
        };
        let due = now + span;
        if lost.is_some() {
            return (due, lost);
        }
        link.latest = due.max(link.latest + Span(1));
        (link.latest, None)
    }
}
