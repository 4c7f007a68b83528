//! Loading: nothing fails, nothing comes from anywhere else, and five nodes elect a leader.

use crate::stage::Stage;

#[test]
fn the_page_loads_without_a_complaint() {
    let mut stage = Stage::open("");
    stage.check_no_complaint();
}

#[test]
fn every_request_goes_to_the_pages_own_server() {
    let mut stage = Stage::open("");
    stage.wait_for("document.querySelector('[data-role=leader]')");
    let requests = stage.page.requests().expect("the page answers");
    let own = stage.site.url();
    let is_own = |url: &str| {
        // The painter's source is a blob that the page made.
        url.strip_prefix("blob:").unwrap_or(url).starts_with(&own) || url.starts_with("data:")
    };
    let foreign: Vec<&String> = requests.iter().filter(|url| !is_own(url)).collect();
    assert!(requests.iter().any(|url| url.contains(".wasm")), "the page loads its wasm");
    assert_eq!(foreign, Vec::<&String>::new());
}

#[test]
fn the_rest_of_the_wasm_comes_with_the_first_touch() {
    let mut stage = Stage::open("");
    stage.wait_for("document.querySelector('[data-role=leader]')");
    let rest =
        "performance.getEntriesByType('resource').filter(e => e.name.includes('rest-')).length";
    assert_eq!(stage.eval(rest), 0, "a first visit needs nothing of it");
    stage.page.click_at(2.0, 2.0).expect("the page can be clicked");
    stage.wait_for(&format!("{rest} > 0"));
    stage.check_no_complaint();
}

#[test]
fn five_nodes_elect_a_leader_by_themselves() {
    let mut stage = Stage::open("");
    // Nobody has pressed anything, and the speed is the default one.
    stage.wait_for("document.querySelector('[data-role=leader]')");
    assert_eq!(stage.eval("document.querySelectorAll('[data-node]').length"), 5);
    let status = stage.eval("raftarium.status()");
    assert_eq!(status["up"], 5, "{status}");
    assert!(status["leader"].is_number(), "{status}");
    stage.check_no_complaint();
}
