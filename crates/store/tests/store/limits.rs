//! The longest command: it is judged before it is proposed, and what is accepted every replica can write.

use bytes::Bytes;
use det::Span;
use store::cluster::Cluster;
use store::kv::IngestAs;
use store::{
    COMMAND_BYTES_MAX, ClientRequest, Config, Evaluation, Input, RangeId, Reply, Request,
    RequestError, RequestId, Sideloading,
};

use crate::judge::check_rest;
use crate::setting::{key, settled};
use crate::sstable::table;

const RANGE: RangeId = RangeId(1);

fn cluster(evaluation: Evaluation, command_bytes: usize) -> Cluster {
    let config = Config { evaluation, command_bytes, record_events: false, ..Config::default() };
    settled(&config, 1, Span::secs(20))
}

fn ask(cluster: &mut Cluster, request: Request) -> Result<Reply, RequestError> {
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let request = ClientRequest { id: RequestId(1), range: RANGE, timestamp: None, request };
    cluster.take_replies();
    cluster.tell(leader, Input::Request(request));
    cluster.run(Span::secs(2));
    cluster.take_replies().pop().expect("it is served").1.result
}

fn name(row: usize) -> Bytes {
    format!("k000000{row:03}").into()
}

/// Finds the longest value with which this request is accepted: a byte more is refused, at the limit and
/// not before it, and nothing is proposed.
#[track_caller]
fn check_limit(cluster: &mut Cluster, max: usize, request: impl Fn(Bytes) -> Request) {
    let mut ask_with = |bytes: usize| ask(cluster, request(vec![b'v'; bytes].into()));
    let Err(RequestError::CommandTooLarge { bytes, max: told }) = ask_with(max) else {
        panic!("a value as long as the limit leaves nothing for the rest");
    };
    assert_eq!(told, max);
    let longest = max - (bytes - max);
    let refused = RequestError::CommandTooLarge { bytes: max + 1, max };
    assert_eq!(ask_with(longest + 1), Err(refused));
    assert_eq!(ask_with(longest), Ok(Reply::Written));
}

#[test]
fn a_value_is_as_long_as_its_command_may_be() {
    for evaluation in [Evaluation::Proposer, Evaluation::Naive] {
        let mut cluster = cluster(evaluation, 5_000);
        let before = cluster.sum(|counters| counters.proposals);
        check_limit(&mut cluster, 5_000, |value| Request::Put { key: name(1), value });
        assert_eq!(cluster.sum(|counters| counters.proposals), before + 1);
        check_limit(&mut cluster, 5_000, |value| Request::ConditionalPut {
            key: name(2),
            expected: None,
            value,
        });
        check_rest(&cluster, (&key(0), &key(1)));
    }
}

#[test]
fn the_longest_command_of_all_is_written_by_every_replica() {
    for evaluation in [Evaluation::Proposer, Evaluation::Naive] {
        // The limit of the log holds, whatever the configuration says.
        let mut cluster = cluster(evaluation, usize::MAX);
        let put = |value| Request::Put { key: name(1), value };
        check_limit(&mut cluster, COMMAND_BYTES_MAX, put);
        cluster.run(Span::secs(10));
        check_rest(&cluster, (&key(0), &key(1)));
    }
}

#[test]
fn deletions_of_many_keys_are_a_long_command_unless_every_replica_evaluates_it() {
    for evaluation in [Evaluation::Proposer, Evaluation::Naive] {
        let mut cluster = cluster(evaluation, 1_000);
        for row in 0..60 {
            let put = Request::Put { key: name(row), value: Bytes::from_static(b"v") };
            assert_eq!(ask(&mut cluster, put), Ok(Reply::Written));
        }
        let mut delete = |end| {
            let told = ask(&mut cluster, Request::DeleteRange { start: name(0), end: name(end) });
            let get = Request::Get { key: name(59) };
            (told, ask(&mut cluster, get) == Ok(Reply::Value(None)))
        };
        let all = delete(60);
        if evaluation == Evaluation::Proposer {
            let too_large = matches!(all.0, Err(RequestError::CommandTooLarge { max: 1_000, .. }));
            assert!(too_large && !all.1, "{all:?}");
            assert_eq!(delete(10), (Ok(Reply::Deleted(10)), false));
        } else {
            assert_eq!(all, (Ok(Reply::Deleted(60)), true));
        }
        cluster.run(Span::secs(10));
        check_rest(&cluster, (&key(0), &key(1)));
    }
}

#[test]
fn tables_are_commands_too_however_they_travel() {
    let ways = [
        IngestAs::TableKept(Sideloading::On),
        IngestAs::TableKept(Sideloading::Off),
        IngestAs::Writes,
    ];
    for evaluation in [Evaluation::Proposer, Evaluation::Naive] {
        for how in ways {
            let mut cluster = cluster(evaluation, 4_000);
            let mut add = |rows: usize| {
                let table = table("a", rows);
                ask(&mut cluster, Request::AddSstable { start: key(0), end: key(1), table, how })
            };
            let refused = add(5);
            let is_refused = matches!(refused, Err(RequestError::CommandTooLarge { .. }));
            assert!(is_refused, "{refused:?}");
            assert_eq!(add(2), Ok(Reply::Written));
            cluster.run(Span::secs(10));
            check_rest(&cluster, (&key(0), &key(1)));
        }
    }
}
