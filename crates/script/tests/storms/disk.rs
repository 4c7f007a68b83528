//! What stands on the disk of a store: tables beside the logs, levels of the engines, bytes counted.

use raft::Storage as _;
use store::{RaftCommand, Store};

/// What is wrong there; `None` if nothing is.
pub(crate) fn flaw(store: &Store) -> Option<String> {
    let engines = store.engines();
    for engine in [engines.state(), engines.log()] {
        if let Err(error) = engine.version().check_levels() {
            return Some(error.to_string());
        }
    }
    let (ledger, written) = (engines.ledger(), engines.written());
    if ledger != written {
        return Some(format!("{ledger:?} is counted, and {written:?} was written"));
    }
    let mut named = Vec::new();
    for range in store.replicas().map(store::Replica::range) {
        let log = store.log(range)?;
        for index in log.first_index().0..=log.last_index().0 {
            let entry = match log.stored(raft::Index(index)) {
                Ok(entry) => entry.id,
                Err(error) => return Some(format!("entry {index} of {range}: {error}")),
            };
            if !log.is_thin(entry) {
                continue;
            }
            let mut fat = Vec::new();
            let read = log.entries(entry.index, entry.index.next(), u64::MAX, &mut fat);
            let command = read.ok().and_then(|()| RaftCommand::decode(&fat.first()?.data));
            let table = command.and_then(|command| command.result.add_sstable);
            match table.filter(|table| table.is_whole()) {
                Some(table) => named.push((range, entry, table.table.len() as u64)),
                None => return Some(format!("{entry:?} of {range} lacks its table")),
            }
        }
    }
    let files: Vec<_> = engines.sideload().files().collect();
    (files != named).then(|| format!("{files:?} are beside the logs, which name {named:?}"))
}
