//! A panic of ours shows a page that can be read, with the link that does it again.

use std::time::Duration;

use crate::stage::Stage;

/// A trap of WebAssembly that nobody catches, which is what the end of a panic looks like to the
/// page: a module whose one function is `unreachable`, called from a timer.
const TRAP: &str = "{
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0,
        0, 10, 5, 1, 3, 0, 0, 11];
    const trap = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)));
    setTimeout(trap.exports.f);
    null
}";

#[test]
fn a_page_whose_painter_cannot_start_says_so() {
    let mut stage = Stage::empty();
    let broken = "{
        const real = window.Worker;
        window.Worker = function () { return new real('data:text/javascript,throw 1'); };
    }";
    stage.page.before_load(broken).expect("a script can run first");
    let url = stage.site.url();
    stage.page.goto(&url).expect("the page loads");
    stage.wait_for("document.querySelector('[data-panic]')?.checkVisibility()");
    let words = stage.eval("document.querySelector('[data-panic] pre').textContent");
    assert!(words.as_str().expect("text").contains("OffscreenCanvas"), "{words}");
}

#[test]
fn a_panic_shows_the_link_that_does_it_again() {
    let mut stage = Stage::open("");
    stage.eval("raftarium.pause()");
    stage.run("kill n2");
    stage.pass(Duration::from_millis(300));
    let digest = stage.digest();
    stage.eval(TRAP);
    stage.wait_for("document.querySelector('[data-panic]')?.checkVisibility()");
    let link = stage.eval("document.querySelector('[data-panic] a').hash");
    let link = link.as_str().expect("there is a link").to_owned();
    assert!(link.starts_with("#v1"), "{link}");
    assert_eq!(
        stage.eval("document.querySelector('[data-stage]')?.checkVisibility() ?? false"),
        false
    );
    stage.goto(&link);
    assert_eq!(stage.digest(), digest);
}
