//! What moves with each animation frame: envelopes between stores, requests between the key space
//! and the stores.

use det::Time;
use raft::{Body, MessageKind};
use serde::Serialize;
use sim::ranges::{Call, Flight, Says, World};
use store::{Envelope, Load, SnapshotBody};

use super::Run;
use crate::Tone;

/// Everything that is painted afresh in each frame.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Motion {
    /// Now, microseconds.
    pub now: u64,
    /// What is on its way.
    pub mails: Vec<Mail>,
}

/// Where something leaves from or goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Place {
    /// The client's side: the key space.
    Gateway,
    /// A store.
    Store(u32),
}

/// What something on its way carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailKind {
    /// ✉ heartbeats of many ranges, or their answers.
    Coalesced,
    /// • one heartbeat.
    Heartbeat,
    /// ♥ a node promises to live.
    Liveness,
    /// ▭ entries, or the answer.
    Append,
    /// ◇ votes.
    Vote,
    /// ▰ a snapshot or a table.
    Bulk,
    /// ○ a client's request.
    Request,
    /// △ anything else.
    Control,
}

/// Messages of one kind in one envelope.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mail {
    /// The envelope, or the request.
    pub id: u64,
    /// From where.
    pub from: Place,
    /// To where.
    pub to: Place,
    /// 0 as it leaves, 1 as it arrives.
    pub progress: f32,
    /// What it carries.
    pub kind: MailKind,
    /// How many messages, beats or entries.
    pub count: u32,
    /// Payload bytes, where they matter.
    pub bytes: u64,
    /// The range, if it is of one range.
    pub range: Option<u64>,
    /// Its tone.
    pub tone: Tone,
    /// Whether it answers something.
    pub reply: bool,
    /// Whether it tells its followers to sleep.
    pub quiesce: bool,
    /// Whether it will be lost.
    pub lost: bool,
}

