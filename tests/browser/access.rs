//! Everybody can use the page: what axe-core finds, and a run without a mouse.

use std::{fs, path::Path};

use acceptance::{Key, Scheme, Viewport};
use serde_json::json;

use crate::layout::check_fits;
use crate::stage::Stage;

/// The findings that keep people out, each with its rule and the first places.
const FINDINGS: &str = "axe.run(document, { resultTypes: ['violations'] }).then(result =>
    result.violations
        .filter(finding => ['serious', 'critical'].includes(finding.impact))
        .map(finding => `${finding.id}: ${finding.help}: `
            + finding.nodes.slice(0, 5).map(node => node.target.join(' ')).join(', ')))";

fn axe() -> String {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/node_modules/axe-core/axe.min.js");
    fs::read_to_string(file).expect("`cargo xtask test` has installed axe-core")
}

#[test]
fn axe_finds_nothing_serious_in_light_and_dark() {
    check_everybody("", |stage| {
        let leader = stage.leader();
        stage.page.click(&format!("[data-node={leader}]")).expect("a node can be selected");
        stage.wait_for("document.querySelector('[data-action]')");
    });
}

/// What `link` leads to, once it is prepared, fits at every size and keeps nobody out: light in
/// English, dark in Chinese.
pub(crate) fn check_everybody(link: &str, prepare: impl Fn(&mut Stage)) {
    let axe = axe();
    for viewport in Viewport::ALL {
        for (scheme, lang) in Scheme::ALL.into_iter().zip(["en", "zh-CN"]) {
            let mut stage = Stage::sized(viewport, scheme, lang);
            stage.goto(link);
            prepare(&mut stage);
            check_fits(&mut stage, viewport);
            stage.eval(&format!("{axe}; null"));
            assert_eq!(stage.eval(FINDINGS), json!([]), "{viewport:?} {scheme:?}");
        }
    }
}

#[test]
fn a_leader_can_be_killed_without_a_mouse() {
    let mut stage = Stage::open("");
    let leader = stage.leader();
    stage.eval(&format!("document.querySelector('[data-node={leader}]').focus()"));
    stage.page.key(Key::Enter).expect("a key is pressed");
    stage.wait_for("document.querySelector('[data-action=kill]')");
    stage.eval("document.querySelector('[data-action=kill]').focus()");
    stage.page.key(Key::Enter).expect("a key is pressed");
    stage.wait_for(&format!("document.querySelector('[data-node={leader}][data-role=stopped]')"));
}
