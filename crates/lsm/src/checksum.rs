//! Checksums of blocks and records.

use crc::{CRC_32_ISCSI, Crc, Table};
use xxhash_rust::xxh3::xxh3_64;

/// The page has room for a small table, and little to check.
#[cfg(target_arch = "wasm32")]
type Lanes = Table<1>;
#[cfg(not(target_arch = "wasm32"))]
type Lanes = Table<16>;

static CRC: Crc<u32, Lanes> = Crc::<u32, Lanes>::new(&CRC_32_ISCSI);

/// CRC-32C of `data` and one more byte, masked: a checksum of checksums would be weak otherwise.
pub(crate) fn masked_crc32c(data: &[u8], last: u8) -> u32 {
    let mut digest = CRC.digest();
    digest.update(data);
    digest.update(&[last]);
    mask(digest.finalize())
}

/// CRC-32C of `data`, masked.
pub(crate) fn record_checksum(data: &[u8]) -> u32 {
    mask(crc32c(data))
}

/// CRC-32C of `data` (RFC 3720, B.4), for what is kept beside tables.
pub fn crc32c(data: &[u8]) -> u32 {
    CRC.checksum(data)
}

fn mask(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// How the blocks of a table are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checksum {
    None,
    Crc32c,
    Xxh3,
}

impl Checksum {
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::None),
            1 => Some(Self::Crc32c),
            4 => Some(Self::Xxh3),
            _ => None,
        }
    }

    /// Whether `found` is the checksum of a block followed by its compression type.
    pub(crate) fn holds(self, block: &[u8], compression: u8, found: u32) -> bool {
        match self {
            Self::None => true,
            Self::Crc32c => masked_crc32c(block, compression) == found,
            Self::Xxh3 => {
                let [a, b, c, d, ..] = xxh3_64(block).to_le_bytes();
                let last = u32::from(compression).wrapping_mul(0x6b90_83d9);
                u32::from_le_bytes([a, b, c, d]) ^ last == found
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32c_of_the_standard() {
        // RFC 3720, B.4: 32 bytes of zeroes.
        assert_eq!(record_checksum(&[0; 32]), mask(0x8a91_36aa));
        assert_eq!(masked_crc32c(&[0; 31], 0), mask(0x8a91_36aa));
    }
}
