//! At home on a projector, a laptop and a phone: nothing sticks out, nothing is cut off.

use acceptance::{Scheme, Viewport};
use serde_json::json;

use crate::stage::Stage;

/// Controls that reach out of the page sideways, or whose words do not fit in them. What lies in a
/// box that scrolls sideways, such as a long log, may be out of sight.
const MISFITS: &str = "(() => {
    const scrolls = element => element !== null && element !== document.documentElement
        && (['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
            || scrolls(element.parentElement));
    return [...document.querySelectorAll('button, input, select, a, h1, h2, label, [data-node]')]
        .filter(element => element.checkVisibility({ visibilityProperty: true }))
        .filter(element => !scrolls(element.parentElement))
        .filter(element => {
            const box = element.getBoundingClientRect();
            const out = 0 < box.width && (box.left < -1 || innerWidth + 1 < box.right);
            const clips = getComputedStyle(element).overflowX !== 'visible';
            const cut = element.tagName !== 'INPUT' && clips
                && element.clientWidth + 1 < element.scrollWidth;
            return out || cut;
        })
        .map(element => element.outerHTML.slice(0, 120));
})()";

#[test]
fn nothing_sticks_out_at_any_size_in_any_language() {
    for viewport in Viewport::ALL {
        for lang in ["en", "zh-CN"] {
            let mut stage = Stage::sized(viewport, Scheme::Light, lang);
            stage.goto("");
            stage.wait_for("document.querySelector('[data-role=leader]')");
            check_fits(&mut stage, viewport);
        }
    }
}

/// Nothing sticks out, nothing is cut off, and the page does not scroll sideways.
#[track_caller]
pub(crate) fn check_fits(stage: &mut Stage, viewport: Viewport) {
    let width = stage.eval("document.documentElement.scrollWidth");
    assert_eq!(width, viewport.width, "{viewport:?} scrolls sideways");
    assert_eq!(stage.eval(MISFITS), json!([]), "{viewport:?}");
}

#[test]
fn the_whole_stage_is_in_sight_at_every_size() {
    for viewport in Viewport::ALL {
        let mut stage = Stage::empty();
        stage.page.set_viewport(viewport).expect("the page has a size");
        stage.goto("");
        stage.wait_for(
            "[...document.querySelectorAll('[data-stage], [data-node]')].every(element => {
                const box = element.getBoundingClientRect();
                return box.width > 20 && box.left >= 0 && box.top >= 0
                    && box.right <= innerWidth && box.bottom <= innerHeight;
            })",
        );
    }
}
