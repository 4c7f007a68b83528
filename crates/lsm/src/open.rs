//! Opening: what was durable comes back, what a crash left lying about goes.

use alloc::{sync::Arc, vec::Vec};

use crate::{
    Batch, Category, Config, Error, Ledger, Lsm, Memtable, Result, Seq, Vfs,
    coding::u64_at,
    engine::{Wal, apply, open_table, wal_name},
    log::{Log, Records},
    manifest::{self, Edit, Manifest, path},
    version::{Sealed, Sealing, Version},
};

/// What a file of the folder is for.
enum File {
    Table(u64),
    Wal(u64),
    Manifest,
    Unfinished,
    /// None of ours; it stays.
    Foreign,
}

impl File {
    fn of(name: &str) -> Self {
        if manifest::is_manifest(name) {
            return Self::Manifest;
        }
        if manifest::is_unfinished(name) {
            return Self::Unfinished;
        }
        let Some((number, kind)) = name.split_once('.') else { return Self::Foreign };
        match (number.parse(), kind) {
            (Ok(number), "sst") => Self::Table(number),
            (Ok(number), "wal") => Self::Wal(number),
            _ => Self::Foreign,
        }
    }
}

impl Lsm {
    /// Opens the engine in a folder, which is made if it is not there.
    ///
    /// Every write that was synced is there again, and of those that were not, a first part. Files
    /// that belong to nothing are removed.
    ///
    /// # Errors
    ///
    /// When a file is damaged, or files cannot be written.
    pub fn open(vfs: &mut dyn Vfs, folder: &str, config: Config) -> Result<Self> {
        let config = Config { levels: config.levels.max(2), ..config };
        let found = manifest::read(vfs, folder)?;
        let is_new = found.is_none();
        let edit = found.unwrap_or_else(|| Edit { next_file: 1, ..Edit::default() });
        let (wals, next_file) = clean(vfs, folder, &edit, is_new)?;
        let deepest = edit.added.iter().map(|(level, _)| level + 1).max().unwrap_or(0);
        let mut version = Version::empty(config.levels.max(deepest));
        let mut tables = Vec::new();
        for (level, meta) in &edit.added {
            tables.push((*level, open_table(vfs, folder, meta.clone())?));
        }
        version.edit(&[], &tables);
        let mut last_seq = edit.table_seq;
        let mut empty = Vec::new();
        for wal in wals {
            let (memtable, last) = replay(vfs, &wal_name(folder, wal))?;
            last_seq = last_seq.max(last);
            if memtable.is_empty() {
                empty.push(wal);
            } else {
                Arc::make_mut(&mut version.sealed).push(Sealed {
                    wal,
                    why: Sealing::Recovery,
                    memtable,
                });
            }
        }
        let mut ledger = Ledger::default();
        let log = Log::create(vfs, &wal_name(folder, next_file), Category::Wal)?;
        let wal_from = version.sealed.first().map_or(next_file, |sealed| sealed.wal);
        let all = Edit { next_file: next_file + 1, wal_from, ..edit };
        let manifest = Manifest::create(vfs, folder, &mut ledger, &all)?;
        for wal in empty {
            vfs.remove(&wal_name(folder, wal))?;
        }
        let wal = Wal { number: next_file, log };
        let seqs = (last_seq, all.table_seq);
        Ok(Self::opened(folder.into(), config, version, seqs, (wal, manifest, ledger)))
    }
}

/// Removes the files that belong to nothing. Returns the logs that are needed, the oldest first, and
/// a number that no file has.
fn clean(vfs: &mut dyn Vfs, folder: &str, edit: &Edit, is_new: bool) -> Result<(Vec<u64>, u64)> {
    let mut wals = Vec::new();
    let mut next_file = edit.next_file;
    for name in vfs.list(folder)? {
        let is_needed = match File::of(&name) {
            File::Table(_) if is_new => {
                let what = "there are tables, but no manifest that names them";
                return Err(Error::Damaged { offset: 0, what }.in_file(folder));
            }
            File::Table(number) => {
                next_file = next_file.max(number + 1);
                edit.added.iter().any(|(_, table)| table.number == number)
            }
            File::Wal(number) => {
                next_file = next_file.max(number + 1);
                if edit.wal_from <= number {
                    let place = wals.partition_point(|other| *other < number);
                    wals.insert(place, number);
                }
                edit.wal_from <= number
            }
            File::Unfinished => false,
            File::Manifest | File::Foreign => true,
        };
        if !is_needed {
            vfs.remove(&path(folder, &name))?;
        }
    }
    Ok((wals, next_file))
}

/// Reads a write-ahead log into a memtable, and makes what was read durable: later writes may be
/// synced, and must not survive without it.
fn replay(vfs: &mut dyn Vfs, name: &str) -> Result<(Memtable, Seq)> {
    let mut memtable = Memtable::default();
    let mut last = Seq(0);
    let mut records = Records::of(vfs, name)?;
    let named = |error: Error| error.in_file(name);
    while let Some(record) = records.next().map_err(named)? {
        let first =
            u64_at(&record, 0).ok_or(Error::NotABatch("it has no number")).map_err(named)?;
        let batch = Batch::from_bytes(&record[8..]).map_err(named)?;
        last = apply(&mut memtable, Seq(first), &batch);
    }
    if !memtable.is_empty() {
        let file = vfs.reopen(name, Category::Wal)?;
        vfs.sync(file, u64::MAX)?;
        vfs.close(file);
    }
    Ok((memtable, last))
}
