//! The Chrome DevTools Protocol: numbered commands out, answers and events in, over one WebSocket.

use std::{net::TcpStream, time::Duration};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use crate::Error;

/// No command of ours takes longer, a screenshot of a busy page on a slow machine included.
const PATIENCE: Duration = Duration::from_mins(1);

/// One connection to the browser or to one of its pages.
pub(crate) struct Cdp {
    socket: WebSocket<TcpStream>,
    last_id: u64,
    /// What was reported while we waited for answers, oldest first.
    pub(crate) events: Vec<Event>,
}

/// Something the browser reported by itself.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) method: String,
    pub(crate) params: Value,
}

impl std::fmt::Debug for Cdp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cdp {{ calls: {}, events: {} }}", self.last_id, self.events.len())
    }
}

impl Cdp {
    /// Connects to `path` of the browser that listens on `port`.
    pub(crate) fn connect(port: u16, path: &str) -> Result<Self, Error> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (socket, _) = tungstenite::client(format!("ws://127.0.0.1:{port}{path}"), stream)
            .map_err(|error| Error::Connection(error.to_string()))?;
        Ok(Self { socket, last_id: 0, events: Vec::new() })
    }

    /// Sends a command and waits for its answer. Events that come first are kept.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Result<Value, Error> {
        self.last_id += 1;
        let command = json!({ "id": self.last_id, "method": method, "params": params });
        self.socket.send(Message::text(command.to_string()))?;
        loop {
            let mut message = self.receive()?;
            if message["id"] == self.last_id {
                return match message.get("error") {
                    Some(error) => Err(Error::Refused {
                        method: method.to_owned(),
                        reason: error["message"].as_str().unwrap_or("no reason given").to_owned(),
                    }),
                    None => Ok(message["result"].take()),
                };
            }
        }
    }

    /// Waits until the browser has reported `method`, and returns what it said.
    pub(crate) fn wait_for_event(&mut self, method: &str) -> Result<Value, Error> {
        let mut seen = 0;
        loop {
            if let Some(event) = self.events[seen..].iter().find(|event| event.method == method) {
                return Ok(event.params.clone());
            }
            seen = self.events.len();
            self.receive()?;
        }
    }

    /// Reads one message; an event is also kept.
    fn receive(&mut self) -> Result<Value, Error> {
        let message = self.socket.read()?;
        let text = message.to_text()?;
        if !message.is_text() {
            return Ok(Value::Null);
        }
        let message: Value =
            serde_json::from_str(text).map_err(|error| Error::Connection(error.to_string()))?;
        if let Some(method) = message["method"].as_str() {
            self.events
                .push(Event { method: method.to_owned(), params: message["params"].clone() });
        }
        Ok(message)
    }
}
