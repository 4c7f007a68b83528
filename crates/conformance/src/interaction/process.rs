//! `process-ready` and the storage threads: writing, applying, sending.

use raft::{Body, Entry, Message, PeerId, StorageAppend};

use super::{Environment, Outcome, Stop};
use crate::session::Failure;

impl Environment {
    /// Takes one Ready and does what it says, also if there is nothing in it.
    pub(super) fn process_ready(&mut self, at: usize) -> Outcome {
        let node = &mut self.nodes[at];
        if node.stuck {
            return Err(
                Failure("an earlier Ready of this node could not be processed".into()).into()
            );
        }
        let ready = node.raw.ready(&node.storage);
        let threads = node.raw.config().async_storage_writes;
        self.log_events(at);
        self.output.write(&ready.to_string());
        if !threads {
            self.nodes[at].stuck = true;
            let storage = &mut self.nodes[at].storage;
            storage
                .persist(ready.hard_state, &ready.entries, ready.snapshot.as_ref())
                .map_err(Stop::Refused)?;
            self.apply(at, &ready.committed)?;
            self.nodes[at].stuck = false;
        }
        for message in ready.messages {
            match message.to {
                PeerId::APPEND_THREAD => self.nodes[at].append_work.push_back(message),
                PeerId::APPLY_THREAD => self.nodes[at].apply_work.push_back(message),
                _ => self.network.push_back(message),
            }
        }
        if !threads {
            let node = &mut self.nodes[at];
            node.raw.advance(&node.storage);
            self.log_events(at);
        }
        Ok(())
    }

    /// Makes one write durable.
    pub(super) fn process_append(&mut self, at: usize) -> Outcome {
        let Some(mut message) = self.nodes[at].append_work.pop_front() else {
            self.output.write("no append work to perform");
            return Ok(());
        };
        let Body::StorageAppend(append) = &mut message.body else {
            return Err(Failure("only writes go to the append thread".into()).into());
        };
        let responses = std::mem::take(&mut append.responses);
        let StorageAppend { hard_state, entries, snapshot, .. } = (**append).clone();
        self.output.write(&format!("Processing:\n{message}\n"));
        let storage = &mut self.nodes[at].storage;
        storage.persist(hard_state, &entries, snapshot.as_ref()).map_err(Stop::Refused)?;
        self.respond(responses);
        Ok(())
    }

    /// Applies one batch of committed entries.
    pub(super) fn process_apply(&mut self, at: usize) -> Outcome {
        let Some(mut message) = self.nodes[at].apply_work.pop_front() else {
            self.output.write("no apply work to perform");
            return Ok(());
        };
        let Body::StorageApply { entries, responses } = &mut message.body else {
            return Err(Failure("only entries go to the apply thread".into()).into());
        };
        let responses = std::mem::take(responses);
        let entries = entries.clone();
        self.output.write(&format!("Processing:\n{message}\n"));
        self.apply(at, &entries)?;
        self.respond(responses);
        Ok(())
    }

    fn respond(&mut self, responses: Vec<Message>) {
        self.output.write("Responses:\n");
        for response in responses {
            self.output.write(&format!("{response}\n"));
            self.network.push_back(response);
        }
    }

    fn apply(&mut self, at: usize, entries: &[Entry]) -> Outcome {
        for entry in entries {
            let change = entry.conf_change().map_err(|error| Failure(error.to_string()))?;
            let node = &mut self.nodes[at];
            match change {
                None => node.storage.apply(entry, &entry.data, None),
                Some(change) => {
                    let members = node.raw.apply_conf_change(&change, &node.storage);
                    let members = members.map_err(|error| Failure(error.to_string()))?;
                    node.storage.apply(entry, &change.context, Some(members));
                }
            }
            self.log_events(at);
        }
        Ok(())
    }
}
