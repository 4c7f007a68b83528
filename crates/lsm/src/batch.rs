//! Writes that take effect together or not at all.

use alloc::vec::Vec;

use crate::{
    Error, Result,
    coding::{put_slice, take_slice},
    limits,
};

const DELETE: u8 = 0;
const PUT: u8 = 1;
const DELETE_RANGE: u8 = 15;

/// One write of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write<'a> {
    /// The key gets this value.
    Put(&'a [u8], &'a [u8]),
    /// The key is deleted.
    Delete(&'a [u8]),
    /// All keys from the first up to, but not including, the second are deleted.
    DeleteRange(&'a [u8], &'a [u8]),
}

/// Writes in order. Later ones prevail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Kind, then key and value after their lengths, for each write.
    data: Vec<u8>,
    count: u64,
    flaw: Option<Error>,
}

impl Batch {
    /// The key gets this value.
    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        self.check(limits::check_key(key).and_then(|()| limits::check_value(value)));
        self.add(PUT, key);
        put_slice(&mut self.data, value);
    }

    /// The key is deleted.
    pub fn delete(&mut self, key: &[u8]) {
        self.check(limits::check_key(key));
        self.add(DELETE, key);
    }

    /// All keys in `[start, end)` are deleted.
    pub fn delete_range(&mut self, start: &[u8], end: &[u8]) {
        self.check(limits::check_key(start).and_then(|()| limits::check_key(end)));
        self.check(if start < end { Ok(()) } else { Err(Error::EmptySpan) });
        self.add(DELETE_RANGE, start);
        put_slice(&mut self.data, end);
    }

    /// How many writes it has.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Takes all writes out again.
    pub fn clear(&mut self) {
        self.data.clear();
        self.count = 0;
        self.flaw = None;
    }

    /// The batch as bytes, for a log; [`from_bytes`](Self::from_bytes) reads them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.data
    }

    /// Reads a batch.
    ///
    /// # Errors
    ///
    /// When the bytes are none, or something in it is past its limit.
    pub fn from_bytes(data: &[u8]) -> Result<Self> {
        let mut batch = Self::default();
        let mut rest = data;
        while !rest.is_empty() {
            match take_write(&mut rest).ok_or(Error::NotABatch("a write cannot be read"))? {
                Write::Put(key, value) => batch.put(key, value),
                Write::Delete(key) => batch.delete(key),
                Write::DeleteRange(start, end) => batch.delete_range(start, end),
            }
        }
        batch.sound()?;
        Ok(batch)
    }

    /// Its writes, in order.
    pub fn writes(&self) -> impl Iterator<Item = Write<'_>> {
        let mut rest = &self.data[..];
        core::iter::from_fn(move || take_write(&mut rest))
    }

    /// That nothing in it is past its limit.
    pub(crate) fn sound(&self) -> Result {
        self.flaw.clone().map_or(Ok(()), Err)
    }

    fn add(&mut self, kind: u8, key: &[u8]) {
        self.data.push(kind);
        put_slice(&mut self.data, key);
        self.count += 1;
    }

    fn check(&mut self, result: Result) {
        if let Err(error) = result {
            self.flaw.get_or_insert(error);
        }
    }
}

fn take_write<'a>(from: &mut &'a [u8]) -> Option<Write<'a>> {
    let (&kind, rest) = from.split_first()?;
    *from = rest;
    let key = take_slice(from)?;
    match kind {
        PUT => Some(Write::Put(key, take_slice(from)?)),
        DELETE => Some(Write::Delete(key)),
        DELETE_RANGE => Some(Write::DeleteRange(key, take_slice(from)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_read_as_it_was_written() {
        let mut batch = Batch::default();
        batch.put(b"a", b"1");
        batch.delete(b"");
        batch.delete_range(b"b", b"c");
        let writes = [Write::Put(b"a", b"1"), Write::Delete(b""), Write::DeleteRange(b"b", b"c")];
        assert_eq!(batch.writes().collect::<Vec<_>>(), writes);
        assert_eq!(Batch::from_bytes(batch.as_bytes()), Ok(batch.clone()));
        let cut = &batch.as_bytes()[..batch.as_bytes().len() - 1];
        assert!(Batch::from_bytes(cut).is_err());
    }

    #[test]
    fn what_is_past_its_limit_is_remembered() {
        let mut batch = Batch::default();
        batch.delete_range(b"b", b"b");
        batch.put(b"a", b"1");
        assert_eq!(batch.sound(), Err(Error::EmptySpan));
        batch.clear();
        batch.put(&alloc::vec![0; limits::KEY_BYTES_MAX + 1], b"");
        assert!(matches!(batch.sound(), Err(Error::KeyTooLong { .. })));
    }
}
