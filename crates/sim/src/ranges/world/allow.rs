//! Which of a person's commands can be done now, and why not.

use store::{RangeDescriptor, RangeId, StoreId};

use super::super::setup::is_for_clients;
use super::super::{Command, Refusal};
use super::{Machine, World};

/// Bytes of a key or a value.
const TEXT_BYTES_MAX: usize = 64;
/// Writes of the load in a second.
const LOAD_MAX: u32 = 1_000;

impl World {
    /// Whether a command can be done now.
    ///
    /// # Errors
    /// Why not.
    pub fn allow(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Kill(store) => self.running(*store),
            Command::Restart(store) => match self.exists(*store)?.is_down() {
                true => Ok(()),
                false => Err(Refusal::Running(*store)),
            },
            Command::Cut { from, to } | Command::Mend { from, to } => {
                self.exists(*from)?;
                self.exists(*to)?;
                if from == to { Err(Refusal::SameStore) } else { Ok(()) }
            }
            Command::Partition(groups) => self.parts(groups),
            Command::Heal | Command::Switch(_) => Ok(()),
            Command::Put { key, value }
            | Command::ConditionalPut { key, value, expected: None } => {
                text(value)?;
                self.holding(key).map(drop)
            }
            Command::ConditionalPut { key, value, expected: Some(expected) } => {
                text(value)?;
                text(expected)?;
                self.holding(key).map(drop)
            }
            Command::Get { key } | Command::Del { key } | Command::Increment { key, .. } => {
                self.holding(key).map(drop)
            }
            Command::DeleteRange { start, end } => self.deletes(start, end),
            Command::Split { key } => {
                let range = self.holding(key)?;
                if *range.start == *key.as_bytes() {
                    return Err(Refusal::SplitAtStart { range: range.range, key: key.clone() });
                }
                Ok(())
            }
            Command::Ingest { into, table } => self.ingests(*into, table),
            Command::Restore(backup) => self.restores(backup),
            Command::Sort(range) => {
                self.known(*range)?;
                self.leaseholder(*range).ok_or(Refusal::NoLeaseholder(*range)).map(drop)
            }
            Command::TransferLease { range, to } => self.transfers(*range, *to),
            Command::Wake(range) => self.known(*range).map(drop),
            Command::Load { per_second, ranges } => {
                if *per_second > LOAD_MAX {
                    let what = "the number of writes in a second";
                    return Err(Refusal::TooLarge { what, max: LOAD_MAX });
                }
                ranges.iter().try_for_each(|&range| self.for_clients(range).map(drop))
            }
        }
    }

    fn exists(&self, store: StoreId) -> Result<&Machine, Refusal> {
        let stores = self.setup.stores;
        self.machine(store).ok_or(Refusal::NoSuchStore { store, stores })
    }

    fn running(&self, store: StoreId) -> Result<(), Refusal> {
        match self.exists(store)?.is_down() {
            true => Err(Refusal::Down(store)),
            false => Ok(()),
        }
    }

    fn known(&self, range: RangeId) -> Result<&RangeDescriptor, Refusal> {
        self.ranges.get(&range).ok_or(Refusal::NoSuchRange(range))
    }

    /// A range that clients may write to.
    pub(super) fn for_clients(&self, range: RangeId) -> Result<&RangeDescriptor, Refusal> {
        let descriptor = self.known(range)?;
        if is_for_clients(descriptor) { Ok(descriptor) } else { Err(Refusal::SystemRange(range)) }
    }

    /// The range that holds a key that a person typed.
    fn holding(&self, key: &str) -> Result<&RangeDescriptor, Refusal> {
        text(key)?;
        self.range_of(key.as_bytes()).ok_or_else(|| Refusal::NoRangeHolds { key: key.to_owned() })
    }

    fn deletes(&self, start: &str, end: &str) -> Result<(), Refusal> {
        let range = self.holding(start)?;
        text(end)?;
        if end <= start {
            return Err(Refusal::EmptySpan { start: start.to_owned(), end: end.to_owned() });
        }
        if !range.contains_span(start.as_bytes(), end.as_bytes()) {
            let end = range.end.escape_ascii().to_string();
            return Err(Refusal::ManyRanges { range: range.range, end });
        }
        Ok(())
    }

    fn transfers(&self, range: RangeId, to: StoreId) -> Result<(), Refusal> {
        let descriptor = self.known(range)?;
        self.running(to)?;
        if descriptor.on_store(to).is_none() {
            return Err(Refusal::NoReplica { range, store: to });
        }
        match self.leaseholder(range) {
            None => Err(Refusal::NoLeaseholder(range)),
            Some(store) if store == to => Err(Refusal::HoldsLease { range, store }),
            Some(_) => Ok(()),
        }
    }

    fn parts(&self, groups: &[Vec<StoreId>]) -> Result<(), Refusal> {
        let mut seen = Vec::new();
        for &store in groups.iter().flatten() {
            self.exists(store)?;
            if seen.contains(&store) {
                return Err(Refusal::TwoGroups(store));
            }
            seen.push(store);
        }
        let named = groups.iter().filter(|group| !group.is_empty()).count();
        let rest = usize::from(seen.len() < self.machines.len());
        if named + rest < 2 { Err(Refusal::OneGroup) } else { Ok(()) }
    }
}

fn text(text: &str) -> Result<(), Refusal> {
    match (1..=TEXT_BYTES_MAX).contains(&text.len()) {
        true => Ok(()),
        false => Err(Refusal::Text { max: TEXT_BYTES_MAX }),
    }
}
