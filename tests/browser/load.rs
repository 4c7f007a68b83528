//! Loading: nothing fails, and nothing comes from anywhere else.

use crate::stage::{PATIENCE, Stage};

#[test]
fn the_page_loads_without_a_complaint() {
    let mut stage = Stage::open("");
    stage.page.wait_for("document.querySelector('h1')", PATIENCE).expect("it has a title");
    assert_eq!(stage.page.errors().expect("the page answers"), Vec::<String>::new());
}

#[test]
fn every_request_goes_to_the_pages_own_server() {
    let mut stage = Stage::open("");
    stage.page.wait_for("document.querySelector('h1')", PATIENCE).expect("it has a title");
    let requests = stage.page.requests().expect("the page answers");
    let own = stage.site.url();
    let foreign: Vec<&String> =
        requests.iter().filter(|url| !url.starts_with(&own) && !url.starts_with("data:")).collect();
    assert!(requests.iter().any(|url| url.contains(".wasm")), "the page loads its wasm");
    assert_eq!(foreign, Vec::<&String>::new());
}
