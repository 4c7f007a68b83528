//! The key-value layer: requests, versions of values, evaluation, and what keeps requests apart.

mod evaluate;
mod latch;
mod mvcc;
mod request;
mod sstable;
mod timestamps;

pub(crate) use self::evaluate::{Evaluated, evaluate};
pub use self::latch::{Access, LatchId, Latches};
pub(crate) use self::mvcc::user_spans;
pub(crate) use self::mvcc::{Rows, sort_key};
pub use self::mvcc::{Version, compute_stats, get, stats_of_all, version_of, versions};
pub use self::request::{ClientReply, ClientRequest, Reply, Request, RequestError, RequestId};
pub use self::sstable::{IngestAs, TABLE_BYTES_MAX, span_of_table};
pub use self::timestamps::TimestampCache;
