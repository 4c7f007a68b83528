//! A page that has come to life, and what every test asks of it.

use std::time::Duration;

use acceptance::{Browser, Page, Site};

/// What a slow machine needs to load and start the page. No test asserts that it takes as long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one page on the built site.
pub(crate) struct Stage {
    pub(crate) page: Page,
    pub(crate) site: Site,
    _browser: Browser,
}

impl Stage {
    /// An empty tab, before it has gone anywhere.
    pub(crate) fn empty() -> Self {
        let site = Site::dist().expect("the page is built");
        let mut browser = Browser::launch().expect("a browser starts");
        let page = browser.page().expect("a tab opens");
        Self { page, site, _browser: browser }
    }

    /// The page at `link` (empty, or a fragment with its #), loaded.
    pub(crate) fn open(link: &str) -> Self {
        let mut stage = Self::empty();
        stage.goto(link);
        stage
    }

    /// Loads the page anew at `link`.
    pub(crate) fn goto(&mut self, link: &str) {
        // From a blank page, because a change of the fragment alone loads nothing.
        self.page.goto("about:blank").expect("a blank page loads");
        let url = format!("{}{link}", self.site.url());
        self.page.goto(&url).expect("the page loads");
    }
}
