//! Client requests as the bytes of a log entry, and of a read's context.
//!
//! ```text
//! request = tag client serial key [value]      tag: 1 put, 2 get, 3 read
//! client, serial, lengths = LEB128             key, value = length bytes
//! ```

use std::rc::Rc;

use bytes::Bytes;

use crate::{Ask, ClientId};

const PUT: u8 = 1;
const GET: u8 = 2;
const READ: u8 = 3;

/// A client's request as the log carries it. Client and serial make it unique (Raft §8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub client: ClientId,
    /// The client's own count of its requests, from 1.
    pub serial: u64,
    /// What.
    pub ask: Ask,
}

impl Request {
    /// The request as bytes.
    pub fn encode(&self) -> Bytes {
        let mut out = Vec::with_capacity(32);
        let (tag, key, value) = match &self.ask {
            Ask::Put { key, value } => (PUT, key, Some(value)),
            Ask::Get { key } => (GET, key, None),
            Ask::Read { key } => (READ, key, None),
        };
        out.push(tag);
        put_number(&mut out, u64::from(self.client.0));
        put_number(&mut out, self.serial);
        for text in [Some(key), value].into_iter().flatten() {
            put_text(&mut out, text);
        }
        Bytes::from(out)
    }

    /// The request in these bytes; `None` if they are no request of ours.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (&tag, mut rest) = bytes.split_first()?;
        let client = ClientId(u16::try_from(take_number(&mut rest)?).ok()?);
        let serial = take_number(&mut rest)?;
        let key = take_text(&mut rest)?;
        let ask = match tag {
            PUT => Ask::Put { key, value: take_text(&mut rest)? },
            GET => Ask::Get { key },
            READ => Ask::Read { key },
            _ => return None,
        };
        rest.is_empty().then_some(Self { client, serial, ask })
    }
}

pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}

pub(crate) fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, tail) = rest.split_first()?;
        *rest = tail;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

pub(crate) fn take_text(rest: &mut &[u8]) -> Option<Rc<str>> {
    let length = usize::try_from(take_number(rest)?).ok()?;
    let (text, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(Rc::from(std::str::from_utf8(text).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(request: &Request) {
        let bytes = request.encode();
        assert_eq!(Request::decode(&bytes).as_ref(), Some(request));
        for len in 0..bytes.len() {
            assert_eq!(Request::decode(&bytes[..len]), None, "truncated to {len}");
        }
    }

    #[test]
    fn requests_read_back_and_truncated_ones_do_not() {
        let (key, value) = (Rc::from("x"), Rc::from("中文"));
        check(&Request { client: ClientId(1), serial: 1, ask: Ask::Get { key: Rc::clone(&key) } });
        check(&Request { client: ClientId(1), serial: 2, ask: Ask::Read { key } });
        let key = Rc::from("a longer key");
        check(&Request { client: ClientId(300), serial: 1 << 40, ask: Ask::Put { key, value } });
    }
}
