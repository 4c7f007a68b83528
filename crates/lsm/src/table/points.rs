//! Where the restart points of a table in memory are.

use alloc::{boxed::Box, vec::Vec};

use bytes::Bytes;

use super::{
    Handle, TRAILER_BYTES,
    block::{Block, Flaw},
    heads,
    index::{Index, Separator},
};
use crate::key::prefix;

/// The restart points of all blocks, side by side: a search steps into a block at the right place.
/// Going through the block itself takes longer than all the rest, because hardly a line of it is in
/// the processor's cache.
#[derive(Debug)]
pub(super) struct Points {
    /// For each block its first point in the lists below, and behind the last one their number.
    first: Box<[u32]>,
    /// So many first bytes of its separator start all points of a block.
    common: Box<[u16]>,
    /// The bytes of each key behind those.
    heads: Box<[u64]>,
    /// Where in its block each stands.
    offsets: Box<[u16]>,
}

impl Points {
    /// Those of all blocks that are not compressed, no longer than usual, and well-formed. The others
    /// have none here: what is wrong with them is found when they are read.
    pub(super) fn of(index: &Index, file: &Bytes) -> Self {
        let (mut first, mut common) = (Vec::from([0]), Vec::new());
        let (mut heads, mut offsets) = (Vec::new(), Vec::new());
        for (handle, separator) in index.blocks.iter().zip(&index.separators) {
            let block = plain(*handle, file);
            let points = block.as_ref().and_then(Block::points).unwrap_or_default();
            let shared = shared(separator, &points);
            heads.extend(points.iter().map(|(_, key)| prefix(&key[usize::from(shared)..])));
            offsets.extend(points.iter().map(|(offset, _)| *offset));
            common.push(shared);
            first.push(u32::try_from(heads.len()).unwrap_or(u32::MAX));
        }
        let (first, common) = (first.into(), common.into());
        Self { first, common, heads: heads.into(), offsets: offsets.into() }
    }

    /// How many a block has; zero if they are not here.
    pub(super) fn count(&self, slot: usize) -> usize {
        (self.first[slot + 1] - self.first[slot]) as usize
    }

    /// Where in a block the last point before a versioned key is; the first one if there is none.
    pub(super) fn before(
        &self,
        (slot, separator): (usize, &Separator),
        block: &Block,
        target: (&[u8], u64),
    ) -> Result<usize, Flaw> {
        let own = self.first[slot] as usize..self.first[slot + 1] as usize;
        let (heads, offsets) = (&self.heads[own.clone()], &self.offsets[own]);
        let common = &separator.key[..usize::from(self.common[slot])];
        let unsure = heads::unsure(common, heads, target.0);
        let among = unsure.start.saturating_sub(1)..unsure.end;
        block.point_before(target, among, |point| offsets[point].into())
    }
}

/// A block that is as it stands in the file.
fn plain(handle: Handle, file: &Bytes) -> Option<Block> {
    let (start, bytes) =
        (usize::try_from(handle.offset).ok()?, usize::try_from(handle.bytes).ok()?);
    let whole = file.get(start..)?.get(..bytes.checked_add(TRAILER_BYTES)?)?;
    if whole[bytes] != 0 {
        return None;
    }
    Block::new(file.slice(start..start + bytes)).ok()
}

/// How many first bytes a separator has in common with all points.
fn shared(separator: &Separator, points: &[(u16, &[u8])]) -> u16 {
    let common = points.iter().map(|(_, key)| heads::common(key, &separator.key));
    u16::try_from(common.min().unwrap_or(0)).unwrap_or(u16::MAX)
}
