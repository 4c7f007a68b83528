//! First visits, as readers make them: on every size of screen, by day and night, in both languages.

use std::{collections::BTreeSet, path::Path, time::Duration};

use acceptance::{Browser, Scheme, Site, Viewport};

use super::probe::NOTE;
use crate::failure::Result;

/// Keeps the exports of the wasm where a question of ours finds them.
const KEEP: &str = "
    for (const name of ['instantiateStreaming', 'instantiate']) {
        const real = WebAssembly[name];
        WebAssembly[name] = async (...given) => {
            const made = await real.apply(WebAssembly, given);
            window.noted = (made.instance || made).exports;
            return made;
        };
    }
";

/// Makes time fly: what happens late in a visit happens soon.
const HASTE: &str = "
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = draw => request(at => draw(at * 5));
";

/// What a slow machine needs to start the page and elect a leader.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long each visitor looks on after a leader was elected.
const STAY: Duration = Duration::from_secs(6);

/// So many visits in a row that call nothing new end the learning.
const ENOUGH: usize = 4;

/// The functions that a visit calls before the reader does anything.
///
/// What a visit calls is chance in part (when a frame comes, which keys share a hash), so visits go
/// on until they show nothing new.
pub(super) fn called(folder: &Path) -> Result<BTreeSet<u32>> {
    let site = Site::serve(folder)?;
    let mut browser = Browser::launch()?;
    let mut called = BTreeSet::new();
    let manners: Vec<_> = Viewport::ALL
        .into_iter()
        .flat_map(|size| [(size, Scheme::Light, "en-US"), (size, Scheme::Dark, "zh-CN")])
        .collect();
    let mut alike = 0;
    for (visit, &(viewport, scheme, language)) in manners.iter().cycle().enumerate() {
        let known = called.len();
        called.extend(look_on(&mut browser, &site, viewport, scheme, language)?);
        alike = if called.len() == known { alike + 1 } else { 0 };
        if manners.len() <= visit + 1 && alike >= ENOUGH {
            break;
        }
    }
    Ok(called)
}

/// The functions that one visit calls.
fn look_on(
    browser: &mut Browser,
    site: &Site,
    viewport: Viewport,
    scheme: Scheme,
    language: &str,
) -> Result<Vec<u32>> {
    let mut page = browser.page()?;
    page.before_load(KEEP)?;
    if scheme == Scheme::Dark {
        page.before_load(HASTE)?;
    }
    page.set_viewport(viewport)?;
    page.set_scheme(scheme)?;
    page.set_language(language)?;
    page.goto(&site.url())?;
    page.wait_for("document.querySelector('[data-role=leader]')", PATIENCE)?;
    page.pass(STAY)?;
    let noted = page.eval(&format!(
        "Object.entries(noted).filter(([name, note]) => name.startsWith('{NOTE}') && \
         note.value).map(([name]) => +name.slice({}))",
        NOTE.len()
    ))?;
    page.close()?;
    let noted = noted.as_array().into_iter().flatten();
    Ok(noted.filter_map(|n| u32::try_from(n.as_u64()?).ok()).collect())
}
