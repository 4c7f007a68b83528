//! The memory of messages: made when it is needed, given back at rest.

use alloc::vec::Vec;

use crate::Message;
use crate::core::{Core, State};

impl Core {
    /// Gives back the memory of busier times.
    pub(crate) fn rest(&mut self) {
        if !core::mem::take(&mut self.busy) {
            return;
        }
        trim(&mut self.messages);
        trim(&mut self.after_append);
        trim(&mut self.to_self);
        trim(&mut self.reads);
        self.log.unstable.entries.rest();
        if let State::Leader(leader) = &mut self.state {
            for progress in &mut leader.progress {
                progress.inflights.rest();
            }
        }
    }
}

/// Frees a buffer that is empty.
fn trim<T>(buffer: &mut Vec<T>) {
    if buffer.is_empty() && buffer.capacity() != 0 {
        *buffer = Vec::new();
    }
}

/// Makes room for one more message, not for four as a vector begins with: most nodes send one at a
/// time, and there are many nodes.
///
/// A message that is made after this is written right where it stays; one that is made before, and
/// copied while its bytes are still on their way to the cache, takes longer than all else in sending.
#[inline]
pub(crate) fn with_room(buffer: &mut Vec<Message>) -> &mut Vec<Message> {
    if buffer.len() == buffer.capacity() {
        buffer.reserve_exact(buffer.len().max(1));
    }
    assert!(buffer.len() < buffer.capacity(), "there is room now");
    buffer
}
