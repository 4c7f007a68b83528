//! What stores write to the logs that their syncs wait for: the same things may happen in two runs and
//! cost one of them more.

use std::collections::BTreeMap;

use det::Time;
use lsm::Category;
use store::StoreId;

use crate::Timeline;
use crate::ranges::World;

/// What was written up to the last moment compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Synced {
    until: Time,
    /// Of stores that run: which of their lives it is, and the bytes in each run.
    known: BTreeMap<StoreId, (u32, [u64; 2])>,
}

impl Synced {
    /// The first store that wrote more in one of two runs than in the other since the last moment
    /// compared, and how much it wrote in each.
    pub(super) fn compare(
        &mut self,
        left: &Timeline<World>,
        right: &Timeline<World>,
    ) -> Option<(StoreId, [u64; 2])> {
        if left.now() < self.until {
            return None;
        }
        self.until = left.now();
        let worlds = [left.world(), right.world()];
        let mut found = None;
        for id in worlds[0].store_ids() {
            let life = worlds[0].life(id);
            let ([Some(a), Some(b)], true) =
                (worlds.map(|world| bytes(world, id)), life == worlds[1].life(id))
            else {
                self.known.remove(&id);
                continue;
            };
            // What a start writes is as the engines are set up.
            let known = self.known.insert(id, (life, [a, b]));
            let Some((_, before)) = known.filter(|known| known.0 == life) else { continue };
            let wrote = [a - before[0], b - before[1]];
            if wrote[0] != wrote[1] {
                found = found.or(Some((id, wrote)));
            }
        }
        found
    }
}

/// Bytes that a store has written to the write-ahead log of its Raft log since it started.
fn bytes(world: &World, id: StoreId) -> Option<u64> {
    Some(world.store(id)?.engines().log().ledger().get(Category::Wal))
}
