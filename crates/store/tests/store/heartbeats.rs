//! What coalescing saves, and what it does not.

use det::Span;
use raft::MessageKind;
use store::{Config, Heartbeats, Quiescence};

use crate::setting::settled;

const RANGES: usize = 1_000;
/// Two ticks of half a second.
const INTERVAL: Span = Span::secs(1);
const INTERVALS: u64 = 10;

fn config(heartbeats: Heartbeats) -> Config {
    Config { heartbeats, quiescence: Quiescence::Off, record_events: false, ..Config::default() }
}

#[test]
fn single_heartbeats_cost_two_messages_per_range_each_way() {
    let mut cluster = settled(&config(Heartbeats::Single), RANGES, Span::secs(20));
    let beats = |cluster: &store::cluster::Cluster, kind| cluster.sum(|c| c.of_kind(kind));
    let kinds = [MessageKind::Heartbeat, MessageKind::HeartbeatResp];
    let before = kinds.map(|kind| beats(&cluster, kind));
    let steps = cluster.sum(|c| c.heartbeat_steps);
    cluster.run(Span(INTERVAL.0 * INTERVALS));
    let sent = kinds.map(|kind| beats(&cluster, kind));
    for (sent, before) in sent.into_iter().zip(before) {
        assert_eq!(sent - before, 2 * RANGES as u64 * INTERVALS);
    }
    assert_eq!(cluster.sum(|c| c.coalesced_requests + c.coalesced_responses), 0);
    assert_eq!(cluster.sum(|c| c.heartbeat_steps) - steps, 4 * RANGES as u64 * INTERVALS);
}

#[test]
fn coalesced_heartbeats_cost_a_message_per_pair_of_stores_and_the_same_steps() {
    let mut cluster = settled(&config(Heartbeats::Coalesced), RANGES, Span::secs(20));
    let steps = cluster.sum(|c| c.heartbeat_steps);
    let flush = Span(Config::default().tick.0 / 2);
    let flushes = INTERVALS * INTERVAL.0 / flush.0;
    for _ in 0..flushes {
        let (requests, responses) =
            (cluster.sum(|c| c.coalesced_requests), cluster.sum(|c| c.coalesced_responses));
        cluster.run(flush);
        assert!(cluster.sum(|c| c.coalesced_requests) <= requests + 6);
        assert!(cluster.sum(|c| c.coalesced_responses) <= responses + 6);
    }
    assert_eq!(cluster.sum(|c| c.of_kind(MessageKind::Heartbeat)), 0);
    assert_eq!(cluster.sum(|c| c.of_kind(MessageKind::HeartbeatResp)), 0);
    assert_eq!(cluster.sum(|c| c.heartbeat_steps) - steps, 4 * RANGES as u64 * INTERVALS);
}
