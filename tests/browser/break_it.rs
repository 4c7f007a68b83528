//! Breaking the cluster with the mouse, and watching it recover.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::Stage;

#[test]
fn a_killed_leader_is_replaced() {
    let mut stage = Stage::open("");
    let first = stage.leader();
    stage.page.click(&format!("[data-node={first}]")).expect("the leader is on the stage");
    stage.wait_for("document.querySelector('[data-action=kill]')");
    stage.page.click("[data-action=kill]").expect("it can be killed");
    stage.wait_for(&format!("document.querySelector('[data-node={first}][data-role=stopped]')"));
    let second = stage.leader();
    assert_ne!(first, second);
    assert_eq!(stage.eval("raftarium.status().up"), 4);
    stage.check_no_complaint();
}

/// The middles of the nodes on the stage, by name.
const MIDDLES: &str =
    "Object.fromEntries([...document.querySelectorAll('[data-node]')].map(node => {
    const box = node.getBoundingClientRect();
    return [node.dataset.node, [box.x + box.width / 2, box.y + box.height / 2]];
}))";

/// A line over the stage with a pair of neighbours on one side and all other nodes on the other.
fn line_beside(middles: &Value, pair: [&str; 2]) -> Vec<(f64, f64)> {
    let at = |name: &str| (middles[name][0].as_f64(), middles[name][1].as_f64());
    let all: Vec<(f64, f64)> = middles
        .as_object()
        .expect("the nodes have places")
        .keys()
        .map(|name| at(name))
        .filter_map(|(x, y)| Some((x?, y?)))
        .collect();
    let count = all.len() as f64;
    let centre = all.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / count, sum.1 + p.1 / count));
    let [a, b] = pair.map(|name| {
        let (x, y) = at(name);
        (x.expect("the node has a place"), y.expect("the node has a place"))
    });
    // Half way from the centre to the middle of the pair, across.
    let pair_middle = (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1));
    let middle = (f64::midpoint(centre.0, pair_middle.0), f64::midpoint(centre.1, pair_middle.1));
    let along = (b.0 - a.0, b.1 - a.1);
    (-10..=10)
        .map(|step| f64::from(step) * 0.1)
        .map(|part| (middle.0 + along.0 * part, middle.1 + along.1 * part))
        .collect()
}

/// The pairs of nodes between which nothing passes, such as "1-3".
const CUTS: &str = "raftarium.frame().links
    .filter(link => link.cut_ab && link.cut_ba).map(link => `${link.a}-${link.b}`).sort()";

/// What each node holds: its commit index and its log.
const LOGS: &str = "raftarium.frame().log.rows.map(row => JSON.stringify(
    [row.commit, row.cells.filter(Boolean).map(cell => [cell.index, cell.term, cell.text])]))";

#[test]
fn a_drawn_line_parts_the_cluster_and_healing_brings_the_logs_together() {
    let mut stage = Stage::open("");
    stage.leader();
    stage.run("put before 1");
    stage.pass(Duration::from_millis(500));
    let middles = stage.eval(MIDDLES);
    stage.page.drag(&line_beside(&middles, ["n1", "n2"])).expect("a line is drawn");
    stage.wait_for(&format!("({CUTS}).length > 0"));
    assert_eq!(stage.eval(CUTS), json!(["1-3", "1-4", "1-5", "2-3", "2-4", "2-5"]));

    stage.run("put left 1 at n1");
    stage.run("put right 1 at n3");
    stage.pass(Duration::from_secs(3));
    let commits = stage.eval("raftarium.frame().log.rows.map(row => row.commit)");
    assert!(commits[0].as_u64() < commits[2].as_u64(), "two of five commit nothing: {commits}");

    stage.run("heal");
    stage.pass(Duration::from_secs(3));
    let logs = stage.eval(LOGS);
    let logs = logs.as_array().expect("five logs");
    assert_eq!(logs.len(), 5);
    assert!(logs.iter().all(|log| *log == logs[0]), "{logs:#?}");
    assert!(logs[0].as_str().is_some_and(|log| log.contains("right")), "{}", logs[0]);
    stage.check_no_complaint();
}

#[test]
fn nothing_that_was_done_broke_a_rule() {
    let mut stage = Stage::open("");
    let leader = stage.leader();
    for word in ["kill", "restart"] {
        stage.run(&format!("{word} {leader}"));
        stage.pass(Duration::from_secs(2));
    }
    let lamps =
        stage.eval("raftarium.frame().lamps.map(lamp => [lamp.checks, lamp.findings.length])");
    let lamps = lamps.as_array().expect("there are lamps");
    assert!(!lamps.is_empty() && lamps.iter().any(|lamp| lamp[0].as_u64() > Some(0)), "{lamps:?}");
    assert!(lamps.iter().all(|lamp| lamp[1] == 0), "{lamps:?}");
}
