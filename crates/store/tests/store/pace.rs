//! Snapshots leave at their rate, and never faster for a moment.

use bytes::Bytes;
use det::{Span, Time};
use store::{
    ClientRequest, Config, EventKind, Input, RangeId, Request, RequestId, SnapshotEvent, StoreId,
};

use crate::setting::settled;

#[test]
fn at_no_time_more_bytes_leave_than_the_rate_and_one_batch() {
    let config = Config { log_max_bytes: 0, truncate_entries: 10, ..Config::default() };
    let mut cluster = settled(&config, 1, Span::secs(10));
    let range = RangeId(1);
    let leader = cluster.leader(range).expect("it has a leader");
    let late = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    let late = late.expect("there are three");
    cluster.isolate(late, true);
    cluster.run(Span::secs(10));
    for at in 0..300 {
        let key = Bytes::from(format!("k000000-{at:03}"));
        let request = Request::Put { key, value: vec![7; 60_000].into() };
        let request = ClientRequest { id: RequestId(at), range, timestamp: None, request };
        cluster.tell(leader, Input::Request(request));
        cluster.run(Span::millis(30));
    }
    cluster.run(Span::secs(5));
    cluster.take_events();
    cluster.isolate(late, false);
    cluster.run(Span::secs(20));
    let sent: Vec<(Time, u64)> = cluster
        .take_events()
        .into_iter()
        .filter_map(|event| {
            let EventKind::Snapshot { what, .. } = event.kind else { return None };
            let SnapshotEvent::BatchSent { bytes, .. } = what else { return None };
            Some((event.at, bytes as u64))
        })
        .collect();
    assert!(sent.len() > 50, "{} batches", sent.len());
    let largest = sent.iter().map(|batch| batch.1).max().unwrap_or_default();
    for first in 0..sent.len() {
        let mut bytes = 0;
        for (at, more) in &sent[first..] {
            bytes += more;
            let window = at.since(sent[first].0);
            let most = largest + config.snapshot_rate * window.0 / 1_000_000;
            assert!(bytes <= most, "{bytes} bytes within {window}, {most} at most");
        }
    }
    // Nor does it wait for somebody to come by.
    let (begin, end) = (sent[0].0, sent[sent.len() - 1].0);
    let bytes: u64 = sent.iter().map(|batch| batch.1).sum();
    let seconds = end.since(begin);
    assert!(bytes * 1_000_000 >= config.snapshot_rate * seconds.0 * 9 / 10, "{bytes} in {seconds}");
}
