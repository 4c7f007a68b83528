//! Reads without a log entry (thesis §6.4): the leader makes sure that it leads, then whoever has
//! applied its commit index may answer.

use raft::{Index, PeerId, ReadState};

use super::Server;
use crate::codec::Request;
use crate::hub::Hub;
use crate::{Answer, EventKind};

impl Server {
    /// A client wants to read. A follower asks its leader for the index to wait for.
    #[inline(never)]
    pub(super) fn read(&mut self, hub: &mut Hub, request: &Request) {
        let raft = self.raft.as_mut().expect("a node that is up has a core");
        if raft.lead() == PeerId::NONE {
            return self.redirect(hub, request);
        }
        raft.read_index(request.encode(), &self.disk);
        self.settle(hub);
    }

    /// Reads are confirmed up to an index. They are answered once that is applied.
    #[inline(never)]
    pub(super) fn confirmed(&mut self, hub: &mut Hub, reads: impl Iterator<Item = ReadState>) {
        for ReadState { index, context } in reads {
            self.reads.extend(Request::decode(&context).map(|request| (index, request)));
        }
        self.serve_reads(hub);
    }

    /// Answers the reads whose index is applied.
    #[inline(never)]
    pub(super) fn serve_reads(&mut self, hub: &mut Hub) {
        let applied = self.applied.index;
        let due = |(index, _): &mut (Index, Request)| *index <= applied;
        let before = hub.cause;
        for (index, Request { client, serial, ask }) in
            self.reads.extract_if(.., due).collect::<Vec<_>>()
        {
            let key = ask.key();
            let value = self.kv.get(key).cloned();
            let served = EventKind::Served { node: self.id, key: std::rc::Rc::clone(key), index };
            let id = hub.emit(served);
            hub.cause = Some(id);
            self.reply(hub, client, serial, Answer::Value(value));
            hub.cause = before;
        }
    }
}
