//! Values that a clone shares until one of the two writes.

use alloc::sync::Arc;
use core::ops::{Deref, DerefMut};

/// A value that is copied when it is written to while somebody else has it too: a clone of a store
/// costs what is awake after it, not what there is.
#[derive(Clone, Debug)]
pub(crate) struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}
