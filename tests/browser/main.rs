//! The built page in a real browser, as a person meets it. `cargo xtask test` runs these.

mod load;
mod stage;
