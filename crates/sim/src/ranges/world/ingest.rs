//! Tables on their way into ranges, and ranges being sorted.

use std::rc::Rc;

use store::{ClientReply, Input, RangeDescriptor, RangeId, RequestError, RequestId};

use super::super::restore::{Backup, Restoring};
use super::super::setup::is_for_clients;
use super::super::table::{Rows, TableSource};
use super::super::{EventKind, Refusal};
use super::World;

impl World {
    // What can be done.

    pub(super) fn ingests(
        &self,
        into: Option<RangeId>,
        table: &TableSource,
    ) -> Result<(), Refusal> {
        let (bytes, max) = (table.bytes(), TableSource::BYTES_MAX);
        if max < bytes {
            return Err(Refusal::FileTooLarge { bytes, max });
        }
        if let TableSource::Rows(Rows { count, value_bytes, .. }) = table {
            at_most("the number of rows", *count, Rows::MAX)?;
            at_most("the number of bytes of a value", *value_bytes, Rows::VALUE_BYTES_MAX)?;
        }
        let (_, first, end) = table.checked()?;
        let last = end.strip_suffix(&[0]).unwrap_or(&end);
        let Some(into) = into else {
            let range = self.range_of(&first).filter(|range| is_for_clients(range));
            let range = range.ok_or_else(|| Refusal::NoRangeHolds { key: readable(&first) })?;
            if range.contains_span(&first, &end) {
                return Ok(());
            }
            let (range, end, last) = (range.range, readable(&range.end), readable(last));
            return Err(Refusal::TableDivided { range, end, last });
        };
        let range = self.for_clients(into)?;
        match [&*first, last].into_iter().find(|key| !range.contains(key)) {
            None => Ok(()),
            Some(key) => Err(Refusal::TableElsewhere {
                key: readable(key),
                range: into,
                start: readable(&range.start),
                end: readable(&range.end),
            }),
        }
    }

    pub(super) fn restores(&self, backup: &Backup) -> Result<(), Refusal> {
        if self.bulk.restoring.is_some() {
            return Err(Refusal::Restoring);
        }
        at_most("the number of tables in a range", backup.tables, Backup::TABLES_MAX)?;
        at_most("the number of rows", backup.rows, Backup::ROWS_MAX)?;
        at_most("the number of bytes of a value", backup.value_bytes, Rows::VALUE_BYTES_MAX)?;
        backup.ranges.iter().try_for_each(|&range| self.for_clients(range).map(drop))?;
        let new = Restoring::new(backup, &self.ranges_of(backup));
        if new.is_done() { Err(Refusal::EmptyBackup) } else { Ok(()) }
    }

    fn ranges_of(&self, backup: &Backup) -> Vec<&RangeDescriptor> {
        let is_named = |range: &&RangeDescriptor| {
            backup.ranges.is_empty() || backup.ranges.contains(&range.range)
        };
        self.ranges.values().filter(|range| is_for_clients(range)).filter(is_named).collect()
    }

    // What is done.

    pub(super) fn restore(&mut self, backup: &Backup) {
        let new = Restoring::new(backup, &self.ranges_of(backup));
        self.bulk.restoring = Some(Rc::new(new));
        self.ask_for_pieces();
    }

    /// Whatever may be asked now is asked, each piece because of what is being handled.
    fn ask_for_pieces(&mut self) {
        let cause = self.cause;
        loop {
            let Some(restoring) = &mut self.bulk.restoring else { return };
            let Some((piece, request)) = Rc::make_mut(restoring).next() else { return };
            self.cause = cause;
            let id = RequestId(self.next_request);
            Rc::make_mut(restoring).ask(id, piece);
            self.ask(request);
        }
    }

    /// A request was answered; if it was for a piece of a backup, the next one follows.
    pub(in crate::ranges) fn restored(&mut self, reply: &ClientReply) {
        let Some(restoring) = self.pieces_with(reply.id) else { return };
        match &reply.result {
            Ok(_) => restoring.done(reply.id),
            Err(RequestError::RangeKeyMismatch(ranges)) => restoring.divide(reply.id, ranges),
            Err(_) => restoring.again(reply.id),
        }
        if restoring.is_done() {
            let (pieces, rows) = restoring.sum();
            self.bulk.restoring = None;
            self.emit(EventKind::Restored { pieces, rows });
        } else {
            self.ask_for_pieces();
        }
    }

    /// Nobody knows whether a request was done: writing a row twice does no harm.
    pub(in crate::ranges) fn restore_again(&mut self, id: RequestId) {
        if let Some(restoring) = self.pieces_with(id) {
            restoring.again(id);
            self.ask_for_pieces();
        }
    }

    fn pieces_with(&mut self, id: RequestId) -> Option<&mut Restoring> {
        let restoring = self.bulk.restoring.as_mut().filter(|restoring| restoring.has_asked(id))?;
        Some(Rc::make_mut(restoring))
    }

    /// The leaseholder sorts; its answer comes through the gateway.
    pub(super) fn sort(&mut self, range: RangeId) {
        let Some(holder) = self.leaseholder(range) else { return };
        let id = RequestId(self.next_request);
        self.next_request += 1;
        self.traffic.asked += 1;
        self.bulk.sorting.insert(id);
        self.tell(holder, Input::Sort { id, range });
    }
}

fn at_most(what: &'static str, number: u32, max: u32) -> Result<(), Refusal> {
    if number <= max { Ok(()) } else { Err(Refusal::TooLarge { what, max }) }
}

fn readable(key: &[u8]) -> String {
    match std::str::from_utf8(key) {
        Ok(text) if !text.contains(char::is_control) => text.to_owned(),
        Ok(_) | Err(_) => key.escape_ascii().to_string(),
    }
}
