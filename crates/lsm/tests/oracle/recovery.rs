//! Going down, coming back, and what is left then.

use lsm::{Category, Error, Ledger, Lsm, Vfs};

use super::{FOLDER, Oracle, config};

impl Oracle {
    /// The engine goes down, and the machine does not: nothing is lost, nor can it be later.
    pub(crate) fn restart(&mut self) {
        self.check_ledger();
        let last = self.lsm.last_seq();
        let written = self.vfs.written();
        match Lsm::open(&mut self.vfs, FOLDER, config()) {
            Ok(lsm) => self.lsm = lsm,
            Err(error) => {
                assert_eq!(error, Error::Crashed);
                self.seen.crashes_while_opening += 1;
                self.come_back();
                return;
            }
        }
        self.before = written;
        assert_eq!(self.lsm.last_seq(), last);
        self.is_durable(last);
        self.snapshots.clear();
        self.syncing = None;
        self.check_all();
        self.check_files();
    }

    /// The machine goes down, and comes back.
    pub(crate) fn crash(&mut self) {
        self.check_ledger();
        self.seen.crashes += 1;
        self.come_back();
    }

    /// The machine starts again; maybe it goes down once more while it does.
    pub(crate) fn come_back(&mut self) {
        loop {
            let rng = &mut self.rng;
            self.vfs.crash(&mut |n| u64::from(rng.below(u32::try_from(n + 2).expect("small"))));
            if self.rng.below(4) == 0 {
                self.vfs.fail_after(Some(u64::from(self.rng.below(12))));
            }
            self.before = self.vfs.written();
            match Lsm::open(&mut self.vfs, FOLDER, config()) {
                Ok(lsm) => break self.lsm = lsm,
                Err(Error::Crashed) => self.seen.crashes_while_opening += 1,
                Err(error) => panic!("{error}"),
            }
        }
        self.vfs.fail_after(None);
        let recovered = self.lsm.last_seq();
        assert!(self.durable <= recovered, "{:?} was synced, {recovered:?} is there", self.durable);
        let is_whole = self.changes.iter().any(|change| change.last == recovered);
        assert!(is_whole || recovered == self.durable, "a batch is there in part");
        self.is_durable(recovered);
        self.seen.lost += u64::from(!self.changes.is_empty());
        self.changes.clear();
        self.map.clone_from(&self.base);
        self.snapshots.clear();
        self.syncing = None;
        self.check_all();
        self.check_files();
    }

    /// What lies deeper is older.
    pub(crate) fn check_levels(&self) {
        let version = self.lsm.version();
        let entries = version.tables().map(|(_, meta)| meta.entries).sum();
        assert_eq!(version.check_levels(), Ok(entries));
    }

    pub(crate) fn check_ledger(&self) {
        assert_eq!(self.lsm.ledger(), engine_bytes(self.vfs.written().since(&self.before)));
    }

    /// No file is there that belongs to nothing.
    pub(crate) fn check_files(&self) {
        let version = self.lsm.version();
        let tables = version.tables().map(|(_, meta)| meta.number);
        let kept = self.lsm.kept_for_snapshots().iter().copied();
        let mut expected: Vec<String> = tables.chain(kept).map(|n| format!("{n:06}.sst")).collect();
        let wals = version.sealed.iter().map(|sealed| sealed.wal);
        expected.extend(wals.chain([self.lsm.written().number]).map(|n| format!("{n:06}.wal")));
        expected.push("MANIFEST".to_owned());
        expected.sort();
        assert_eq!(self.vfs.list(FOLDER), Ok(expected));
    }
}

/// What the engine wrote: the tables that wait to be ingested are the test's own.
fn engine_bytes(written: Ledger) -> Ledger {
    let mut own = Ledger::default();
    let others = Category::ALL.into_iter().filter(|category| *category != Category::Sideload);
    others.for_each(|category| own.add(category, written.get(category)));
    own
}
