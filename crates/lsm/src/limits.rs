//! How long keys and values may be.

use crate::{Error, Result};

/// Bytes of a key.
pub const KEY_BYTES_MAX: usize = 64 << 10;

/// Bytes of a value.
pub const VALUE_BYTES_MAX: usize = 64 << 20;

pub(crate) fn check_key(key: &[u8]) -> Result {
    let (bytes, max) = (key.len(), KEY_BYTES_MAX);
    if bytes <= max { Ok(()) } else { Err(Error::KeyTooLong { bytes, max }) }
}

pub(crate) fn check_value(value: &[u8]) -> Result {
    let (bytes, max) = (value.len(), VALUE_BYTES_MAX);
    if bytes <= max { Ok(()) } else { Err(Error::ValueTooLong { bytes, max }) }
}
