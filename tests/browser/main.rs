//! The built page in a real browser, as a person meets it. `cargo xtask test` runs these.

mod access;
mod bad_input;
mod break_it;
mod files;
mod inside;
mod layout;
mod link;
mod load;
mod panic;
mod ranges;
mod ranges_compare;
mod ranges_link;
mod stage;
mod still;
mod tables;
