//! The temporary engine: a sort spills into it, nobody else has that, and a restart forgets it.

use bytes::Bytes;
use det::Span;
use lsm::Category;
use store::{
    ClientRequest, Config, Input, RangeId, Reply, Request, RequestError, RequestId, StoreId,
};

use crate::setting::settled;
use crate::sstable::check_ledger;

const RANGE: RangeId = RangeId(1);

#[test]
fn rows_are_sorted_by_value_and_the_next_start_forgets_it() {
    let config = Config { record_events: false, ..Config::default() };
    let mut cluster = settled(&config, 1, Span::secs(20));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let ask = |cluster: &mut store::cluster::Cluster, request| {
        let (id, range, timestamp) = (RequestId(1), RANGE, None);
        cluster.tell(leader, Input::Request(ClientRequest { id, range, timestamp, request }));
        cluster.run(Span::millis(20));
    };
    let name = |row: usize| Bytes::from(format!("k000000{row:03}"));
    // 37 goes around all of 300, so the values are as many.
    let number = |row: usize| row * 37 % 300;
    for row in 0..300 {
        let mut value = format!("{:03}", number(row)).into_bytes();
        value.resize(500, b'.');
        ask(&mut cluster, Request::Put { key: name(row), value: value.into() });
    }
    ask(&mut cluster, Request::DeleteRange { start: name(0), end: name(1) });
    let mut expected: Vec<usize> = (1..300).collect();
    expected.sort_by_key(|&row| number(row));
    cluster.take_replies();
    for _ in 0..2 {
        cluster.tell(leader, Input::Sort { id: RequestId(2), range: RANGE });
        let reply = cluster.take_replies().pop().expect("it answers at once").1;
        let sorted = expected.iter().map(|&row| name(row)).collect();
        assert_eq!(reply.result, Ok(Reply::Sorted(sorted)));
    }
    check_ledger(&cluster);
    for store in cluster.stores() {
        let temp = store.engines().temp().map(lsm::Lsm::ledger);
        assert_eq!(temp.is_some(), store.id() == leader, "nobody else has it");
        let Some(temp) = temp else { continue };
        assert!(temp.get(Category::Flush) > 300_000 && temp.get(Category::Wal) == 0, "{temp:?}");
    }
    let follower = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    cluster
        .tell(follower.expect("there are three"), Input::Sort { id: RequestId(3), range: RANGE });
    let reply = cluster.take_replies().pop().expect("it answers at once").1;
    assert_eq!(reply.result, Err(RequestError::NotLeaseHolder { holder: Some(leader) }));
    cluster.kill(leader);
    cluster.restart(leader).expect("a crash damages nothing");
    let engines = cluster.store(leader).expect("it runs").engines();
    assert!(engines.temp().is_none());
    assert!(engines.vfs().links().iter().all(|link| !link.name.starts_with("temp")));
}
