//! World + Lens -> Frame and Motion.

mod around;
mod caption;
mod cards;
mod feed;
mod file;
mod head;
mod inspector;
mod log;
mod microscope;
mod motion;
mod next;
mod strip;

use std::rc::Rc;

use sim::Timeline;

use crate::{Frame, Lens};

pub(crate) use cards::{letter, part_words};
pub(crate) use feed::clock;
pub use file::{DIRECTIVE_MICROS, file, motion_of_file};
pub use inspector::of_cluster;
pub(crate) use log::{describe, tint};
pub use microscope::microscope;
pub use motion::motion;
pub(crate) use strip::{branches, window};

/// The picture of a run at its present moment, as seen through a lens: equal runs and lenses give
/// equal pictures.
pub fn frame(timeline: &Timeline, lens: &Lens) -> Frame {
    let world = timeline.world();
    Frame {
        head: Rc::new(head::head(world)),
        nodes: Rc::new(cards::cards(world, lens)),
        links: Rc::new(around::links(world)),
        clients: Rc::new(around::clients(world)),
        log: Rc::new(log::table(world, lens)),
        feed: Rc::new(feed::feed(timeline, lens)),
        next: Rc::new(next::next(world)),
        caption: Rc::new(caption::caption(timeline, lens)),
        inspector: Rc::new(inspector::inspector(timeline, lens)),
        file: Rc::default(),
        lamps: Rc::new(head::lamps(world)),
        strip: Rc::new(strip::strip(timeline, lens)),
    }
}

/// The same picture, made from the one before: a part that did not change keeps its pointer, so the
/// page sees at a glance that there is nothing to draw.
pub fn refresh(timeline: &Timeline, lens: &Lens, last: &Frame) -> Frame {
    frame(timeline, lens).sharing(last)
}

impl Frame {
    /// With the pointers of the one before where nothing changed.
    #[must_use]
    pub fn sharing(self, last: &Self) -> Self {
        Self {
            head: share(self.head, &last.head),
            nodes: share(self.nodes, &last.nodes),
            links: share(self.links, &last.links),
            clients: share(self.clients, &last.clients),
            log: share(self.log, &last.log),
            feed: share(self.feed, &last.feed),
            next: share(self.next, &last.next),
            caption: share(self.caption, &last.caption),
            inspector: share(self.inspector, &last.inspector),
            file: share(self.file, &last.file),
            lamps: share(self.lamps, &last.lamps),
            strip: share(self.strip, &last.strip),
        }
    }
}

/// Puts an element into a list that is in order of `key`, after its equals. Lists of a picture are
/// short and nearly in order, and a sort would be the larger part of the page's code.
pub(crate) fn insert_by<T, K: Ord>(list: &mut Vec<T>, element: T, key: impl Fn(&T) -> K) {
    let at = list.partition_point(|other| key(other) <= key(&element));
    list.insert(at, element);
}

pub(crate) fn share<T: PartialEq>(new: Rc<T>, last: &Rc<T>) -> Rc<T> {
    if *new == **last { Rc::clone(last) } else { new }
}
