//! What a store may not take back, and what it may not do while another does it.

use raft::{EntryId, Index, Term};
use store::{Lease, RangeDescriptor, RangeId, ReplicaId, StoreId};

use super::{Checks, Fact, Rule};

impl Checks {
    /// An entry that who leads in this term must have: it was applied before anybody led in such a term.
    pub(super) fn owed(&self, range: RangeId, term: Term) -> Option<EntryId> {
        let (entry, under) = self.watches.get(&range)?.committed?;
        (under < term).then_some(entry)
    }

    /// A leader has that entry, or has not.
    pub(super) fn completes(
        &mut self,
        range: RangeId,
        (store, term): (StoreId, Term),
        entry: EntryId,
        has: bool,
    ) {
        self.check(Rule::LeaderCompleteness, range, has, || {
            (Fact::Leads { store, term }, Fact::Lacks { store, entry })
        });
    }

    /// A replica's promise leaves its store, and with it the word that it is in this term.
    pub(super) fn tells(&mut self, range: RangeId, replica: ReplicaId, term: Term) {
        let known = self.watches.get(&range).and_then(|watch| watch.told.get(&replica));
        if known.is_none_or(|known| *known < term) {
            self.watch(range).told.insert(replica, term);
        }
    }

    /// A replica's term and vote are these now; zero is nobody.
    pub(super) fn holds_to(
        &mut self,
        range: RangeId,
        (store, replica): (StoreId, ReplicaId),
        (term, vote): (Term, ReplicaId),
    ) {
        let own = (replica, (term, vote));
        let seen = self.seen(range, store).hard.replace(own);
        if seen == Some(own) {
            return;
        }
        let seen = seen.filter(|(name, _)| *name == replica).map(|(_, hard)| hard);
        let names = &mut self.watch(range).names;
        let is_older = |name: ReplicaId| replica < name;
        let is_taken = |(of, name)| if of == store { is_older(name) } else { name == replica };
        let other = names.iter().copied().find(|&known| is_taken(known));
        if !names.contains(&(store, replica)) {
            names.push((store, replica));
        }
        self.check(Rule::NamesKept, range, other.is_none(), || {
            let fact = |(store, replica)| Fact::Named { store, replica };
            (fact(other.unwrap_or_default()), fact((store, replica)))
        });
        // What it told somebody binds it in every life.
        let watch = self.watch(range);
        let told = watch.told.get(&replica).map(|told| (*told, ReplicaId::default()));
        let told = [watch.votes.get(&replica).copied(), told];
        let breaks = |&(before, voted): &(Term, ReplicaId)| {
            let nobody = ReplicaId::default();
            term < before || (term == before && voted != nobody && voted != vote)
        };
        let before = [seen].into_iter().chain(told).flatten().find(breaks);
        self.check(Rule::HardStateKept, range, before.is_none(), || {
            let fact = |(term, vote)| Fact::HardState { store, term, vote };
            (fact(before.unwrap_or_default()), fact((term, vote)))
        });
    }

    /// A command that has a lease index took effect. What was counted anywhere binds whoever forgot it in a
    /// crash, too.
    pub(super) fn counts(
        &mut self,
        range: RangeId,
        store: StoreId,
        (index, lease_index): (Index, u64),
    ) {
        let watch = self.watch(range);
        let own = (store, std::mem::replace(&mut watch.seen(store).lease_index, lease_index));
        let newest = watch.counted.filter(|(counted, _)| *counted < index);
        if newest.is_some() || watch.counted.is_none() {
            watch.counted = Some((index, (store, lease_index)));
        }
        let known = newest.map_or(own, |(_, newest)| newest);
        let before = if own.1 < known.1 { known } else { own };
        self.check(Rule::LeaseIndexGrows, range, before.1 < lease_index, || {
            let fact = |(store, lease_index)| Fact::Counted { store, lease_index };
            (fact(before), fact((store, lease_index)))
        });
    }

    /// A lease came into force at a store; its holder is a member there, or is not.
    pub(super) fn holder(
        &mut self,
        range: RangeId,
        (store, lease): (StoreId, Lease),
        is_member: bool,
    ) {
        self.check(Rule::HolderIsMember, range, is_member, || {
            let fact = Fact::Leased { store, lease };
            (fact.clone(), fact)
        });
    }

    /// Who may serve a range at this moment.
    pub(super) fn serve(&mut self, range: RangeId, stores: &[StoreId]) {
        self.check(Rule::OneLease, range, stores.len() < 2, || {
            (Fact::Serves { store: stores[0] }, Fact::Serves { store: stores[1] })
        });
    }

    /// A store has keys of this range, or will have, beside what else it has.
    pub(super) fn spans(&mut self, new: &RangeDescriptor, others: &[&RangeDescriptor]) {
        let mut others = others.iter().filter(|other| other.range != new.range);
        let other = others.find(|other| new.start < other.end && other.start < new.end);
        self.check(Rule::SpansDisjoint, new.range, other.is_none(), || {
            let fact = |range: &RangeDescriptor| Fact::Spans(Some(Box::new(range.clone())));
            (fact(other.copied().unwrap_or(new)), fact(new))
        });
    }

    /// A leader put its range to sleep; the log of a follower that it did not leave behind ends there.
    pub(super) fn sleeps_with(
        &mut self,
        range: RangeId,
        (leader, last): (StoreId, EntryId),
        (store, entry): (StoreId, EntryId),
    ) {
        self.check(Rule::SleepsEven, range, last == entry, || {
            (Fact::Ends { store: leader, entry: last }, Fact::Ends { store, entry })
        });
    }
}
