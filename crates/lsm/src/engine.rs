//! The engine: writes, snapshots, and the files behind them.

use alloc::{collections::BTreeMap, format, string::String, sync::Arc, vec::Vec};

use bytes::Bytes;

use crate::{
    Batch, Category, Config, Cursor, Error, Kind, Ledger, Memtable, Result, Seq, Table, TableMeta,
    Vfs, View, Write, WriteAhead,
    log::Log,
    manifest::{Edit, Manifest, path},
    version::{LevelTable, Sealed, Sealing, Version},
};

/// A sorted map with versions, kept in the files of one folder.
///
/// It owns no files: each call that needs them is lent the [`Vfs`]. A clone is cheap, and goes on
/// independently with a clone of the Vfs.
#[derive(Clone, Debug)]
pub struct Lsm {
    pub(crate) folder: Arc<str>,
    pub(crate) config: Config,
    pub(crate) version: Version,
    /// File numbers from this on were never used.
    pub(crate) next_file: u64,
    pub(crate) last_seq: Seq,
    /// The newest write in a table.
    table_seq: Seq,
    pub(crate) wal: Wal,
    pub(crate) manifest: Manifest,
    /// What is held for readers, by number.
    pub(crate) snapshots: BTreeMap<u64, View>,
    pub(crate) snapshots_ever: u64,
    /// Tables that are in no level any more, and may be held by a snapshot.
    pub(crate) obsolete: Vec<u64>,
    pub(crate) ledger: Ledger,
    /// What went wrong with a file. Only opening the engine again helps then.
    broken: Option<Error>,
}

/// The write-ahead log of the memtable.
#[derive(Clone, Debug)]
pub(crate) struct Wal {
    pub(crate) number: u64,
    pub(crate) log: Log,
}

/// A place in the write-ahead logs: everything written so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WalPosition {
    /// The number of the log.
    pub number: u64,
    /// Its length there.
    pub bytes: u64,
}

impl Lsm {
    /// Writes a batch: all of it or nothing. It survives a crash when it is synced. When the memtable
    /// is full it is sealed, which syncs its log.
    ///
    /// # Errors
    ///
    /// When something in it is past its limit, or the files cannot be written.
    pub fn write(&mut self, vfs: &mut dyn Vfs, batch: &Batch) -> Result<Seq> {
        batch.sound()?;
        self.whole()?;
        if batch.is_empty() {
            return Ok(self.last_seq);
        }
        let first = Seq(self.last_seq.0 + 1);
        if self.config.write_ahead == WriteAhead::Logged {
            let number = first.0.to_le_bytes();
            let record = [&number[..], batch.as_bytes()];
            let append = self.wal.log.append(vfs, &mut self.ledger, record);
            self.note(append)?;
        }
        self.last_seq = apply(&mut self.version.memtable, first, batch);
        let limit_bytes = self.config.memtable_bytes;
        if limit_bytes <= self.version.memtable.bytes() {
            self.seal(vfs, Sealing::Full { limit_bytes })?;
        }
        Ok(self.last_seq)
    }

    /// Makes everything written so far durable.
    ///
    /// # Errors
    ///
    /// When the files cannot promise it.
    pub fn sync(&mut self, vfs: &mut dyn Vfs) -> Result {
        self.sync_to(vfs, self.written())
    }

    /// Where the write-ahead log ends now.
    pub fn written(&self) -> WalPosition {
        WalPosition { number: self.wal.number, bytes: self.wal.log.bytes() }
    }

    /// Everything up to here is durable.
    pub fn durable(&self) -> WalPosition {
        WalPosition { number: self.wal.number, bytes: self.wal.log.synced_bytes() }
    }

