//! `cargo xtask bench web`: the built page in Chromium, measured through its JavaScript door.

use std::time::Duration;

use acceptance::{Browser, Page, Site};
use serde_json::Value;

use super::{
    frames::{self, MAIN_THREAD},
    row::{Better, Row},
};
use crate::{
    dist,
    failure::{Failure, Result},
    tools,
};

/// Before the page's own scripts: notes when a leader first shows, and counts animation frames.
const WATCH: &str = "
    window.measured = { frames: 0, leaderMillis: null };
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = draw => {
        window.measured.frames += 1;
        return request(draw);
    };
    new MutationObserver((_, observer) => {
        if (document.querySelector('[data-role=leader]')) {
            window.measured.leaderMillis = performance.now();
            observer.disconnect();
        }
    }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-role'] });
";

/// Runs the default scene for ten minutes of virtual time, then jumps to fifty moments of it in an
/// order that is neither forward nor back. The longest and the median jump, in milliseconds.
const SEEKS: &str = "(() => {
    const door = window.raftarium;
    door.pause();
    const end = 600e6;
    while (door.status().now < end) door.seek(end);
    const millis = [];
    for (let i = 1; i <= 50; i += 1) {
        const start = performance.now();
        door.seek(Math.floor(end * (i * 37 % 101) / 101));
        millis.push(performance.now() - start);
    }
    millis.sort((a, b) => a - b);
    return [millis[49], millis[25]];
})()";

/// The simulator alone, as the page has it: events per second, best of three.
const EVENTS: &str = "(() => {
    const rates = [1, 2, 3].map(() => {
        const { events, millis } = window.raftarium.bench(500000);
        return events / millis * 1000;
    });
    return Math.max(...rates);
})()";

/// 300 ranges that have elected their leaders, at a third of real time, with 60 writes a second.
const CROWD: &str = "(() => {
    const door = window.raftarium;
    for (const line of ['new 3 300', 'seek 2s', 'load 60/s', 'speed 3', 'play']) door.run(line);
})()";

/// What a slow machine needs to load and start the page.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long the default scene plays while its frames are measured.
const SAMPLE: Duration = Duration::from_secs(15);

/// How long a page that must not draw is watched.
const STILLNESS: Duration = Duration::from_secs(2);

/// Builds the page and measures it.
pub(super) fn rows() -> Result<Vec<Row>> {
    tools::install_browser()?;
    let dist = dist::build()?;
    let site = Site::dist()?;
    let mut browser = Browser::launch()?;
    let mut page = browser.page()?;
    page.before_load(WATCH)?;
    page.goto(&site.url())?;
    page.wait_for("document.body.dataset.ready !== undefined", PATIENCE)?;
    let leader = page.wait_for("measured.leaderMillis", PATIENCE)?;

    let mut rows = vec![
        lower("first load, gzipped", dist.gzip_bytes() as f64, "bytes"),
        lower("a leader shows, after navigation", number(&leader)?, "ms"),
    ];
    rows.append(&mut frame_rows(&mut page)?);
    rows.append(&mut still_rows(&mut page, &mut browser)?);
    let rate = number(&page.eval(EVENTS)?)?;
    rows.push(Row { better: Better::Higher, ..lower("simulator in wasm", rate, "events/s") });
    let seeks = page.eval(SEEKS)?;
    rows.push(lower("seek in a ten-minute run, slowest of 50", number(&seeks[0])?, "ms"));
    rows.push(lower("seek in a ten-minute run, median of 50", number(&seeks[1])?, "ms"));
    rows.append(&mut ranges_rows(&mut browser, &site)?);
    Ok(rows)
}

/// The work of the main thread while the default scene plays.
fn frame_rows(page: &mut Page) -> Result<Vec<Row>> {
    page.eval("raftarium.play()")?;
    let work = work(page)?;
    Ok(vec![
        lower("main-thread work per frame, p99", part(&work, 0.99)?, "ms"),
        lower("main-thread work per frame, median", part(&work, 0.5)?, "ms"),
        Row {
            better: Better::Higher,
            ..lower("frames while playing", work.len() as f64 / SAMPLE.as_secs_f64(), "per s")
        },
    ])
}

/// Many ranges under load: alone, and with a twin beside them.
fn ranges_rows(browser: &mut Browser, site: &Site) -> Result<Vec<Row>> {
    let mut page = browser.page()?;
    page.goto(&format!("{}#ranges", site.url()))?;
    page.wait_for("document.body.dataset.ready !== undefined", PATIENCE)?;
    page.eval(CROWD)?;
    let alone = work(&mut page)?;
    page.eval("raftarium.run('compare coalescing')")?;
    let beside = work(&mut page)?;
    page.eval("raftarium.run('compare off')")?;
    let seeks = page.eval(&SEEKS.replace("600e6", "60e6"))?;
    Ok(vec![
        lower("300 ranges under load: work per frame, p99", part(&alone, 0.99)?, "ms"),
        lower("300 ranges under load: work per frame, median", part(&alone, 0.5)?, "ms"),
        lower("the same beside a twin: work per frame, p99", part(&beside, 0.99)?, "ms"),
        lower("300 ranges: seek in a minute, slowest of 50", number(&seeks[0])?, "ms"),
        lower("300 ranges: seek in a minute, median of 50", number(&seeks[1])?, "ms"),
    ])
}

/// The work of the main thread in each frame of a sample.
fn work(page: &mut Page) -> Result<Vec<f64>> {
    let trace = page.trace(&MAIN_THREAD, SAMPLE)?;
    Ok(frames::work_millis(&trace))
}

fn part(work: &[f64], part: f64) -> Result<f64> {
    frames::quantile(work, part).ok_or(Failure::NoFrames)
}

/// The frames that a paused and a hidden page asks for.
fn still_rows(page: &mut Page, browser: &mut Browser) -> Result<Vec<Row>> {
    page.eval("raftarium.pause()")?;
    let paused = frames_meanwhile(page)?;
    page.eval("raftarium.play()")?;
    let cover = browser.cover(page)?;
    let hidden = frames_meanwhile(page)?;
    cover.close()?;
    page.bring_to_front()?;
    Ok(vec![
        lower("frames asked for in 2 s, paused", paused, "frames"),
        lower("frames asked for in 2 s, hidden", hidden, "frames"),
    ])
}

fn frames_meanwhile(page: &mut Page) -> Result<f64> {
    // One that is under way may still end.
    page.pass(Duration::from_millis(200))?;
    let before = number(&page.eval("measured.frames")?)?;
    page.pass(STILLNESS)?;
    Ok(number(&page.eval("measured.frames")?)? - before)
}

fn lower(name: &str, ours: f64, unit: &str) -> Row {
    Row { name: name.to_owned(), ours, theirs: None, unit: unit.to_owned(), better: Better::Lower }
}

fn number(value: &Value) -> Result<f64> {
    value.as_f64().ok_or_else(|| Failure::NoRow { line: value.to_string() })
}
