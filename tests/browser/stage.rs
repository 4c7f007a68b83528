//! A page that has come to life, and the words in which the tests talk to it.

use std::time::Duration;

use acceptance::{Browser, Page, Scheme, Site, Viewport};
use serde_json::{Value, json};

/// What a slow machine needs at the most. No test asserts that anything takes as long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// True once the page is alive and shows nodes.
const READY: &str = "document.body.dataset.ready !== undefined && window.raftarium !== undefined";

/// A browser with one page on the built site.
pub(crate) struct Stage {
    pub(crate) page: Page,
    pub(crate) site: Site,
    pub(crate) browser: Browser,
}

impl Stage {
    /// An empty tab, before it has gone anywhere.
    pub(crate) fn empty() -> Self {
        let site = Site::dist().expect("the page is built");
        let mut browser = Browser::launch().expect("a browser starts");
        let page = browser.page().expect("a tab opens");
        Self { page, site, browser }
    }

    /// An empty tab of this size, in these colours, whose browser asks for this language.
    pub(crate) fn sized(viewport: Viewport, scheme: Scheme, lang: &str) -> Self {
        let mut stage = Self::empty();
        stage.page.set_viewport(viewport).expect("the page has a size");
        stage.page.set_scheme(scheme).expect("the page has a colour scheme");
        stage.page.set_language(lang).expect("the browser asks for a language");
        stage
    }

    /// The page at `link` (empty, or a fragment with its #), alive.
    pub(crate) fn open(link: &str) -> Self {
        let mut stage = Self::empty();
        stage.goto(link);
        stage
    }

    /// Loads the page anew at `link` and waits until it is alive.
    pub(crate) fn goto(&mut self, link: &str) {
        // From a blank page, because a change of the fragment alone loads nothing.
        self.page.goto("about:blank").expect("a blank page loads");
        let url = format!("{}{link}", self.site.url());
        self.page.goto(&url).expect("the page loads");
        self.wait_for(READY);
    }

    /// The value of an expression in the page.
    #[track_caller]
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        match self.page.eval(expression) {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }

    /// Waits until an expression is truthy, and returns its value.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, expression: &str) -> Value {
        match self.page.wait_for(expression, PATIENCE) {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }

    /// Waits for something while time runs as fast as it can, then stops time.
    #[track_caller]
    pub(crate) fn play_until(&mut self, expression: &str) -> Value {
        self.eval("raftarium.speed(0); raftarium.play()");
        let value = self.wait_for(expression);
        self.eval("raftarium.pause()");
        value
    }

    /// Lets so much virtual time go by, from the end of the run.
    #[track_caller]
    pub(crate) fn pass(&mut self, span: Duration) {
        let until = self.now() + span.as_micros();
        self.eval(&format!("raftarium.seek({until})"));
        assert_eq!(self.now(), until, "virtual time got there");
    }

    /// The virtual time, in microseconds.
    #[track_caller]
    pub(crate) fn now(&mut self) -> u128 {
        let now = self.eval("raftarium.status().now").as_u64().expect("time is a whole number");
        u128::from(now)
    }

    /// A line of the command line, which the page must take.
    #[track_caller]
    pub(crate) fn run(&mut self, line: &str) {
        let answer = self.eval(&format!("raftarium.run({})", json!(line)));
        assert_eq!(answer["ok"], true, "{line}: {answer}");
    }

    /// The digest of the world.
    #[track_caller]
    pub(crate) fn digest(&mut self) -> String {
        self.eval("raftarium.digest()").as_str().expect("a digest is text").to_owned()
    }

    /// The leader that the page shows, such as "n3".
    #[track_caller]
    pub(crate) fn leader(&mut self) -> String {
        let leader = self.play_until("document.querySelector('[data-role=leader]')?.dataset.node");
        leader.as_str().expect("a node has a name").to_owned()
    }

    /// Nothing went wrong on the page's console.
    #[track_caller]
    pub(crate) fn check_no_complaint(&mut self) {
        let complaints = self.page.errors().expect("the page answers");
        assert_eq!(complaints, Vec::<String>::new());
    }
}
