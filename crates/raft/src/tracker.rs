//! What a leader knows of each follower (Raft §5.3, `nextIndex` and `matchIndex` of Figure 2).

mod inflights;
mod progress;

pub use self::inflights::Inflights;
pub(crate) use self::inflights::WindowLimits;
pub use self::progress::{Progress, ProgressState, ProgressView};
