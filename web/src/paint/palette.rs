//! The colours of the style sheet, read once per theme.

use view::Tone;
use web_sys::js_sys::Number;

/// Colours by meaning; the style sheet decides what they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Palette {
    pub(crate) bg: String,
    pub(crate) ink: String,
    pub(crate) ink_soft: String,
    pub(crate) line: String,
    pub(crate) hair: String,
    pub(crate) panel: String,
    pub(crate) focus: String,
    pub(crate) on: String,
    lead: String,
    election: String,
    idle: String,
    bulk: String,
    truth: String,
    violation: String,
    tints: [String; 5],
    /// How large the letters of the page are, beside those of a small screen.
    pub(crate) letters: f64,
}

/// The size of letters on a small screen, in CSS pixels.
const LETTERS: f64 = 14.0;

impl Palette {
    pub(crate) fn read() -> Self {
        let window = web_sys::window().expect("a page has a window");
        let root = window.document().and_then(|document| document.document_element());
        let root = root.expect("a document has a root");
        let style = window.get_computed_style(&root).ok().flatten().expect("the root has a style");
        let token = |name: &str| {
            style.get_property_value(name).map(|value| value.trim().to_owned()).unwrap_or_default()
        };
        // The browser's: Rust's own would be twenty kilobytes of the page.
        let size = Number::parse_float(&token("font-size"));
        Self {
            letters: f64::max(size / LETTERS, 1.0),
            bg: token("--bg"),
            ink: token("--ink"),
            ink_soft: token("--ink-soft"),
            line: token("--line"),
            hair: token("--hair"),
            panel: token("--panel"),
            focus: token("--focus"),
            on: token("--on"),
            lead: token("--lead"),
            election: token("--election"),
            idle: token("--idle"),
            bulk: token("--bulk"),
            truth: token("--truth"),
            violation: token("--violation"),
            tints: ["--tint-0", "--tint-1", "--tint-2", "--tint-3", "--tint-4"].map(token),
        }
    }

    pub(crate) fn tone(&self, tone: Tone) -> &str {
        match tone {
            Tone::Lead => &self.lead,
            Tone::Election => &self.election,
            Tone::Idle => &self.idle,
            Tone::Bulk => &self.bulk,
            Tone::Truth => &self.truth,
            Tone::Violation => &self.violation,
            Tone::Ink => &self.ink,
        }
    }

    pub(crate) fn tint(&self, tint: u8) -> &str {
        &self.tints[usize::from(tint) % self.tints.len()]
    }
}
