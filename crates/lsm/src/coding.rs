//! Numbers as bytes: little-endian and variable-length, as RocksDB writes them.

use alloc::vec::Vec;

/// Appends a number in groups of seven bits, lowest first.
pub(crate) fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}

/// Takes such a number from the front.
pub(crate) fn take_varint(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = from.split_first()?;
        *from = rest;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            return None;
        }
        number |= bits << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Takes a varint that counts bytes.
#[inline]
pub(crate) fn take_length(from: &mut &[u8]) -> Option<usize> {
    if let [byte @ 0..0x80, rest @ ..] = *from {
        *from = rest;
        return Some(usize::from(*byte));
    }
    usize::try_from(take_varint(from)?).ok()
}

/// Takes so many bytes from the front.
pub(crate) fn take_bytes<'a>(from: &mut &'a [u8], bytes: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(bytes)?;
    *from = rest;
    Some(taken)
}

/// Appends bytes after their length.
pub(crate) fn put_slice(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Takes bytes that follow their length.
pub(crate) fn take_slice<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let bytes = take_length(from)?;
    take_bytes(from, bytes)
}

/// The little-endian number that starts `bytes`.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

/// The little-endian number that starts `bytes`.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|eight| u64::from_le_bytes(*eight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_are_read_as_they_are_written() {
        for number in [0, 1, 127, 128, 300, 1 << 35, u64::MAX] {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, number);
            assert_eq!(take_varint(&mut &bytes[..]), Some(number));
            bytes.pop();
            assert_eq!(take_varint(&mut &bytes[..]), None, "it is cut short");
        }
        assert_eq!(take_varint(&mut &[0xff; 11][..]), None, "it has no end");
        let past = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2];
        assert_eq!(take_varint(&mut &past[..]), None, "it is past 64 bits");
    }
}
