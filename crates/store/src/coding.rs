//! How records are written: numbers of variable length, and byte strings after their length.

use alloc::vec::Vec;

use bytes::Bytes;

/// Appends a number, seven bits a byte, the low ones first.
pub(crate) fn put_u64(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(low_byte(number) | 0x80);
        number >>= 7;
    }
    out.push(low_byte(number));
}

fn low_byte(number: u64) -> u8 {
    number.to_le_bytes()[0]
}

/// Appends a signed number: small ones of either sign are short.
pub(crate) fn put_i64(out: &mut Vec<u8>, number: i64) {
    put_u64(out, number.cast_unsigned() << 1 ^ (number >> 63).cast_unsigned());
}

/// Appends a byte string after its length.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_u64(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Reads what was written. Every method is `None` at bytes that nobody wrote.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn u8(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        u32::try_from(self.u64()?).ok()
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        let number = self.u64()?;
        Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }

    pub(crate) fn slice(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u64()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(crate) fn bytes(&mut self) -> Option<Bytes> {
        self.slice().map(Bytes::copy_from_slice)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(n: u64, i: i64, bytes: Vec<u8>) {
            let mut out = Vec::new();
            put_u64(&mut out, n);
            put_i64(&mut out, i);
            put_bytes(&mut out, &bytes);
            let mut reader = Reader(&out);
            prop_assert_eq!(reader.u64(), Some(n));
            prop_assert_eq!(reader.i64(), Some(i));
            prop_assert_eq!(reader.slice(), Some(&bytes[..]));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn other_bytes_bring_nothing_down(bytes: Vec<u8>) {
            let mut reader = Reader(&bytes);
            while reader.u64().is_some() && reader.slice().is_some() {}
        }
    }
}
