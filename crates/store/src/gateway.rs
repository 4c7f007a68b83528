//! The gateway: where clients ask. It finds the range of a key in its cache, sends the request to who
//! may hold the lease, and learns from every refusal.
//!
//! A cache entry may be wrong at any time. Nothing depends on it: a range that does not hold a key says
//! which one does, and a replica without the lease says who has it.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use bytes::Bytes;
use det::{Span, Time};

use crate::{
    ClientReply, ClientRequest, RangeDescriptor, RangeId, Request, RequestError, RequestId, StoreId,
};

/// A request that went round this often is given up.
const HOPS_MAX: u32 = 24;

/// How long to wait when nobody has the lease: somebody is asking for it now.
const PAUSE: Span = Span::millis(200);

/// So many stores may each name another one as the holder before a request waits: what they know may be old,
/// and whoever is named may not know yet.
const REDIRECTS: u32 = 3;

/// It waits twice as long each time, up to this.
const PAUSE_MAX: Span = Span::secs(2);

/// What is remembered of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheEntry {
    /// The range, as told last.
    pub descriptor: RangeDescriptor,
    /// Who has the lease, as told last.
    pub holder: Option<StoreId>,
}

/// The ranges that a gateway knows, none overlapping another. A clone shares them until one of the two
/// learns something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RangeCache {
    by_end: Arc<BTreeMap<Bytes, CacheEntry>>,
}

impl RangeCache {
    /// The entry whose range holds this key.
    pub fn lookup(&self, key: &[u8]) -> Option<&CacheEntry> {
        let mut later = self
            .by_end
            .range::<[u8], _>((core::ops::Bound::Excluded(key), core::ops::Bound::Unbounded));
        later.next().map(|(_, entry)| entry).filter(|entry| entry.descriptor.contains(key))
    }

    /// That entry; where none holds the key, the one before: a range that was split knows who has the
    /// keys it had.
    pub fn nearest(&self, key: &[u8]) -> Option<&CacheEntry> {
        let earlier = || {
            let mut earlier = self
                .by_end
                .range::<[u8], _>((core::ops::Bound::Unbounded, core::ops::Bound::Included(key)));
            earlier.next_back().map(|(_, entry)| entry)
        };
        self.lookup(key).or_else(earlier)
    }

    /// Takes in a descriptor, in place of all that it overlaps, unless one of those is newer. Says
    /// whether it was taken in.
    pub fn insert(&mut self, descriptor: RangeDescriptor) -> bool {
        let overlaps =
            |known: &RangeDescriptor| known.start < descriptor.end && descriptor.start < known.end;
        let overlapped = || self.by_end.values().filter(|entry| overlaps(&entry.descriptor));
        if overlapped().any(|entry| descriptor.generation < entry.descriptor.generation) {
            return false;
        }
        let same = overlapped().find(|entry| entry.descriptor.range == descriptor.range);
        let holder = same.and_then(|entry| entry.holder);
        let by_end = Arc::make_mut(&mut self.by_end);
        by_end.retain(|_, entry| !overlaps(&entry.descriptor));
        by_end.insert(descriptor.end.clone(), CacheEntry { descriptor, holder });
        true
    }

    /// What is known, in order of the keys.
    pub fn entries(&self) -> impl Iterator<Item = &CacheEntry> {
        self.by_end.values()
    }

    fn entry_of(&self, range: RangeId) -> Option<&CacheEntry> {
        self.by_end.values().find(|entry| entry.descriptor.range == range)
    }

    /// Takes note of who has the lease of a range, or that nobody knows.
    fn set_holder(&mut self, range: RangeId, holder: Option<StoreId>) {
        let Some(known) = self.entry_of(range).filter(|known| known.holder != holder) else {
            return;
        };
        let end = known.descriptor.end.clone();
        if let Some(entry) = Arc::make_mut(&mut self.by_end).get_mut(&end) {
            entry.holder = holder;
        }
    }
}

/// Why a request is sent once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Redirect {
    /// Another store has the lease.
    LeaseHolder(StoreId),
    /// Nobody has the lease that one knows of.
    NoLeaseHolder,
    /// The range does not hold the key any more; this one does, as far as is known now.
    RangeMoved(RangeId),
    /// The store has no replica of the range, cannot be reached, or does not answer.
    NextReplica(StoreId),
}

