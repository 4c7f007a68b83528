//! Reading: single keys and walks both ways, now and in snapshots.

use std::{ops::Bound, sync::Arc};

use lsm::Snapshot;

use super::{Map, Oracle};

impl Oracle {
    /// The engine or a snapshot, and what should be in it.
    pub(crate) fn reader(&mut self) -> (lsm::View, Arc<Map>) {
        let slot = self.rng.below(8) as usize;
        match self.snapshots.get(slot) {
            Some((snapshot, map)) => (self.view(snapshot), Arc::clone(map)),
            None => (self.lsm.view(), Arc::new(self.map.clone())),
        }
    }

    /// What a snapshot sees, in the tables of then or in those of now.
    pub(crate) fn view(&self, snapshot: &Snapshot) -> lsm::View {
        if self.serial.is_multiple_of(2) {
            return snapshot.view.clone();
        }
        self.lsm.view_at(snapshot).expect("it is held")
    }

    pub(crate) fn get(&mut self) {
        let key = self.key();
        let slot = self.rng.below(8) as usize;
        let (found, expected) = match self.snapshots.get(slot) {
            Some((snapshot, map)) => (self.view(snapshot).get(&key), map.get(&key)),
            None => (self.lsm.get(&key), self.map.get(&key)),
        };
        let found = found.expect("tables are sound");
        assert_eq!(found.as_deref(), expected.map(Vec::as_slice), "{}", key.escape_ascii());
    }

    /// Walks at random, both ways.
    pub(crate) fn scan(&mut self) {
        let (view, map) = self.reader();
        let mut cursor = view.cursor();
        let start = self.key();
        let (from, to) = (Bound::Unbounded, Bound::Excluded(&start[..]));
        let mut expected = match self.rng.below(4) {
            0 => cursor.first().map(|()| map.first_key_value()),
            1 => cursor.last().map(|()| map.last_key_value()),
            2 => cursor.seek(&start).map(|()| map.range(start.clone()..).next()),
            _ => cursor.seek_before(&start).map(|()| map.range::<[u8], _>((from, to)).next_back()),
        }
        .expect("tables are sound");
        let way = self.rng.below(3);
        for _ in 0..self.rng.below(30) {
            let entry = expected.map(|(key, value)| (&key[..], &value[..]));
            assert_eq!(cursor.entry(), entry);
            let Some((key, _)) = expected else { break };
            let goes_forward = match way {
                0 => true,
                1 => false,
                _ => self.rng.below(2) == 0,
            };
            if goes_forward {
                cursor.forward().expect("tables are sound");
                expected = map.range::<Vec<u8>, _>((Bound::Excluded(key), Bound::Unbounded)).next();
            } else {
                cursor.back().expect("tables are sound");
                expected =
                    map.range::<Vec<u8>, _>((Bound::Unbounded, Bound::Excluded(key))).next_back();
            }
        }
    }

    /// Everything is there, and nothing else.
    pub(crate) fn check_all(&self) {
        let mut cursor = self.lsm.cursor();
        cursor.first().expect("tables are sound");
        for (key, value) in &self.map {
            assert_eq!(cursor.entry(), Some((&key[..], &value[..])));
            cursor.forward().expect("tables are sound");
        }
        assert_eq!(cursor.entry(), None);
    }
}
