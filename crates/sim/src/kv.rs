//! The replicated state machine: keys, values, and what each client asked last.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::rc::Rc;

use bytes::Bytes;
use det::Digest;

use crate::codec::{Request, put_number, put_text, take_number, take_text};
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

    /// The state as the bytes of a snapshot (Raft §7).
    ///
    /// ```text
    /// snapshot = count {key value} count {client serial answer}
    /// answer   = 0 written, 1 read and not found, 2 value
    /// ```
    #[inline(never)]
    pub(crate) fn encode(&self) -> Bytes {
        let mut out = Vec::new();
        put_number(&mut out, self.map.len() as u64);
        for text in self.map.iter().flat_map(|(key, value)| [key, value]) {
            put_text(&mut out, text);
        }
        put_number(&mut out, self.sessions.len() as u64);
        for (client, Session { serial, answer }) in &*self.sessions {
            put_number(&mut out, u64::from(client.0));
            put_number(&mut out, *serial);
            match answer {
                Answer::Done | Answer::NotLeader(_) => out.push(0),
                Answer::Value(None) => out.push(1),
                Answer::Value(Some(value)) => {
                    out.push(2);
                    put_text(&mut out, value);
                }
            }
        }
        Bytes::from(out)
    }

    /// The state in the bytes of a snapshot; `None` if they are none of ours.
    #[inline(never)]
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let rest = &mut bytes;
        let (mut map, mut sessions) = (BTreeMap::new(), BTreeMap::new());
        for _ in 0..take_number(rest)? {
            map.insert(take_text(rest)?, take_text(rest)?);
        }
        for _ in 0..take_number(rest)? {
            let client = ClientId(u16::try_from(take_number(rest)?).ok()?);
            let serial = take_number(rest)?;
            let answer = match take_number(rest)? {
                0 => Answer::Done,
                1 => Answer::Value(None),
                2 => Answer::Value(Some(take_text(rest)?)),
                _ => return None,
            };
            sessions.insert(client, Session { serial, answer });
        }
        rest.is_empty().then(|| Self { map: Rc::new(map), sessions: Rc::new(sessions) })
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
            Ask::Get { key } | Ask::Read { key } => {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_reads_back_and_a_truncated_one_does_not() {
        let mut kv = Kv::default();
        let text = |text: &str| Rc::<str>::from(text);
        let asks = [
            Ask::Put { key: text("x"), value: text("中文") },
            Ask::Get { key: text("x") },
            Ask::Get { key: text("y") },
        ];
        for (serial, ask) in (1..).zip(asks) {
            let client = ClientId(u16::try_from(serial).unwrap() * 100);
            kv.apply(&Request { client, serial, ask });
        }
        let bytes = kv.encode();
        let back = Kv::decode(&bytes).expect("it was encoded");
        assert_eq!((&back.map, &back.sessions), (&kv.map, &kv.sessions));
        for len in 0..bytes.len() {
            assert!(Kv::decode(&bytes[..len]).is_none(), "truncated to {len}");
        }
    }
}
