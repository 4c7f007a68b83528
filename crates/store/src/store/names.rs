//! The names of ranges: each is given once.
//!
//! Whoever asks for a split names the new range. What two askers might both have chosen is settled by a record in
//! the system's range, as CockroachDB settles it by a counter there: it says which key the range of a name begins
//! with, and is written with a conditional put before the split is evaluated. A range never begins elsewhere, so
//! the record of an earlier attempt at the same split is as good as a new one. The ranges that a cluster begins
//! with have no records: every store knows up to which name they go. Without a range of the system nobody keeps
//! records, and that no name is given twice is up to whoever asks.

use super::Store;
use crate::{ClientReply, ClientRequest, Reply, Request, RequestError};

impl Store {
    /// Whether a request may be served now: a split waits until the name of the new range is its own.
    pub(super) fn claim_name(&mut self, request: ClientRequest) -> Option<ClientRequest> {
        let Request::Split { key, range: new } = &request.request else { return Some(request) };
        let (key, new) = (key.clone(), *new);
        let is_here = self.replicas.get(&new).is_some_and(|known| known.state.is_some());
        if is_here || new <= self.hub.first_ranges {
            let error = RequestError::RangeExists(new);
            self.hub.reply(&request, self.hub.now, Err(error));
            return None;
        }
        let asked = self.replicas.get(&request.range);
        let splits =
            asked.filter(|replica| replica.holds_lease(&self.hub)).and_then(|r| r.descriptor());
        let splits = splits.is_some_and(|range| range.contains(&key) && range.start != key);
        if self.records.is_none() || !splits {
            return Some(request);
        }
        self.write_name((new, key), request);
        None
    }

    /// The record of a name was written, or another one stands there.
    pub(super) fn named(&mut self, reply: ClientReply) {
        let claims = self.records.as_mut().map(|records| &mut records.claims);
        let Some(split) = claims.and_then(|claims| claims.remove(&reply.id)) else { return };
        let Request::Split { key, range: new } = &split.request else { return };
        let error = match reply.result {
            Ok(Reply::Written) => return self.serve(split),
            Err(RequestError::ConditionFailed { actual }) if actual.as_ref() == Some(key) => {
                return self.serve(split);
            }
            Err(RequestError::ConditionFailed { .. }) => RequestError::RangeExists(*new),
            // Nothing was split: whoever asked may ask again.
            Ok(_) | Err(_) => RequestError::NotLeaseHolder { holder: None },
        };
        self.hub.reply(&split, self.hub.now, Err(error));
    }
}
