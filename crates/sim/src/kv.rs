//! The replicated state machine: keys, values, and what each client asked last.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::rc::Rc;

use det::Digest;

use crate::codec::Request;
use crate::{Answer, Ask, ClientId, Effect};

/// A key-value store. Clients' last answers are part of the state, so that a request that comes
/// twice is applied once (Raft §8).
#[derive(Clone, Debug, Default)]
pub struct Kv {
    map: Rc<BTreeMap<Rc<str>, Rc<str>>>,
    sessions: Rc<BTreeMap<ClientId, Session>>,
}

/// What a client asked last, and the answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Session {
    /// The largest serial that was applied.
    pub(crate) serial: u64,
    /// Its answer.
    pub(crate) answer: Answer,
}

impl Kv {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Rc<str>> {
        self.map.get(key)
    }

    /// All keys with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.map.iter().map(|(key, value)| (&**key, &**value))
    }

    /// A digest of keys and values: replicas that applied the same log have the same.
    pub fn digest(&self) -> u64 {
        Digest::of(&*self.map)
    }

    /// The last answer to a client, if `serial` was applied already.
    pub(crate) fn answered(&self, client: ClientId, serial: u64) -> Option<&Answer> {
        self.sessions
            .get(&client)
            .filter(|session| serial <= session.serial)
            .map(|session| &session.answer)
    }

    /// Applies a committed request.
    pub(crate) fn apply(&mut self, request: &Request) -> Effect {
        if self.answered(request.client, request.serial).is_some() {
            return Effect::Repeated;
        }
        let (answer, effect) = match &request.ask {
            Ask::Put { key, value } => {
                Rc::make_mut(&mut self.map).insert(Rc::clone(key), Rc::clone(value));
                (Answer::Done, Effect::Put { key: Rc::clone(key), value: Rc::clone(value) })
            }
            Ask::Get { key } => {
                let value = self.map.get(key).map(Rc::clone);
                (Answer::Value(value), Effect::Got { key: Rc::clone(key) })
            }
        };
        let session = Session { serial: request.serial, answer };
        Rc::make_mut(&mut self.sessions).insert(request.client, session);
        effect
    }
}

impl Hash for Kv {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.map.hash(state);
        self.sessions.hash(state);
    }
}