/// What a gateway wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this to a store.
    Send {
        /// Where to.
        to: StoreId,
        /// What.
        request: ClientRequest,
        /// So much later.
        after: Span,
        /// Why once more; `None` the first time.
        why: Option<Redirect>,
    },
    /// Tell the client.
    Done(ClientReply),
    /// The answer belongs to nothing that is asked for.
    Ignore,
}

#[derive(Clone, Debug)]
struct Pending {
    request: Request,
    range: RangeId,
    to: StoreId,
    hops: u32,
    /// How often it was sent on to a holder.
    redirects: u32,
}

impl Pending {
    /// How long to wait before it is sent on.
    fn pause(&self) -> Span {
        match self.redirects.checked_sub(REDIRECTS + 1) {
            None => Span::ZERO,
            Some(times) => Span((PAUSE.0 << times.min(8)).min(PAUSE_MAX.0)),
        }
    }
}

/// How often a gateway did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct GatewayCounters {
    /// Requests sent to a store, those sent once more included.
    pub hops: u64,
    /// Requests that went right the first time.
    pub hits: u64,
    /// Cache entries replaced.
    pub replaced: u64,
}

/// A gateway, as plain data.
#[derive(Clone, Debug, Default)]
pub struct Gateway {
    cache: RangeCache,
    pending: BTreeMap<RequestId, Pending>,
    counters: GatewayCounters,
}

impl Gateway {
    /// A gateway that has heard of these ranges.
    pub fn new(ranges: impl IntoIterator<Item = RangeDescriptor>) -> Self {
        let mut gateway = Self::default();
        for descriptor in ranges {
            gateway.cache.insert(descriptor);
        }
        gateway
    }

    /// What it knows.
    pub fn cache(&self) -> &RangeCache {
        &self.cache
    }

    /// What it did.
    pub fn counters(&self) -> GatewayCounters {
        self.counters
    }

    /// A client asks.
    ///
    /// # Errors
    /// If the request makes no sense, or no range is known that could say where its keys are.
    pub fn submit(&mut self, id: RequestId, request: Request) -> Result<Step, RequestError> {
        request.validate()?;
        let (key, _) = request.span();
        let unknown = RequestError::RangeNotFound(RangeId::default());
        let entry = self.cache.nearest(&key).ok_or(unknown)?;
        let first = entry.descriptor.replicas.first().map(|replica| replica.store);
        let range = entry.descriptor.range;
        let to = entry.holder.or(first).ok_or(RequestError::RangeNotFound(range))?;
        self.pending.insert(id, Pending { request, range, to, hops: 0, redirects: 0 });
        Ok(self.send(id, Span::ZERO, None))
    }

    /// A store answers. One that was asked before another one may still say what came of the request, but no
    /// longer where to go on.
    pub fn answer(&mut self, from: StoreId, reply: ClientReply) -> Step {
        let id = reply.id;
        let Some(pending) = self.pending.get_mut(&id) else { return Step::Ignore };
        let (range, is_last) = (pending.range, HOPS_MAX <= pending.hops);
        match &reply.result {
            Err(
                RequestError::NotLeaseHolder { .. }
                | RequestError::RangeKeyMismatch(_)
                | RequestError::RangeNotFound(_),
            ) if pending.to != from => Step::Ignore,
            _ if is_last => self.finish(reply),
            Err(RequestError::NotLeaseHolder { holder: Some(holder) }) if *holder != from => {
                let holder = *holder;
                pending.to = holder;
                pending.redirects += 1;
                let after = pending.pause();
                self.cache.set_holder(range, Some(holder));
                self.send(id, after, Some(Redirect::LeaseHolder(holder)))
            }
            Err(RequestError::NotLeaseHolder { .. }) => {
                self.next_replica(id);
                self.send(id, PAUSE, Some(Redirect::NoLeaseHolder))
            }
            Err(RequestError::RangeKeyMismatch(descriptors)) => {
                for descriptor in descriptors {
                    self.counters.replaced += u64::from(self.cache.insert(descriptor.clone()));
                }
                if self.is_divided(id) { self.finish(reply) } else { self.moved(id) }
            }
            Err(RequestError::RangeNotFound(_)) => self.ask_next(id),
            Ok(_) | Err(_) => {
                self.counters.hits += u64::from(pending.hops == 1);
                self.cache.set_holder(range, Some(from));
                self.finish(reply)
            }
        }
    }

