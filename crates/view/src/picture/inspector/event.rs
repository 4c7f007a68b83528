//! An event, opened up: when it happened and why.

use sim::{EventId, Timeline};

use super::super::caption::{of_event, why};
use super::super::feed::clock;
use super::{actions, fact, facts};
use crate::Inspector;
use crate::say::both;

#[inline(never)]
pub(super) fn event(timeline: &Timeline, id: EventId) -> Inspector {
    let title = id.to_string();
    let Some(event) = timeline.event(id) else {
        return Inspector {
            title,
            what: both!("not among the latest events", "不在最近的事件中"),
            ..Inspector::default()
        };
    };
    let mut list = vec![fact(both!("time", "时间"), clock(event.at))];
    list.extend(event.cause.map(|cause| fact(both!("because of", "起因"), cause)));
    let causes = why(timeline, event).len().saturating_sub(1);
    list.push(fact(both!("causes known", "已知起因数"), causes));
    Inspector {
        title,
        what: of_event(timeline, event),
        groups: facts(list),
        actions: actions::of_event(id),
    }
}
