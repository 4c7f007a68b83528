//! How much the main thread of a page works for each animation frame, read off a trace.

use serde_json::Value;

/// The trace categories that hold what is needed here.
pub(super) const MAIN_THREAD: [&str; 2] =
    ["devtools.timeline", "disabled-by-default-devtools.timeline"];

/// A piece of work of the main thread, in microseconds.
#[derive(Clone, Copy, Debug)]
struct Task {
    start: u64,
    end: u64,
    /// The time that the thread really ran, without the time it was kept waiting.
    work: u64,
}

/// The work of each frame, in milliseconds: all that the thread does from the task that draws one
/// frame until the task that draws the next. Style, layout, paint and timers are part of it.
pub(super) fn work_millis(trace: &[Value]) -> Vec<f64> {
    let named = |name: &'static str| trace.iter().filter(move |event| event["name"] == name);
    // Workers draw frames too.
    let names_main = |event: &&Value| event["args"]["name"] == "CrRendererMain";
    let mains: Vec<_> = named("thread_name").filter(names_main).map(thread).collect();
    let is_main = |event: &&Value| mains.contains(&thread(event));
    let Some(main) = named("FireAnimationFrame").find(is_main).map(thread) else {
        return Vec::new();
    };
    let of_main = |event: &&Value| thread(event) == main;
    let mut draws: Vec<u64> =
        named("FireAnimationFrame").filter(of_main).filter_map(|e| e["ts"].as_u64()).collect();
    let mut tasks: Vec<Task> = named("RunTask").filter(of_main).filter_map(task).collect();
    draws.sort_unstable();
    tasks.sort_unstable_by_key(|task| task.start);

    let mut frames: Vec<u64> = Vec::new();
    let mut draws = draws.into_iter().peekable();
    for task in tasks {
        let mut is_frame = false;
        while draws.next_if(|draw| *draw < task.end).is_some() {
            is_frame = true;
        }
        match (is_frame, frames.last_mut()) {
            (true, _) => frames.push(task.work),
            (false, Some(work)) => *work += task.work,
            // Before the first frame.
            (false, None) => {}
        }
    }
    frames.into_iter().map(|micros| micros as f64 / 1000.0).collect()
}

/// The process and the thread of an event.
fn thread(event: &Value) -> (&Value, &Value) {
    (&event["pid"], &event["tid"])
}

fn task(event: &Value) -> Option<Task> {
    let (start, span) = (event["ts"].as_u64()?, event["dur"].as_u64()?);
    Some(Task { start, end: start + span, work: event["tdur"].as_u64().unwrap_or(span) })
}

/// The value that so large a part of all values does not exceed; None without values.
pub(super) fn quantile(values: &[f64], part: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = (1..=sorted.len()).find(|count| part <= *count as f64 / sorted.len() as f64)?;
    sorted.get(count - 1).copied()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(name: &str, ts: u64, dur: u64) -> Value {
        json!({ "name": name, "pid": 1, "tid": 1, "ts": ts, "dur": dur })
    }

    fn main_thread() -> Value {
        json!({ "name": "thread_name", "pid": 1, "tid": 1, "args": { "name": "CrRendererMain" } })
    }

    #[test]
    fn what_follows_a_frame_counts_for_it() {
        let trace = [
            main_thread(),
            event("RunTask", 0, 900),
            event("RunTask", 1000, 500),
            event("FireAnimationFrame", 1100, 300),
            event("RunTask", 2000, 250),
            event("RunTask", 17_000, 1000),
            event("FireAnimationFrame", 17_100, 300),
        ];
        assert_eq!(work_millis(&trace), [0.75, 1.0]);
    }

    #[test]
    fn other_threads_do_not_count() {
        let of_worker = |mut event: Value| {
            event["tid"] = json!(2);
            event
        };
        let trace = [
            of_worker(event("FireAnimationFrame", 900, 300)),
            main_thread(),
            event("RunTask", 1000, 500),
            event("FireAnimationFrame", 1100, 300),
            of_worker(event("RunTask", 2000, 9000)),
        ];
        assert_eq!(work_millis(&trace), [0.5]);
    }

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(quantile(&values, 0.99), Some(198.0));
        assert_eq!(quantile(&values, 0.5), Some(100.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
