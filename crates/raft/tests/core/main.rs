//! The core through its door: what the paper and the thesis claim, and what etcd's tests observe.
//!
//! [`group`] runs a few nodes with disks in memory and a network that a test can cut. Everything
//! else are tests, by subject.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test picks the messages and events that it is about"
)]

mod behaviours;
mod elections;
mod extras;
mod flow;
mod group;
mod joint;
mod limits;
mod members;
mod paper;
mod quiet;
mod reads;
mod rivals;
mod robustness;
mod snapshots;
mod start;
mod storm;
mod transfer;
