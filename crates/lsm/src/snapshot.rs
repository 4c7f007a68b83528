//! Moments that stay readable, and what is kept for them.

use alloc::vec::Vec;

use crate::{Error, Lsm, Result, Seq, Vfs, View};

/// A moment that the engine keeps readable until it is [released](Lsm::release).
#[derive(Clone, Debug)]
pub struct Snapshot {
    number: u64,
    /// What a reader sees.
    pub view: View,
}

impl Lsm {
    /// Keeps this moment readable until it is released: versions, and the files they are in.
    pub fn snapshot(&mut self) -> Snapshot {
        let snapshot = Snapshot { number: self.snapshots_ever, view: self.view() };
        self.snapshots_ever += 1;
        self.snapshots.insert(snapshot.number, snapshot.view.clone());
        snapshot
    }

    /// What a held snapshot sees, read from the tables of now: compaction keeps its versions.
    ///
    /// # Errors
    ///
    /// When the snapshot was released.
    pub fn view_at(&self, snapshot: &Snapshot) -> Result<View> {
        let held = self.snapshots.get(&snapshot.number).ok_or(Error::NoSnapshot)?;
        Ok(View { version: self.version.clone(), seq: held.seq })
    }

    /// Gives up a snapshot, and the files that were kept for it alone.
    ///
    /// # Errors
    ///
    /// When it was released before, or files cannot be removed.
    pub fn release(&mut self, vfs: &mut dyn Vfs, snapshot: &Snapshot) -> Result {
        self.snapshots.remove(&snapshot.number).ok_or(Error::NoSnapshot)?;
        self.whole()?;
        self.remove_obsolete(vfs).map(drop)
    }

    /// The sequence numbers that snapshots read at, in order.
    pub fn readers(&self) -> Vec<Seq> {
        // A later snapshot does not see less.
        let mut readers: Vec<Seq> = self.snapshots.values().map(|view| view.seq).collect();
        readers.dedup();
        readers
    }

    /// Tables that are kept for snapshots alone, by number.
    pub fn kept_for_snapshots(&self) -> &[u64] {
        &self.obsolete
    }

    /// Removes the files of tables that nobody needs any more; says which.
    pub(crate) fn remove_obsolete(&mut self, vfs: &mut dyn Vfs) -> Result<Vec<u64>> {
        let held =
            |number: &u64| self.snapshots.values().any(|view| view.version.find(*number).is_some());
        let (kept, gone): (Vec<u64>, Vec<u64>) = self.obsolete.iter().partition(|n| held(n));
        for number in &gone {
            let remove = vfs.remove(&self.table_name(*number));
            self.note(remove)?;
        }
        self.obsolete = kept;
        Ok(gone)
    }
}
