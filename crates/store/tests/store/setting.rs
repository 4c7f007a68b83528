//! Clusters to test with.

use bytes::Bytes;
use det::Span;
use store::cluster::Cluster;
use store::{Config, RangeDescriptor, RangeId, StoreId};

/// The first key of the range at this position; the one after the last is the end of the last.
pub(crate) fn key(position: usize) -> Bytes {
    format!("k{position:06}").into()
}

/// So many ranges next to each other, three replicas each, on the stores in turn.
pub(crate) fn ranges(count: usize, stores: u32) -> Vec<RangeDescriptor> {
    let on = |at: usize, nth: usize| {
        let place = u32::try_from(at + nth).expect("few ranges") % stores;
        StoreId(place + 1)
    };
    let range = |at: usize| {
        let places = [on(at, 0), on(at, 1), on(at, 2)];
        RangeDescriptor::new(RangeId(at as u64 + 1), key(at), key(at + 1), &places)
    };
    (0..count).map(range).collect()
}

/// A cluster of three stores with so many ranges that ran for a while.
pub(crate) fn settled(config: &Config, ranges_count: usize, span: Span) -> Cluster {
    let ranges = ranges(ranges_count, 3);
    let mut cluster = Cluster::new(config.clone(), 3, &ranges).expect("the disks are new");
    cluster.run(span);
    cluster
}

/// Lets time pass, so much at once, until this is so; that has to come within ten minutes.
#[track_caller]
pub(crate) fn wait_until(
    cluster: &mut Cluster,
    step: Span,
    what: &str,
    is_so: impl Fn(&Cluster) -> bool,
) {
    let end = cluster.now() + Span::secs(600);
    while !is_so(cluster) {
        assert!(cluster.now() < end, "it does not come to it that {what}");
        cluster.run(step);
    }
}
