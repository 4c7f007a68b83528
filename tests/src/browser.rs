//! Starting and ending a headless Chromium.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::json;
use tempfile::TempDir;

use crate::{Deadline, Error, Page, cdp::Cdp};

/// The names that Chromium and its sisters have on the machines we know, the preferred first.
const NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/// The flags beside the profile: no window, no graphics card, and no traffic of the browser's own.
const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
];

/// A cold start on a busy two-core machine takes seconds; a minute means that it never comes.
const START: Duration = Duration::from_mins(1);

/// How long a browser that was asked to go may take before it is ended.
const FAREWELL: Duration = Duration::from_secs(5);

/// Whoever holds it has the machine's only running browser of this process.
static TURN: Mutex<()> = Mutex::new(());

/// A running Chromium with an empty profile; it ends when dropped.
#[derive(Debug)]
pub struct Browser {
    control: Cdp,
    port: u16,
    // Dropped in this order: the process ends, its files go, and the next in turn may start.
    _process: Process,
    _profile: TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// A program that is ended when dropped.
#[derive(Debug)]
struct Process(Child);

impl Browser {
    /// Starts the browser that is found on the PATH, after waiting for this process's other one.
    ///
    /// # Errors
    ///
    /// [`Error::NoBrowser`] when there is none, [`Error::Launch`] when it does not come up.
    pub fn launch() -> Result<Self, Error> {
        // A test that failed while it held the browser has left nothing behind that matters here.
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let program = chromium().ok_or(Error::NoBrowser)?;
        let profile = tempfile::Builder::new().prefix("raftarium-browser-").tempdir()?;
        let child = Command::new(&program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut process = Process(child);
        let (port, path) = door(&mut process.0, profile.path()).ok_or_else(|| Error::Launch {
            program: program.display().to_string(),
            waited: START,
        })?;
        let control = Cdp::connect(port, &path)?;
        Ok(Self { control, port, _process: process, _profile: profile, _turn: turn })
    }

    /// Opens a tab of its own session: nothing is shared with other pages but the process.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn page(&mut self) -> Result<Page, Error> {
        let context = self.control.call("Target.createBrowserContext", &json!({}))?;
        let options =
            json!({ "url": "about:blank", "browserContextId": context["browserContextId"] });
        self.tab(&options)
    }

    /// Opens a tab in front of `page`, in the same window: `page` is hidden from then on.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn cover(&mut self, page: &Page) -> Result<Page, Error> {
        let target =
            self.control.call("Target.getTargetInfo", &json!({ "targetId": page.target() }))?;
        let context = &target["targetInfo"]["browserContextId"];
        let mut cover = self.tab(&json!({ "url": "about:blank", "browserContextId": context }))?;
        cover.bring_to_front()?;
        Ok(cover)
    }

    fn tab(&mut self, options: &serde_json::Value) -> Result<Page, Error> {
        let target = self.control.call("Target.createTarget", options)?;
        let id = target["targetId"]
            .as_str()
            .ok_or_else(|| Error::Connection("a new tab has no id".to_owned()))?;
        Page::attach(Cdp::connect(self.port, &format!("/devtools/page/{id}"))?, id)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked politely it ends its helpers too. If it does not answer, it is ended below.
        drop(self.control.call("Browser.close", &json!({})));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let deadline = Deadline::after(FAREWELL);
        while !deadline.has_passed() && matches!(self.0.try_wait(), Ok(None)) {
            deadline.pause();
        }
        // Both fail only when the process is gone already, which is what is wanted.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Waits until the browser has written where it listens: a port and the path of its control door.
fn door(child: &mut Child, profile: &Path) -> Option<(u16, String)> {
    let file = profile.join("DevToolsActivePort");
    let deadline = Deadline::after(START);
    while !deadline.has_passed() && matches!(child.try_wait(), Ok(None)) {
        if let Some((port, path)) = fs::read_to_string(&file)
            .ok()
            .and_then(|text| text.split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())))
            && let Ok(port) = port.parse()
            && path.starts_with("/devtools/browser/")
        {
            return Some((port, path.trim_end().to_owned()));
        }
        deadline.pause();
    }
    None
}

/// The Chromium or Chrome of this machine, or None.
pub fn chromium() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| on_path(name))
}

/// The program called `name` in the folders of PATH, or None.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|file| file.is_file())
}
