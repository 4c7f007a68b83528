//! What a person's commands do.

use std::rc::Rc;

use det::{Rng, Span};
use store::{Engines, Input, RangeId, Replica, StoreId, Switch};

use super::super::client::{Load, place};
use super::super::flight::{Flight, Item};
use super::super::{Command, EventKind, Refusal};
use super::{Machine, State, World, narrow};
use crate::{Links, Loss};

impl World {
    /// Does what a person asks, now.
    ///
    /// # Errors
    /// If it cannot be done; then nothing has changed.
    pub fn apply(&mut self, command: &Command) -> Result<(), Refusal> {
        self.allow(command)?;
        self.commands += 1;
        self.cause = None;
        self.begin(EventKind::Commanded(Rc::new(command.clone())));
        self.obey(command);
        self.report_findings();
        Ok(())
    }

    fn obey(&mut self, command: &Command) {
        if let Some(request) = command.request(self.next_range) {
            if let Command::Split { .. } = command {
                self.next_range = RangeId(self.next_range.0 + 1);
            }
            self.ask(request);
            return;
        }
        match command {
            Command::Kill(store) => self.kill(*store),
            Command::Restart(store) => self.start(*store),
            Command::Cut { from, to } => {
                self.set_cut(Links::OneWay(place(*from), place(*to)), true);
            }
            Command::Mend { from, to } => {
                self.set_cut(Links::OneWay(place(*from), place(*to)), false);
            }
            Command::Partition(groups) => {
                let group_of = |node| {
                    let named = |group: &Vec<StoreId>| group.iter().any(|&id| place(id) == node);
                    groups.iter().position(named).unwrap_or(usize::MAX)
                };
                self.net.partition(group_of);
                self.doom_at_cuts();
            }
            Command::Heal => self.set_cut(Links::All, false),
            Command::TransferLease { range, to } => {
                if let Some(holder) = self.leaseholder(*range) {
                    self.tell(holder, Input::TransferLease { range: *range, to: *to });
                }
            }
            Command::Wake(range) => self.tell_all(&Input::Wake(*range)),
            Command::Switch(switch) => self.turn(*switch),
            Command::Load { per_second, ranges } => self.set_load(*per_second, ranges),
            Command::Restore(backup) => self.restore(backup),
            Command::Sort(range) => self.sort(*range),
            Command::Put { .. }
            | Command::Get { .. }
            | Command::Del { .. }
            | Command::Increment { .. }
            | Command::ConditionalPut { .. }
            | Command::DeleteRange { .. }
            | Command::Ingest { .. }
            | Command::Split { .. } => {}
        }
    }

    /// The process dies. Of what its disk had not synced, chance decides how much is left.
    fn kill(&mut self, id: StoreId) {
        let (seed, since) = (self.setup.seed, self.now);
        let Some(machine) = self.machine_mut(id) else { return };
        let State::Up(store) = &machine.state else { return };
        let counters = *store.counters();
        let ranges: Vec<RangeId> = store.replicas().map(Replica::range).collect();
        let mut rng = Rng::named(seed, "crash", u64::from(id.0) | u64::from(machine.life) << 32);
        let mut keep = |pending| u64::from(rng.below(narrow(pending).saturating_add(1)));
        let (kind, config) = (store.config().log_engine, store.config().engine);
        let disk = store.clone().crash(&mut keep);
        let left = Engines::open(disk.clone(), kind, &config).ok().map(Rc::new);
        machine.state = State::Down { since, disk, left };
        self.retired.push((id, counters));
        self.begin(EventKind::Died(id));
        if let Some(event) = self.cause {
            self.checks.died(self.now, event, &ranges);
        }
    }

    fn set_cut(&mut self, links: Links, cut: bool) {
        for link in self.net.choose(links) {
            link.cut = cut;
        }
        self.doom_at_cuts();
    }

    /// Envelopes that have not passed the middle of a stream that is cut now will be lost there.
    fn doom_at_cuts(&mut self) {
        let (now, net) = (self.now, &self.net);
        let is_doomed = |flight: &Flight| {
            let link = net.link(place(flight.envelope.from), place(flight.envelope.to));
            link.cut && flight.lost.is_none() && flight.middle() > now
        };
        let doomed =
            self.queue.take_all(|item| matches!(item, Item::Arrive(flight) if is_doomed(flight)));
        for item in doomed {
            if let Item::Arrive(mut flight) = item {
                Rc::make_mut(&mut flight).doom(Loss::Cut);
                self.queue.push(flight.ends_at(), Item::Arrive(flight));
            }
        }
    }

    fn turn(&mut self, switch: Switch) {
        self.config.turn(switch);
        self.tell_all(&Input::Switch(switch));
    }

    fn tell_all(&mut self, input: &Input) {
        let up = self.machines.iter().filter(|machine| !machine.is_down());
        let up: Vec<StoreId> = up.map(|machine: &Machine| machine.id).collect();
        for id in up {
            self.tell(id, input.clone());
        }
    }

    fn set_load(&mut self, per_second: u32, ranges: &[RangeId]) {
        let serial = self.load.as_ref().map_or(0, |load| load.serial) + 1;
        // A load that has ended keeps its number, so that the next one has another.
        let every = Span(Span::secs(1).0 / u64::from(per_second.max(1)));
        let rng = Rng::named(self.setup.seed, "load", u64::from(serial));
        self.load = Some(Load { serial, every, ranges: ranges.to_vec(), rng });
        if per_second > 0 {
            self.queue.push(self.now + every, Item::Load { serial });
        }
    }
}