    /// A store cannot be reached: the request never left, so the next replica is asked, whatever it is. One that
    /// went round for too long is given up, and was not done.
    pub fn not_sent(&mut self, to: StoreId, id: RequestId) -> Step {
        match self.pending.get(&id).filter(|pending| pending.to == to) {
            Some(pending) if HOPS_MAX <= pending.hops => {
                let result = Err(RequestError::NotLeaseHolder { holder: None });
                self.finish(ClientReply { id, result, timestamp: Time::ZERO })
            }
            Some(_) => self.ask_next(id),
            None => Step::Ignore,
        }
    }

    /// A store does not answer. It may have done what was asked: a read is sent once more, and of anything else
    /// nobody knows ([`RequestError::Ambiguous`]). Done twice, a write could undo what came between, and a
    /// condition fail because it held the first time.
    pub fn no_answer(&mut self, id: RequestId) -> Step {
        match self.pending.get(&id) {
            Some(pending) if !pending.request.is_read() => {
                // Whoever asks next begins elsewhere.
                let range = pending.range;
                let next = self.next_replica(id);
                self.cache.set_holder(range, next);
                let result = Err(RequestError::Ambiguous);
                self.finish(ClientReply { id, result, timestamp: Time::ZERO })
            }
            Some(_) => self.ask_next(id),
            None => Step::Ignore,
        }
    }

    /// Asks the next replica, whatever the one before may have done: for those who tell from the answer that
    /// theirs was done the first time.
    pub(crate) fn ask_next(&mut self, id: RequestId) -> Step {
        match self.next_replica(id) {
            Some(to) => self.send(id, PAUSE, Some(Redirect::NextReplica(to))),
            None => Step::Ignore,
        }
    }

    /// Nobody waits for the answer any more.
    pub fn forget(&mut self, id: RequestId) {
        self.pending.remove(&id);
    }

    fn finish(&mut self, reply: ClientReply) -> Step {
        self.pending.remove(&reply.id);
        Step::Done(reply)
    }

    /// Whether a range ends within the keys of a request: then no range can do it.
    fn is_divided(&self, id: RequestId) -> bool {
        let Some(pending) = self.pending.get(&id) else { return false };
        let (start, end) = pending.request.span();
        let entry = self.cache.lookup(&start);
        entry.is_some_and(|entry| !entry.descriptor.contains_span(&start, &end))
    }

    /// The keys are elsewhere, as the cache knows now.
    fn moved(&mut self, id: RequestId) -> Step {
        let Some(pending) = self.pending.get_mut(&id) else { return Step::Ignore };
        let (key, _) = pending.request.span();
        if let Some(entry) = self.cache.nearest(&key) {
            pending.range = entry.descriptor.range;
            pending.to = entry.holder.unwrap_or(pending.to);
        }
        let range = pending.range;
        self.send(id, Span::ZERO, Some(Redirect::RangeMoved(range)))
    }

    /// Goes on to the next replica of the range.
    fn next_replica(&mut self, id: RequestId) -> Option<StoreId> {
        let pending = self.pending.get_mut(&id)?;
        self.cache.set_holder(pending.range, None);
        let known = self.cache.entry_of(pending.range);
        let replicas = known.into_iter().flat_map(|entry| &entry.descriptor.replicas);
        let stores: Vec<StoreId> = replicas.map(|replica| replica.store).collect();
        let at = stores.iter().position(|&store| store == pending.to).map_or(0, |at| at + 1);
        pending.to = stores.get(at).or_else(|| stores.first()).copied().unwrap_or(pending.to);
        Some(pending.to)
    }

    fn send(&mut self, id: RequestId, after: Span, why: Option<Redirect>) -> Step {
        let Some(pending) = self.pending.get_mut(&id) else { return Step::Ignore };
        pending.hops += 1;
        self.counters.hops += 1;
        let (range, request) = (pending.range, pending.request.clone());
        let request = ClientRequest { id, range, timestamp: None, request };
        Step::Send { to: pending.to, request, after, why }
    }
}