/// What is on its way at the present moment.
pub fn motion(run: &Run, out: &mut Motion) {
    let world = run.world();
    out.now = world.now().0;
    out.mails.clear();
    for flight in world.flights() {
        add_flight(world, flight, &mut out.mails);
    }
    for call in world.calls() {
        out.mails.push(of_call(world, call));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a position of less than a pixel is none")]
pub(super) fn progress(now: Time, sent: Time, due: Time) -> f32 {
    let (gone, whole) = (now.since(sent).0, due.since(sent).0.max(1));
    (gone as f32 / whole as f32).min(1.0)
}

fn add_flight(world: &World, flight: &Flight, out: &mut Vec<Mail>) {
    let Envelope { from, to, parcels } = &flight.envelope;
    let first = out.len();
    for parcel in parcels {
        let mail = Mail {
            id: flight.id.0,
            from: Place::Store(from.0),
            to: Place::Store(to.0),
            progress: progress(world.now(), flight.sent, flight.due),
            lost: flight.lost.is_some(),
            ..of_load(&parcel.load)
        };
        // Of one kind and one range only the sum is seen.
        let same = |other: &&mut Mail| {
            (other.kind, other.range, other.reply) == (mail.kind, mail.range, mail.reply)
        };
        match out[first..].iter_mut().find(same) {
            Some(other) => {
                other.count += mail.count;
                other.bytes += mail.bytes;
                other.quiesce |= mail.quiesce;
            }
            None => out.push(mail),
        }
    }
}

fn of_load(load: &Load) -> Mail {
    let mail = Mail {
        id: 0,
        from: Place::Gateway,
        to: Place::Gateway,
        progress: 0.0,
        kind: MailKind::Control,
        count: 1,
        bytes: 0,
        range: None,
        tone: Tone::Idle,
        reply: false,
        quiesce: false,
        lost: false,
    };
    let count = |beats: usize| u32::try_from(beats).unwrap_or(u32::MAX);
    match load {
        Load::Heartbeats(beats) | Load::HeartbeatResponses(beats) => Mail {
            kind: MailKind::Coalesced,
            count: count(beats.len()),
            reply: matches!(load, Load::HeartbeatResponses(_)),
            quiesce: beats.iter().any(|beat| beat.quiesce.is_some()),
            ..mail
        },
        Load::Liveness(_) => Mail { kind: MailKind::Liveness, ..mail },
        Load::Raft(request) => {
            let (kind, tone, reply) = of_raft(request.message.body.kind());
            let (mut entries_count, mut bytes) = (0, 0);
            if let Body::Append { entries, .. } = &request.message.body {
                entries_count = entries.len();
                bytes = entries.iter().map(|entry| entry.data.len() as u64).sum();
            }
            let range = Some(request.range.0);
            let quiesce = request.quiesce.is_some();
            Mail { kind, tone, reply, count: count(entries_count), bytes, range, quiesce, ..mail }
        }
        Load::Snapshot(message) => {
            let mut bytes = 0;
            if let SnapshotBody::Batch { data, .. } = &message.body {
                bytes = data.len() as u64;
            }
            Mail {
                kind: MailKind::Bulk,
                tone: Tone::Bulk,
                reply: matches!(
                    message.body,
                    SnapshotBody::Accepted
                        | SnapshotBody::Refused(_)
                        | SnapshotBody::Applied
                        | SnapshotBody::Ignored
                ),
                range: Some(message.range.0),
                bytes,
                ..mail
            }
        }
        Load::LivenessOf(..) => Mail { kind: MailKind::Liveness, ..mail },
        Load::Request(request) => {
            let range = Some(request.range.0);
            Mail { kind: MailKind::Request, tone: Tone::Ink, range, ..mail }
        }
        Load::Reply(_) => Mail { kind: MailKind::Request, tone: Tone::Ink, reply: true, ..mail },
        Load::ReplicaTooOld { .. } => mail,
    }
}

pub(super) fn of_raft(kind: MessageKind) -> (MailKind, Tone, bool) {
    match kind {
        MessageKind::App => (MailKind::Append, Tone::Lead, false),
        MessageKind::AppResp => (MailKind::Append, Tone::Lead, true),
        MessageKind::Heartbeat => (MailKind::Heartbeat, Tone::Idle, false),
        MessageKind::HeartbeatResp => (MailKind::Heartbeat, Tone::Idle, true),
        MessageKind::Vote | MessageKind::PreVote => (MailKind::Vote, Tone::Election, false),
        MessageKind::VoteResp | MessageKind::PreVoteResp => (MailKind::Vote, Tone::Election, true),
        MessageKind::Snap => (MailKind::Bulk, Tone::Bulk, false),
        MessageKind::Hup
        | MessageKind::Beat
        | MessageKind::Prop
        | MessageKind::Unreachable
        | MessageKind::SnapStatus
        | MessageKind::CheckQuorum
        | MessageKind::TransferLeader
        | MessageKind::TimeoutNow
        | MessageKind::ReadIndex
        | MessageKind::ReadIndexResp
        | MessageKind::StorageAppend
        | MessageKind::StorageAppendResp
        | MessageKind::StorageApply
        | MessageKind::StorageApplyResp
        | MessageKind::ForgetLeader
        | MessageKind::SnapRequest
        | MessageKind::Commit => (MailKind::Control, Tone::Ink, false),
    }
}

/// The range that a request goes to or an answer comes from.
pub(super) fn range_of_call(world: &World, call: &Call) -> Option<u64> {
    if let Says::Asks(request) = &call.says {
        return Some(request.range.0);
    }
    let key = world.waiting().get(&call.request)?.what.span().0;
    Some(world.range_of(&key)?.range.0)
}

fn of_call(world: &World, call: &Call) -> Mail {
    let (gateway, store) = (Place::Gateway, Place::Store(call.store.0));
    let (from, to, reply) = match &call.says {
        Says::Asks(_) => (gateway, store, false),
        Says::Answers(_) | Says::Refuses => (store, gateway, true),
    };
    Mail {
        id: call.request.0,
        from,
        to,
        progress: progress(world.now(), call.sent, call.due),
        kind: MailKind::Request,
        count: 1,
        bytes: 0,
        range: range_of_call(world, call),
        tone: Tone::Ink,
        reply,
        quiesce: false,
        lost: false,
    }
}
