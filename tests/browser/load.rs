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
    let rest =
        "performance.getEntriesByType('resource').filter(e => e.name.includes('rest-')).length";
    let mut stage = Stage::empty();
    // What a visit calls is chance in part, and what is rare may be in the rest: it then comes early.
    let needs_nothing = (0..3).any(|_| {
        stage.goto("");
        stage.wait_for("document.querySelector('[data-role=leader]')");
        stage.eval(rest) == 0
    });
    assert!(needs_nothing, "a first visit needs nothing of it");
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

#[test]
fn without_its_second_part_the_page_says_so() {
    let mut stage = Stage::empty();
    let held_back = "{
        const real = XMLHttpRequest.prototype.open;
        XMLHttpRequest.prototype.open = function (how, url, ...rest) {
            return real.call(this, how, String(url).replace('rest-', 'gone-'), ...rest);
        };
        const get = window.fetch;
        window.fetch = (url, ...rest) =>
            String(url?.url ?? url).includes('rest-') ? Promise.reject(new Error('gone')) : get(url, ...rest);
    }";
    stage.page.before_load(held_back).expect("a script can run first");
    stage.goto("");
    stage.wait_for("document.querySelector('[data-role=leader]')");
    stage.eval("setTimeout(() => raftarium.run('kill n1')); null");
    stage.wait_for("document.querySelector('[data-panic]')?.checkVisibility()");
    let words = stage.eval("document.querySelector('[data-panic] pre').textContent");
    assert!(words.as_str().expect("text").contains("could not be loaded"), "{words}");
}
