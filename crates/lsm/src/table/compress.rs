//! Unpacking the blocks that others have compressed. We write none.

use alloc::vec::Vec;

use crate::coding::{take_bytes, take_length};

/// A block cannot grow more than this when it is unpacked, whatever it says of itself.
const RATIO_MAX: usize = 256;

/// The bytes of a block of this compression type (never 0), or what is wrong with it.
pub(super) fn unpack(compression: u8, block: &[u8]) -> Result<Vec<u8>, Failure> {
    match compression {
        1 => snappy(block).ok_or(Failure::Damaged("a block is no valid Snappy")),
        4 | 5 => lz4(block).ok_or(Failure::Damaged("a block is no valid LZ4")),
        2 => Err(Failure::Unsupported("zlib compression")),
        3 => Err(Failure::Unsupported("bzip2 compression")),
        7 => Err(Failure::Unsupported("Zstandard compression")),
        _ => Err(Failure::Unsupported("an unknown compression")),
    }
}

pub(super) enum Failure {
    Damaged(&'static str),
    Unsupported(&'static str),
}

/// The length in front, if `block` could hold so much.
fn unpacked_bytes(block: &mut &[u8]) -> Option<usize> {
    let packed = block.len();
    take_length(block).filter(|bytes| *bytes <= packed.saturating_mul(RATIO_MAX))
}

fn lz4(mut block: &[u8]) -> Option<Vec<u8>> {
    let bytes = unpacked_bytes(&mut block)?;
    let out = lz4_flex::block::decompress(block, bytes).ok()?;
    (out.len() == bytes).then_some(out)
}

/// Snappy's block format: literals, and copies of what came before.
fn snappy(mut block: &[u8]) -> Option<Vec<u8>> {
    let bytes = unpacked_bytes(&mut block)?;
    let mut out = Vec::with_capacity(bytes);
    while let Some((&tag, rest)) = block.split_first() {
        block = rest;
        let high = usize::from(tag >> 2);
        match tag & 3 {
            0 => {
                let length = match high {
                    0..60 => high,
                    _ => little_endian(take_bytes(&mut block, high - 59)?),
                };
                out.extend_from_slice(take_bytes(&mut block, length.checked_add(1)?)?);
            }
            1 => {
                let low = take_bytes(&mut block, 1)?;
                copy(&mut out, (high >> 3) << 8 | little_endian(low), (high & 7) + 4)?;
            }
            2 => copy(&mut out, little_endian(take_bytes(&mut block, 2)?), high + 1)?,
            _ => copy(&mut out, little_endian(take_bytes(&mut block, 4)?), high + 1)?,
        }
        if bytes < out.len() {
            return None;
        }
    }
    (out.len() == bytes).then_some(out)
}

fn little_endian(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// Repeats what stands `offset` bytes before the end; it may run into itself.
fn copy(out: &mut Vec<u8>, offset: usize, length: usize) -> Option<()> {
    let start = out.len().checked_sub(offset).filter(|_| offset > 0)?;
    for at in start..start + length {
        out.push(out[at]);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snappy_repeats_itself() {
        // "ab", four bytes from two back, a literal with its length apart.
        let packed = [9, 0x04, b'a', b'b', 0x01, 2, 60 << 2, 2, b'x', b'y', b'z'];
        assert_eq!(snappy(&packed).as_deref(), Some(&b"abababxyz"[..]));
        for end in 0..packed.len() {
            assert_eq!(snappy(&packed[..end]), None, "cut after {end}");
        }
        assert_eq!(snappy(&[4, 0x01, 1]), None, "nothing stands before it");
        assert_eq!(snappy(&[0xff, 0xff, 0xff, 0xff, 0x0f, 0]), None, "it could not be so long");
    }

    #[test]
    fn lz4_is_unpacked_to_its_length() {
        let mut packed = [6, 0x60, 1, 2, 3, 4, 5, 6];
        assert_eq!(lz4(&packed).as_deref(), Some(&[1, 2, 3, 4, 5, 6][..]));
        packed[0] = 7;
        assert_eq!(lz4(&packed), None);
    }
}
