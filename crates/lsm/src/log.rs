//! Files of records, for the write-ahead log and the manifest.
//!
//! ```text
//!   record: checksum of the rest | length of the payload | payload
//! ```
//! A crash can cut such a file anywhere behind its last sync. What it cuts off is forgotten; damage
//! before the end is an error.

use alloc::vec::Vec;

use bytes::Bytes;

use crate::{
    Category, Error, FileId, Ledger, Result, Vfs, checksum::record_checksum, coding::u32_at,
};

/// Checksum and length.
const HEADER_BYTES: usize = 8;

/// A file of records that is being written.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    file: FileId,
    category: Category,
    bytes: u64,
    synced_bytes: u64,
    /// The record that is being made.
    record: Vec<u8>,
}

impl Log {
    pub(crate) fn create(vfs: &mut dyn Vfs, name: &str, category: Category) -> Result<Self> {
        let file = vfs.create(name, category)?;
        Ok(Self { file, category, bytes: 0, synced_bytes: 0, record: Vec::new() })
    }

    /// Length of the file.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How much of it is durable for sure.
    pub(crate) fn synced_bytes(&self) -> u64 {
        self.synced_bytes
    }

    /// Adds a record made of these parts.
    pub(crate) fn append(
        &mut self,
        vfs: &mut dyn Vfs,
        ledger: &mut Ledger,
        payload: [&[u8]; 2],
    ) -> Result {
        self.record.clear();
        self.record.extend_from_slice(&[0; 4]);
        let length = payload[0].len() + payload[1].len();
        let length = u32::try_from(length).map_err(|_| Error::NotABatch("it is too long"))?;
        self.record.extend_from_slice(&length.to_le_bytes());
        self.record.extend_from_slice(payload[0]);
        self.record.extend_from_slice(payload[1]);
        let checksum = record_checksum(&self.record[4..]);
        self.record[..4].copy_from_slice(&checksum.to_le_bytes());
        vfs.append(self.file, &self.record)?;
        let bytes = self.record.len() as u64;
        ledger.add(self.category, bytes);
        self.bytes += bytes;
        self.record.clear();
        Ok(())
    }

    /// Makes the first `bytes` bytes durable.
    pub(crate) fn sync_to(&mut self, vfs: &mut dyn Vfs, bytes: u64) -> Result {
        if self.synced_bytes < bytes {
            vfs.sync(self.file, bytes)?;
            self.synced_bytes = bytes;
        }
        Ok(())
    }

    /// Makes all of it durable.
    pub(crate) fn sync(&mut self, vfs: &mut dyn Vfs) -> Result {
        self.sync_to(vfs, self.bytes)
    }

    /// It will not be written any more.
    pub(crate) fn close(self, vfs: &mut dyn Vfs) {
        vfs.close(self.file);
    }
}

/// Reads records from the front.
#[derive(Debug)]
pub(crate) struct Records {
    data: Bytes,
    at: usize,
}

impl Records {
    /// The records of a file.
    pub(crate) fn of(vfs: &dyn Vfs, name: &str) -> Result<Self> {
        let file = vfs.open(name)?;
        let bytes = usize::try_from(file.bytes())
            .map_err(|_| Error::Damaged { offset: 0, what: "the file is longer than memory" })?;
        Ok(Self { data: file.read_at(0, bytes)?, at: 0 })
    }

    /// The next payload; None at the end, or where a crash has cut the file.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>> {
        let start = self.at;
        let (Some(checksum), Some(length)) =
            (u32_at(&self.data, start), u32_at(&self.data, start + 4))
        else {
            return Ok(None);
        };
        let payload = start + HEADER_BYTES;
        let end = usize::try_from(length).ok().and_then(|length| payload.checked_add(length));
        let Some(end) = end.filter(|end| *end <= self.data.len()) else { return Ok(None) };
        if record_checksum(&self.data[start + 4..end]) == checksum {
            self.at = end;
            return Ok(Some(self.data.slice(payload..end)));
        }
        if end == self.data.len() {
            return Ok(None);
        }
        Err(Error::Damaged { offset: start as u64, what: "the checksum of a record does not hold" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemVfs;

    #[test]
    fn a_cut_tail_is_forgotten_and_damage_is_found() {
        let mut vfs = MemVfs::default();
        let mut ledger = Ledger::default();
        let mut log = Log::create(&mut vfs, "log", Category::Wal).expect("a new name");
        for payload in [&b"one"[..], b"", b"three"] {
            log.append(&mut vfs, &mut ledger, [payload, b"!"]).expect("it is up");
        }
        assert_eq!(ledger, vfs.written());
        let all = vfs.open("log").and_then(|f| f.read_at(0, 8 * 3 + 4 + 1 + 6)).expect("so long");
        for end in 0..=all.len() {
            let mut records = Records { data: all.slice(..end), at: 0 };
            let mut read = 0;
            while records.next().expect("it is cut, not damaged").is_some() {
                read += 1;
            }
            let whole = [12, 21, 35].iter().filter(|bytes| **bytes <= end).count();
            assert_eq!(read, whole, "cut at {end}");
        }
        let mut damaged = all.to_vec();
        damaged[9] ^= 1;
        let error = Records { data: damaged.into(), at: 0 }.next().expect_err("it is damaged");
        assert!(matches!(error, Error::Damaged { offset: 0, .. }));
    }
}
