//! `deliver-msgs` and `stabilize`: moving messages.

use raft::{Message, MessageKind, PeerId};

use super::output::parse_level;
use super::{Environment, Outcome, Stop, read};
use crate::datadriven::Arg;
use crate::session::Failure;

/// What happens to a recipient's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Deliver,
    Drop,
}

/// More rounds than any group needs to come to rest.
const ROUNDS_MAX: usize = 10_000;

impl Environment {
    pub(super) fn deliver(&mut self, args: &[Arg]) -> Outcome {
        let mut kind = None;
        let mut recipients: Vec<(PeerId, Fate)> = Vec::new();
        for Arg { key, values } in args {
            if values.is_empty() {
                recipients.push((PeerId(read(key)?), Fate::Deliver));
            }
            for value in values {
                match key.as_str() {
                    "type" => kind = Some(message_kind(value)?),
                    "drop" => {
                        let id = PeerId(read(value)?);
                        if recipients.contains(&(id, Fate::Deliver)) {
                            let what = format!("can't both deliver and drop msgs to {id}");
                            return Err(Failure(what).into());
                        }
                        recipients.push((id, Fate::Drop));
                    }
                    _ => {}
                }
            }
        }
        let mut count = 0;
        for (to, fate) in recipients {
            count += self.deliver_to(to, fate, kind)?;
        }
        if count == 0 {
            self.output.write("no messages\n");
        }
        Ok(())
    }

    /// Takes what waits for a recipient out of the network; says how many messages that were.
    fn deliver_to(
        &mut self,
        to: PeerId,
        fate: Fate,
        kind: Option<MessageKind>,
    ) -> Result<usize, Stop> {
        let taken = |message: &Message| {
            message.to == to
                && kind.is_none_or(|kind| kind == message.body.kind())
                && !(fate == Fate::Drop && is_local(message))
        };
        let (messages, rest): (Vec<Message>, Vec<Message>) =
            self.network.drain(..).partition(taken);
        self.network.extend(rest);
        let count = messages.len();
        for message in messages {
            let dropped = if fate == Fate::Drop { "dropped: " } else { "" };
            self.output.write(&format!("{dropped}{message}\n"));
            if fate == Fate::Deliver {
                self.step(message)?;
            }
        }
        Ok(count)
    }

    fn step(&mut self, message: Message) -> Outcome {
        let at = self.position(&message.to.to_string())?;
        let node = &mut self.nodes[at];
        let result = node.raw.step(message, &node.storage);
        self.log_events(at);
        if let Err(error) = result {
            self.output.write(&format!("{error}\n"));
        }
        Ok(())
    }

    pub(super) fn stabilize(&mut self, args: &[Arg]) -> Outcome {
        let mut nodes = self.positions(args)?;
        if nodes.is_empty() {
            nodes = (0..self.nodes.len()).collect();
        }
        let levels = args.iter().filter(|arg| arg.key == "log-level").flat_map(|arg| &arg.values);
        let mut before = None;
        let mut result = Ok(());
        for name in levels {
            match parse_level(name) {
                Some(level) => {
                    let replaced = self.output.replace_level(level);
                    before.get_or_insert(replaced);
                }
                None => result = Err(super::commands::unknown_level()),
            }
        }
        result = result.and_then(|()| self.settle(&nodes));
        if let Some(level) = before {
            self.output.replace_level(level);
        }
        result
    }

    /// Lets nodes work and talk until nothing is left to do.
    fn settle(&mut self, nodes: &[usize]) -> Outcome {
        for _ in 0..ROUNDS_MAX {
            let mut busy = false;
            for &at in nodes {
                if self.nodes[at].raw.has_ready() {
                    self.output.write(&format!("> {} handling Ready\n", at + 1));
                    self.indented(|env| env.process_ready(at))?;
                    busy = true;
                }
            }
            for &at in nodes {
                let to = self.nodes[at].raw.id();
                if self.network.iter().any(|message| message.to == to) {
                    self.output.write(&format!("> {to} receiving messages\n"));
                    self.indented(|env| env.deliver_to(to, Fate::Deliver, None).map(drop))?;
                    busy = true;
                }
            }
            for &at in nodes {
                if !self.nodes[at].append_work.is_empty() {
                    self.output.write(&format!("> {} processing append thread\n", at + 1));
                    busy = true;
                }
                while !self.nodes[at].append_work.is_empty() {
                    self.indented(|env| env.process_append(at))?;
                }
            }
            for &at in nodes {
                if !self.nodes[at].apply_work.is_empty() {
                    self.output.write(&format!("> {} processing apply thread\n", at + 1));
                    busy = true;
                }
                while !self.nodes[at].apply_work.is_empty() {
                    self.indented(|env| env.process_apply(at))?;
                }
            }
            if !busy {
                return Ok(());
            }
        }
        Err(Failure(format!("the nodes are still busy after {ROUNDS_MAX} rounds")).into())
    }
}

/// Whether the message never leaves its node, so that no network can lose it.
fn is_local(message: &Message) -> bool {
    message.from == message.to || message.from.is_storage_thread() || message.to.is_storage_thread()
}

fn message_kind(name: &str) -> Result<MessageKind, Failure> {
    let kind = MessageKind::ALL.into_iter().find(|kind| kind.as_str() == name);
    kind.ok_or_else(|| Failure(format!("unknown message type {name:?}")))
}
