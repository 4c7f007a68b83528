//! The short way for what a healthy group says all the time (Raft §5.3): appends that follow the log,
//! their acknowledgments, commit indices, heartbeats and the answers to them.
//!
//! Nothing is decided here that [`step`](crate::step) would decide otherwise: a message that is odd in
//! any way, or comes at an odd time, is left to it.

use crate::admit::are_consecutive;
use crate::buffers::with_room;
use crate::core::{Core, State};
use crate::{Body, Message, PeerId, Storage, Term};

impl Core {
    /// Handles a heartbeat that brings no news, or the answer of a follower that lacks nothing: all that
    /// most groups of many say. False if it is anything else; then nothing has happened.
    #[inline]
    pub(crate) fn step_idly(&mut self, message: &Message) -> bool {
        let Message { from, to, term, ref body } = *message;
        if let Body::Heartbeat { commit, context } = *body {
            if !self.is_timely(message) || !self.follows(from) || self.log.committed < commit {
                return false;
            }
            self.election_elapsed = 0;
            let body = Body::HeartbeatResponse { context };
            with_room(&mut self.messages).push(Message { from: to, to: from, term, body });
            true
        } else if let Body::HeartbeatResponse { context: 0 } = body
            && self.is_timely(message)
            && let Some(at) = self.members.position(from)
            && let State::Leader(leader) = &mut self.state
        {
            let progress = &mut leader.progress[at];
            let level = progress.is_level(self.log.last.index);
            progress.recently_active |= level;
            level
        } else {
            false
        }
    }

    /// Whether it is for this node, from another one, and of the present term.
    fn is_timely(&self, message: &Message) -> bool {
        let Message { from, to, term, .. } = *message;
        term == self.term && term != Term::default() && to == self.id() && from != to
    }

    /// Whether it follows this leader, and has nothing to say to it but answers.
    fn follows(&self, leader: PeerId) -> bool {
        // The extras may hold a request for a snapshot.
        let known = leader == self.lead && leader != PeerId::NONE;
        known && matches!(self.state, State::Follower) && self.extras.is_none()
    }

    /// Handles a message of the present term between a leader and a follower who know each other.
    /// False if it needs a closer look; then nothing has happened. Otherwise there is nothing in it
    /// any more that would have to be freed.
    #[inline]
    pub(crate) fn step_steadily(&mut self, message: &mut Message, storage: &dyn Storage) -> bool {
        if !self.is_timely(message) {
            return false;
        }
        let Message { from, ref mut body, .. } = *message;
        if self.follows(from) {
            return self.follow_steadily(from, body);
        }
        let State::Leader(_) = self.state else { return false };
        let Some(at) = self.members.position(from) else { return false };
        if let Body::Accepted { index } = *body {
            self.on_accepted(at, index, storage);
        } else if let Body::HeartbeatResponse { context } = *body {
            self.on_heartbeat_response(at, context, storage);
        } else {
            return false;
        }
        true
    }

    fn follow_steadily(&mut self, leader: PeerId, body: &mut Body) -> bool {
        let last = self.log.last;
        if let Body::Append { prev, entries, commit } = body
            && *prev == last
            && are_consecutive(last, entries, self.term)
        {
            self.log.append(core::mem::take(entries), &mut self.events);
            let last = self.log.last.index;
            self.log.commit_to(last.min(*commit));
            let (from, term) = (self.id(), self.term);
            let body = Body::Accepted { index: last };
            with_room(&mut self.after_append).push(Message { from, to: leader, term, body });
        } else if let Body::Commit { index } = *body
            && index <= last.index
        {
            self.log.commit_to(index);
        } else if let Body::Heartbeat { commit, context } = *body {
            self.on_heartbeat(leader, commit, context);
        } else {
            return false;
        }
        self.election_elapsed = 0;
        true
    }
}
