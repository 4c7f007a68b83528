//! One tab: go somewhere, look, click, drag, type, and ask what it reported.

use std::{path::Path, time::Duration};

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::{
    Deadline, Error, Key,
    cdp::{Cdp, Event},
};

/// A tab of the browser.
#[derive(Debug)]
pub struct Page {
    cdp: Cdp,
    target: String,
}

/// How large the page is, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewport {
    /// The width.
    pub width: u32,
    /// The height.
    pub height: u32,
}

impl Viewport {
    /// A projector, a laptop and a phone: the three sizes that the page is at home at.
    pub const ALL: [Self; 3] = [
        Self { width: 1920, height: 1080 },
        Self { width: 1366, height: 768 },
        Self { width: 390, height: 844 },
    ];
}

/// The colour scheme that the reader's system asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark ink on a light ground.
    Light,
    /// Light ink on a dark ground.
    Dark,
}

impl Scheme {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// The word that CSS has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Page {
    /// Takes over a tab and asks it to report what the tests want to know.
    pub(crate) fn attach(mut cdp: Cdp, target: &str) -> Result<Self, Error> {
        for domain in ["Page.enable", "Runtime.enable", "Network.enable", "Log.enable"] {
            cdp.call(domain, &json!({}))?;
        }
        Ok(Self { cdp, target: target.to_owned() })
    }

    /// The browser's name for this tab.
    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    /// Goes to `url` and waits until it has loaded. What was reported before is forgotten.
    ///
    /// A change of the fragment alone loads nothing: go to `about:blank` in between.
    ///
    /// # Errors
    ///
    /// When nothing answers there.
    pub fn goto(&mut self, url: &str) -> Result<(), Error> {
        self.cdp.events.clear();
        let answer = self.cdp.call("Page.navigate", &json!({ "url": url }))?;
        if let Some(reason) = answer["errorText"].as_str() {
            let method = format!("to go to {url}");
            return Err(Error::Refused { method, reason: reason.to_owned() });
        }
        self.cdp.wait_for_event("Page.loadEventFired").map(drop)
    }

