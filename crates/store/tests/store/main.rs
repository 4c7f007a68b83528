//! Stores in a small cluster: what they send, when they sleep, and that they never disagree.

mod anew;
mod crash_snapshot;
mod crash_split;
mod crash_sstable;
mod crashes;
mod damage;
mod gateway;
mod groups;
mod heartbeats;
mod judge;
mod kv;
mod levels;
mod limits;
mod liveness;
mod restore;
mod setting;
mod sleep;
mod snapshot;
mod sort;
mod split;
mod sstable;
mod storm;
mod storm_sstable;
mod streams;
mod truncate;
mod wire;