    /// Makes everything durable that was written before `position`: for a sync that was asked for
    /// then, and ends now.
    ///
    /// # Errors
    ///
    /// As [`sync`](Self::sync).
    pub fn sync_to(&mut self, vfs: &mut dyn Vfs, position: WalPosition) -> Result {
        self.whole()?;
        // Older logs were synced when they were sealed.
        if position.number == self.wal.number {
            let sync = self.wal.log.sync_to(vfs, position.bytes);
            self.note(sync)?;
        }
        Ok(())
    }

    /// The value of a key.
    ///
    /// # Errors
    ///
    /// When a table cannot be read.
    pub fn get(&self, key: &[u8]) -> Result<Option<Bytes>> {
        self.version.get(key, self.last_seq)
    }

    /// To go through the keys in order, as they are now.
    pub fn cursor(&self) -> Cursor {
        self.view().cursor()
    }

    /// What there is now. It stays readable, but nobody counts what it holds on to: what is kept
    /// for longer is a [`snapshot`](Self::snapshot).
    pub fn view(&self) -> View {
        View { version: self.version.clone(), seq: self.last_seq }
    }

    /// Everything that is stored.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// How large things may grow.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The newest write.
    pub fn last_seq(&self) -> Seq {
        self.last_seq
    }

    /// The bytes that this engine has written since it was opened.
    pub fn ledger(&self) -> Ledger {
        self.ledger
    }

    /// The bytes of a table's file, as they are.
    ///
    /// # Errors
    ///
    /// When there is no such table, or it cannot be read.
    pub fn table_file(&self, vfs: &dyn Vfs, number: u64) -> Result<Bytes> {
        let name = self.table_name(number);
        let file = vfs.open(&name)?;
        let too_long = Error::Damaged { offset: 0, what: "the file is longer than memory" };
        let bytes = usize::try_from(file.bytes()).map_err(|_| too_long.in_file(&name))?;
        file.read_at(0, bytes)
    }

    /// Closes the files. What was not synced may be lost by a crash, as ever.
    pub fn close(self, vfs: &mut dyn Vfs) {
        self.wal.log.close(vfs);
        self.manifest.close(vfs);
    }

    /// An engine as it is when it was just opened.
    pub(crate) fn opened(
        folder: Arc<str>,
        config: Config,
        version: Version,
        (last_seq, table_seq): (Seq, Seq),
        (wal, manifest, ledger): (Wal, Manifest, Ledger),
    ) -> Self {
        Self {
            folder,
            config,
            version,
            next_file: wal.number + 1,
            last_seq,
            table_seq,
            wal,
            manifest,
            snapshots: BTreeMap::new(),
            snapshots_ever: 0,
            obsolete: Vec::new(),
            ledger,
            broken: None,
        }
    }

    /// Seals the memtable, and starts a new one with a log of its own.
    pub(crate) fn seal(&mut self, vfs: &mut dyn Vfs, why: Sealing) -> Result {
        if self.version.memtable.is_empty() {
            return Ok(());
        }
        let number = self.take_number();
        let name = wal_name(&self.folder, number);
        // The old log first: a crash must not keep later writes and lose earlier ones.
        let start = self.wal.log.sync(vfs).and_then(|()| {
            let log = Log::create(vfs, &name, Category::Wal)?;
            vfs.sync_folder(&self.folder)?;
            Ok(log)
        });
        let log = self.note(start)?;
        let old = core::mem::replace(&mut self.wal, Wal { number, log });
        old.log.close(vfs);
        let memtable = core::mem::take(&mut self.version.memtable);
        Arc::make_mut(&mut self.version.sealed).push(Sealed { wal: old.number, why, memtable });
        Ok(())
    }

    pub(crate) fn take_number(&mut self) -> u64 {
        self.next_file += 1;
        self.next_file - 1
    }

    /// The name of the file of a table.
    pub fn table_name(&self, number: u64) -> String {
        table_name(&self.folder, number)
    }

