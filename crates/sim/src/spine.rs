//! A list whose clones share their chunks.
//!
//! A world is cloned for every checkpoint, and a log only grows at its end. So the list is a list
//! of shared chunks: a clone copies one pointer per [`CHUNK`] elements, a push after a clone copies
//! one chunk.

use std::rc::Rc;

/// Elements per chunk: few enough that copying one is cheap, enough that a clone copies few pointers.
const CHUNK: usize = 128;

/// A list that is cheap to clone, push to and truncate.
#[derive(Clone, Debug)]
pub struct Spine<T> {
    /// All but the last are full; none is empty.
    chunks: Vec<Rc<Vec<T>>>,
    len: usize,
}

impl<T> Default for Spine<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }
}

impl<T: Clone> Spine<T> {
    /// How many elements.
    pub fn len(&self) -> usize {
        self.len
    }

    /// How many pointers a clone copies.
    pub fn chunks(&self) -> usize {
        self.chunks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The element at `position`, counted from 0.
    pub fn get(&self, position: usize) -> Option<&T> {
        self.chunks.get(position / CHUNK)?.get(position % CHUNK)
    }

    /// The last element.
    pub fn last(&self) -> Option<&T> {
        self.chunks.last()?.last()
    }

    /// Appends an element.
    pub fn push(&mut self, element: T) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Rc::new(Vec::with_capacity(CHUNK)));
        }
        let tail = self.chunks.last_mut().expect("a chunk was pushed when none had room");
        Rc::make_mut(tail).push(element);
        self.len += 1;
    }

    /// Forgets the elements from `len` on.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len {
            return;
        }
        self.len = len;
        self.chunks.truncate(len.div_ceil(CHUNK));
        let rest = len % CHUNK;
        if rest > 0 {
            let tail = self.chunks.last_mut().expect("len is not zero, so there is a chunk");
            Rc::make_mut(tail).truncate(rest);
        }
    }

    /// The elements from `position` on.
    pub fn iter_from(&self, position: usize) -> impl Iterator<Item = &T> {
        let first = position / CHUNK;
        self.chunks.iter().skip(first).flat_map(|chunk| chunk.iter()).skip(position % CHUNK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behaves_as_a_vec() {
        let mut rng = det::Rng::named(1, "spine", 0);
        let (mut spine, mut model) = (Spine::default(), Vec::new());
        let mut kept = Vec::new();
        for n in 0..20_000_u32 {
            match rng.below(100) {
                0 => {
                    let len = rng.below(1 + u32::try_from(model.len()).unwrap()) as usize;
                    spine.truncate(len);
                    model.truncate(len);
                }
                1 => kept.push((spine.clone(), model.clone())),
                _ => {
                    spine.push(n);
                    model.push(n);
                }
            }
            assert_eq!(spine.len(), model.len());
            assert_eq!(spine.last(), model.last());
        }
        kept.push((spine, model));
        for (spine, model) in kept {
            let from = model.len() / 3;
            assert!(spine.iter_from(from).eq(model[from..].iter()));
            assert!((0..=model.len()).all(|i| spine.get(i) == model.get(i)));
        }
    }
}
