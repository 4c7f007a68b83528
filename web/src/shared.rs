//! Parts of a frame as props: the same pointer is the same picture.

use std::ops::Deref;
use std::rc::Rc;

use yew::html::ImplicitClone;

/// A shared part that is compared by pointer first.
#[derive(Debug, Default)]
pub(crate) struct Shared<T>(Rc<T>);

impl<T> From<&Rc<T>> for Shared<T> {
    fn from(part: &Rc<T>) -> Self {
        Self(Rc::clone(part))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> ImplicitClone for Shared<T> {}

impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || *self.0 == *other.0
    }
}