    /// Writes a finished table, durably.
    pub(crate) fn write_table(
        &mut self,
        vfs: &mut dyn Vfs,
        category: Category,
        data: Bytes,
    ) -> Result<u64> {
        let number = self.take_number();
        let name = self.table_name(number);
        let bytes = data.len() as u64;
        let write = vfs.create(&name, category).and_then(|file| {
            vfs.append_shared(file, data)?;
            self.ledger.add(category, bytes);
            vfs.sync(file, bytes)?;
            vfs.close(file);
            Ok(number)
        });
        self.note(write)
    }

    /// Opens a table that is in its place already.
    pub(crate) fn open_table(&self, vfs: &dyn Vfs, meta: TableMeta) -> Result<Arc<LevelTable>> {
        open_table(vfs, &self.folder, meta)
    }

    /// Makes an edit durable, and then takes it over.
    pub(crate) fn install(
        &mut self,
        vfs: &mut dyn Vfs,
        wal_from: u64,
        removed: Vec<u64>,
        added: &[(usize, Arc<LevelTable>)],
    ) -> Result {
        let metas = added.iter().map(|(level, table)| (*level, table.meta.clone()));
        let newest = added.iter().map(|(_, table)| table.meta.seq_max).max();
        self.table_seq = self.table_seq.max(newest.unwrap_or_default());
        let (next_file, table_seq) = (self.next_file, self.table_seq);
        let edit = Edit { next_file, table_seq, wal_from, removed, added: metas.collect() };
        let append = vfs
            .sync_folder(&self.folder)
            .and_then(|()| self.manifest.append(vfs, &mut self.ledger, &edit));
        self.note(append)?;
        self.version.edit(&edit.removed, added);
        if self.manifest.is_long() {
            let all = Edit {
                removed: Vec::new(),
                added: self.version.tables().map(|(level, meta)| (level, meta.clone())).collect(),
                ..edit
            };
            let new = Manifest::create(vfs, &self.folder, &mut self.ledger, &all);
            let new = self.note(new)?;
            let old = core::mem::replace(&mut self.manifest, new);
            old.close(vfs);
        }
        Ok(())
    }

    /// The oldest write-ahead log that is still needed.
    pub(crate) fn wal_from(&self) -> u64 {
        self.version.sealed.first().map_or(self.wal.number, |sealed| sealed.wal)
    }

    /// That no file has failed so far.
    pub(crate) fn whole(&self) -> Result {
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// Remembers a failure of a file.
    pub(crate) fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        if let Err(error) = &result {
            self.broken.get_or_insert_with(|| error.clone());
        }
        result
    }
}

/// Writes a batch into a memtable; the number of its last write.
pub(crate) fn apply(memtable: &mut Memtable, first: Seq, batch: &Batch) -> Seq {
    let mut seq = first;
    for write in batch.writes() {
        match write {
            Write::Put(key, value) => memtable.insert(key, seq, Kind::Put, value),
            Write::Delete(key) => memtable.insert(key, seq, Kind::Delete, &[]),
            Write::DeleteRange(start, end) => memtable.delete_range(start, end, seq),
        }
        seq.0 += 1;
    }
    Seq(seq.0 - 1)
}

pub(crate) fn open_table(vfs: &dyn Vfs, folder: &str, meta: TableMeta) -> Result<Arc<LevelTable>> {
    let name = table_name(folder, meta.number);
    let global = (meta.origin == crate::Origin::Ingestion).then_some(meta.seq_max);
    let open = vfs.open(&name).and_then(|file| Table::open(file, global));
    let table = Arc::new(open.map_err(|error| error.in_file(&name))?.searched_often());
    Ok(Arc::new(LevelTable { meta, table }))
}

/// The file of a table.
pub(crate) fn table_name(folder: &str, number: u64) -> String {
    path(folder, &format!("{number:06}.sst"))
}

/// The file of a write-ahead log.
pub(crate) fn wal_name(folder: &str, number: u64) -> String {
    path(folder, &format!("{number:06}.wal"))
}
