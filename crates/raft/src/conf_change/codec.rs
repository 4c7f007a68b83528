//! Membership changes as bytes: the protobuf encoding that etcd writes into the log.
//!
//! The size of these bytes counts against the size limits of messages and Readys, so it is part of
//! the behaviour and not only a format.

use alloc::vec::Vec;

use bytes::Bytes;

use super::{Change, ChangeKind, ConfChange, Transition};
use crate::PeerId;

/// The bytes are no membership change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the entry is no membership change: {0}")]
pub struct DecodeError(&'static str);

const VARINT: u64 = 0;
const BYTES: u64 = 2;

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while 0x80 <= value {
        out.push(u8::try_from(value & 0x7f).expect("seven bits fit") | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).expect("seven bits fit"));
}

fn put_number(out: &mut Vec<u8>, field: u64, value: u64) {
    put_varint(out, field << 3 | VARINT);
    put_varint(out, value);
}

fn put_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    put_varint(out, field << 3 | BYTES);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn kind_number(kind: ChangeKind) -> u64 {
    match kind {
        ChangeKind::AddVoter => 0,
        ChangeKind::Remove => 1,
        ChangeKind::Update => 2,
        ChangeKind::AddLearner => 3,
    }
}

fn kind_of(number: u64) -> Result<ChangeKind, DecodeError> {
    match number {
        0 => Ok(ChangeKind::AddVoter),
        1 => Ok(ChangeKind::Remove),
        2 => Ok(ChangeKind::Update),
        3 => Ok(ChangeKind::AddLearner),
        _ => Err(DecodeError("unknown kind of change")),
    }
}

pub(super) fn encode_v1(change: Change, context: &[u8]) -> Bytes {
    let mut out = Vec::new();
    put_number(&mut out, 2, kind_number(change.kind));
    put_number(&mut out, 3, change.peer.0);
    if !context.is_empty() {
        put_bytes(&mut out, 4, context);
    }
    out.into()
}

pub(super) fn encode_v2(change: &ConfChange) -> Bytes {
    let mut out = Vec::new();
    let transition = match change.transition {
        Transition::Auto => 0,
        Transition::JointImplicit => 1,
        Transition::JointExplicit => 2,
    };
    put_number(&mut out, 1, transition);
    for step in &change.changes {
        let mut inner = Vec::new();
        put_number(&mut inner, 1, kind_number(step.kind));
        put_number(&mut inner, 2, step.peer.0);
        put_bytes(&mut out, 2, &inner);
    }
    if !change.context.is_empty() {
        put_bytes(&mut out, 3, &change.context);
    }
    out.into()
}

/// What one field holds.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Reads fields off the front of a buffer.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first().ok_or(DecodeError("cut off in a number"))?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(DecodeError("a number is too long"))
    }

    /// The next field and its value; `None` at the end.
    fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, DecodeError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let value = match tag & 7 {
            VARINT => Value::Number(self.varint()?),
            BYTES => {
                let length = usize::try_from(self.varint()?).ok();
                let length = length.filter(|&length| length <= self.0.len());
                let length = length.ok_or(DecodeError("cut off in bytes"))?;
                let (bytes, rest) = self.0.split_at(length);
                self.0 = rest;
                Value::Bytes(bytes)
            }
            _ => return Err(DecodeError("unknown wire type")),
        };
        Ok(Some((tag >> 3, value)))
    }
}

pub(super) fn decode_v1(data: &Bytes) -> Result<ConfChange, DecodeError> {
    let mut change = Change { kind: ChangeKind::AddVoter, peer: PeerId::NONE };
    let mut context = Bytes::new();
    let mut fields = Fields(data);
    while let Some(field) = fields.next()? {
        match field {
            (2, Value::Number(number)) => change.kind = kind_of(number)?,
            (3, Value::Number(number)) => change.peer = PeerId(number),
            (4, Value::Bytes(bytes)) => context = data.slice_ref(bytes),
            _ => {}
        }
    }
    Ok(ConfChange { transition: Transition::Auto, changes: alloc::vec![change], context })
}

pub(super) fn decode_v2(data: &Bytes) -> Result<ConfChange, DecodeError> {
    let mut change = ConfChange::default();
    let mut fields = Fields(data);
    while let Some(field) = fields.next()? {
        match field {
            (1, Value::Number(0)) => change.transition = Transition::Auto,
            (1, Value::Number(1)) => change.transition = Transition::JointImplicit,
            (1, Value::Number(2)) => change.transition = Transition::JointExplicit,
            (1, _) => return Err(DecodeError("unknown transition")),
            (2, Value::Bytes(bytes)) => change.changes.push(decode_step(bytes)?),
            (3, Value::Bytes(bytes)) => change.context = data.slice_ref(bytes),
            _ => {}
        }
    }
    Ok(change)
}

fn decode_step(bytes: &[u8]) -> Result<Change, DecodeError> {
    let mut step = Change { kind: ChangeKind::AddVoter, peer: PeerId::NONE };
    let mut fields = Fields(bytes);
    while let Some(field) = fields.next()? {
        match field {
            (1, Value::Number(number)) => step.kind = kind_of(number)?,
            (2, Value::Number(number)) => step.peer = PeerId(number),
            _ => {}
        }
    }
    Ok(step)
}

#[cfg(test)]
mod tests {
    use super::super::parse_changes;
    use super::*;

    #[track_caller]
    fn check(text: &str, transition: Transition, bytes: &[u8]) {
        let changes = parse_changes(text).expect("the test's own text");
        let change = ConfChange { transition, changes, context: Bytes::new() };
        let encoded = encode_v2(&change);
        assert_eq!(&encoded[..], bytes, "{text}");
        assert_eq!(decode_v2(&encoded), Ok(change), "{text}");
        for cut in 1..encoded.len() {
            // Whatever a prefix says, reading it ends.
            let prefix = encoded.slice(..cut);
            assert!(decode_v2(&prefix).is_err() || cut < encoded.len());
        }
    }

    #[test]
    fn changes_are_written_as_etcd_writes_them() {
        check("", Transition::Auto, &[8, 0]);
        check("v1", Transition::Auto, &[8, 0, 18, 4, 8, 0, 16, 1]);
        check(
            "r300 l2",
            Transition::JointExplicit,
            &[8, 2, 18, 5, 8, 1, 16, 0xac, 2, 18, 4, 8, 3, 16, 2],
        );
    }

    #[test]
    fn no_data_is_the_empty_change() {
        assert_eq!(decode_v2(&Bytes::new()), Ok(ConfChange::leave_joint()));
    }

    #[test]
    fn garbage_is_refused() {
        for garbage in [&[0x80][..], &[18, 9, 1], &[8, 7], &[11, 1], &[0xff; 12]] {
            assert!(decode_v2(&Bytes::copy_from_slice(garbage)).is_err(), "{garbage:?}");
        }
    }
}