    /// Runs `script` in every document from now on, before any script of the page.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn before_load(&mut self, script: &str) -> Result<(), Error> {
        let params = json!({ "source": script });
        self.cdp.call("Page.addScriptToEvaluateOnNewDocument", &params).map(drop)
    }

    /// The value of a JavaScript expression; a promise is awaited, `undefined` is null.
    ///
    /// # Errors
    ///
    /// [`Error::Threw`] when it throws.
    pub fn eval(&mut self, expression: &str) -> Result<Value, Error> {
        let params = json!({
            "expression": expression,
            "awaitPromise": true,
            "returnByValue": true,
            "userGesture": true,
        });
        let mut answer = self.cdp.call("Runtime.evaluate", &params)?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(Error::Threw {
                expression: expression.to_owned(),
                reason: exception_text(details),
            }),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// Waits until `expression` is truthy and returns its value.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] with the last value seen.
    pub fn wait_for(&mut self, expression: &str, limit: Duration) -> Result<Value, Error> {
        let deadline = Deadline::after(limit);
        loop {
            let value = self.eval(expression)?;
            if is_truthy(&value) {
                return Ok(value);
            }
            if deadline.has_passed() {
                return Err(Error::Timeout {
                    what: expression.to_owned(),
                    waited: deadline.limit(),
                    last: value.to_string(),
                });
            }
            deadline.pause();
        }
    }

    /// Clicks in the middle of the first element that answers to `selector`.
    ///
    /// # Errors
    ///
    /// [`Error::NoElement`] when none does or when it has no size.
    pub fn click(&mut self, selector: &str) -> Result<(), Error> {
        let (x, y) = self.middle(selector)?;
        self.click_at(x, y)
    }

    /// Clicks at a point of the viewport, in CSS pixels.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn click_at(&mut self, x: f64, y: f64) -> Result<(), Error> {
        self.drag(&[(x, y)])
    }

    /// Presses at the first point, moves along the others and releases at the last.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn drag(&mut self, points: &[(f64, f64)]) -> Result<(), Error> {
        let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Ok(()) };
        self.mouse("mouseMoved", first, "none")?;
        self.mouse("mousePressed", first, "left")?;
        for &point in &points[1..] {
            self.mouse("mouseMoved", point, "left")?;
        }
        self.mouse("mouseReleased", last, "left")
    }

    fn mouse(&mut self, kind: &str, (x, y): (f64, f64), button: &str) -> Result<(), Error> {
        let held = u32::from(button == "left" && kind != "mouseReleased");
        let params = json!({
            "type": kind, "x": x, "y": y, "button": button, "buttons": held, "clickCount": 1,
        });
        self.cdp.call("Input.dispatchMouseEvent", &params).map(drop)
    }

    /// The middle of the first element that answers to `selector`, scrolled into view.
    ///
    /// # Errors
    ///
    /// [`Error::NoElement`] when none does or when it has no size.
    pub fn middle(&mut self, selector: &str) -> Result<(f64, f64), Error> {
        let quoted = json!(selector);
        let middle = self.eval(&format!(
            "(() => {{
                const element = document.querySelector({quoted});
                if (!element) return null;
                element.scrollIntoView({{ block: 'nearest', inline: 'nearest' }});
                const box = element.getBoundingClientRect();
                return box.width * box.height > 0
                    ? [box.x + box.width / 2, box.y + box.height / 2] : null;
            }})()"
        ))?;
        match (middle[0].as_f64(), middle[1].as_f64()) {
            (Some(x), Some(y)) => Ok((x, y)),
            _ => Err(Error::NoElement { selector: selector.to_owned() }),
        }
    }

    /// Presses and releases a key in the element that has the focus.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn key(&mut self, key: Key) -> Result<(), Error> {
        for event in key.events() {
            self.cdp.call("Input.dispatchKeyEvent", &event)?;
        }
        Ok(())
    }

    /// Types `text` into the element that has the focus.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn type_text(&mut self, text: &str) -> Result<(), Error> {
        self.cdp.call("Input.insertText", &json!({ "text": text })).map(drop)
    }

    /// Makes the page as large as this.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn set_viewport(&mut self, viewport: Viewport) -> Result<(), Error> {
        let params = json!({
            "width": viewport.width,
            "height": viewport.height,
            "deviceScaleFactor": 1,
            "mobile": viewport.width < 600,
        });
        self.cdp.call("Emulation.setDeviceMetricsOverride", &params).map(drop)
    }

    /// Lets the reader's system ask for this colour scheme.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn set_scheme(&mut self, scheme: Scheme) -> Result<(), Error> {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme.as_str() });
        self.cdp.call("Emulation.setEmulatedMedia", &json!({ "features": [feature] })).map(drop)
    }

    /// Lets the reader's browser ask for this language, such as "zh-CN".
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn set_language(&mut self, tag: &str) -> Result<(), Error> {
        let agent = self.eval("navigator.userAgent")?;
        let params = json!({ "userAgent": agent, "acceptLanguage": tag });
        self.cdp.call("Emulation.setUserAgentOverride", &params).map(drop)
    }

    /// Brings this tab in front of the others of its window.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn bring_to_front(&mut self) -> Result<(), Error> {
        self.cdp.call("Page.bringToFront", &json!({})).map(drop)
    }

    /// Writes what the page shows as a PNG file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn screenshot(&mut self, file: &Path) -> Result<(), Error> {
        let answer = self.cdp.call("Page.captureScreenshot", &json!({ "format": "png" }))?;
        let data = answer["data"].as_str().unwrap_or_default();
        let png = BASE64
            .decode(data.as_bytes())
            .map_err(|error| Error::Connection(format!("a screenshot is broken: {error}")))?;
        Ok(std::fs::write(file, png)?)
    }

    /// What went wrong in the page since [`Page::goto`]: exceptions, and lines the console shows
    /// as errors, a file that did not load among them.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn errors(&mut self) -> Result<Vec<String>, Error> {
        self.eval("null")?;
        let errors = self.cdp.events.iter().filter_map(|event| {
            let params = &event.params;
            match event.method.as_str() {
                "Runtime.exceptionThrown" => Some(exception_text(&params["exceptionDetails"])),
                "Runtime.consoleAPICalled" if params["type"] == "error" => {
                    Some(params["args"][0]["value"].as_str().unwrap_or("an error").to_owned())
                }
                "Log.entryAdded" if params["entry"]["level"] == "error" => Some(format!(
                    "{} {}",
                    params["entry"]["text"].as_str().unwrap_or_default(),
                    params["entry"]["url"].as_str().unwrap_or_default()
                )),
                _ => None,
            }
        });
        Ok(errors.collect())
    }

    /// The address of everything that the page asked for since [`Page::goto`].
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn requests(&mut self) -> Result<Vec<String>, Error> {
        self.eval("null")?;
        let requests =
            self.cdp.events.iter().filter(|event| event.method == "Network.requestWillBeSent");
        Ok(requests
            .filter_map(|event| event.params["request"]["url"].as_str().map(str::to_owned))
            .collect())
    }

    /// What the browser's threads do during `span`, as trace events of these categories.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn trace(&mut self, categories: &[&str], span: Duration) -> Result<Vec<Value>, Error> {
        let config =
            json!({ "includedCategories": categories, "recordMode": "recordAsMuchAsPossible" });
        let params = json!({ "traceConfig": config, "transferMode": "ReportEvents" });
        self.cdp.call("Tracing.start", &params)?;
        self.pass(span)?;
        self.cdp.call("Tracing.end", &json!({}))?;
        self.cdp.wait_for_event("Tracing.tracingComplete")?;
        let (parts, others) = std::mem::take(&mut self.cdp.events)
            .into_iter()
            .partition(|event| event.method.starts_with("Tracing."));
        self.cdp.events = others;
        let parts: Vec<Event> = parts;
        let events = parts.into_iter().map(|mut event| event.params["value"].take());
        Ok(events.filter_map(|value| value.as_array().cloned()).flatten().collect())
    }

    /// Lets the page go on for `span` of the browser's time.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn pass(&mut self, span: Duration) -> Result<(), Error> {
        let millis = span.as_millis();
        self.eval(&format!("new Promise(done => setTimeout(done, {millis}))")).map(drop)
    }

    /// Closes the tab.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn close(mut self) -> Result<(), Error> {
        self.cdp.call("Page.close", &json!({})).map(drop)
    }
}

fn exception_text(details: &Value) -> String {
    let thrown = details["exception"]["description"].as_str();
    thrown.or_else(|| details["text"].as_str()).unwrap_or("an exception").to_owned()
}

/// What JavaScript would take for true.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(bool) => *bool,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
