//! How large a script may be. Whatever exceeds a limit is refused with a sentence.

use det::Span;

/// Bytes of a script.
pub const SCRIPT_BYTES_MAX: usize = 64 * 1024;
/// Steps of a script.
pub const STEPS_MAX: usize = 5_000;
/// Characters of a line.
pub const LINE_CHARACTERS_MAX: usize = 500;
/// Characters of a line about many ranges: a table may stand in it.
pub const TABLE_LINE_CHARACTERS_MAX: usize = 4 << 20;
/// Bytes of a script of many ranges.
pub const RANGES_SCRIPT_BYTES_MAX: usize = 16 << 20;
/// Bytes of a key or value.
pub const TEXT_BYTES_MAX: usize = 64;
/// Parentheses and `not`s inside each other.
pub const DEPTH_MAX: usize = 16;
/// Virtual time: the latest moment of a run.
pub const TIME_MAX: Span = Span::secs(24 * 60 * 60);
/// A span that a command or setting names: a latency, a sync, a wait.
pub const SPAN_MAX: Span = Span::secs(60);
/// Clients of a load.
pub const CLIENTS_MAX: u16 = 64;
/// Ticks of an election timeout.
pub const ELECTION_TICKS_MAX: u32 = 1_000;
/// The shortest tick.
pub const TICK_MIN: Span = Span(1);
/// The longest tick.
pub const TICK_MAX: Span = Span::secs(1);
/// The shortest patience of a client.
pub const TIMEOUT_MIN: Span = Span::millis(1);
/// Answers to a question.
pub const ANSWERS_MAX: usize = 6;
/// Things that happen in a run of a script: deliveries, ticks, syncs.
pub const WORK_MAX: u64 = 20_000_000;
