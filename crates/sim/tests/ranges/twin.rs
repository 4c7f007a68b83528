//! Two runs that differ in one switch: where they part, and that they keep to one moment.

use sim::ranges::{
    Command, Divergence, Event, EventKind, Knob, Parting, Rows, Setup, TableSource, Twin,
    TwinRefusal, World,
};
use sim::{OpenError, Timeline};

use super::{R1, Rng, Span, StoreId, Switch, Time, put, split};

type Run = Timeline<World>;

const STEPS_MAX: u64 = 1_000_000;

fn run_of(ranges: u16) -> Run {
    let (latency, jitter) = (Span::millis(12), Span::millis(4));
    Run::new(Setup { ranges, latency, jitter, ..Setup::default() }).expect("the setup is fine")
}

fn twin_of(run: &mut Run, knob: Knob) -> Twin {
    Twin::new(run, knob, STEPS_MAX).expect("that is few steps")
}

fn pass(twin: &mut Twin, run: &mut Run, span: Span) {
    let until = run.now() + span;
    twin.advance(run, until);
    assert_eq!((run.now(), twin.run().now()), (until, until));
}

/// What a store told, as one word.
fn name(event: Option<&Event>) -> String {
    let Some(EventKind::Store { kind, .. }) = event.map(|event| &event.kind) else {
        return event.map_or_else(String::new, |event| format!("{:?}", event.kind));
    };
    let words = format!("{kind:?}");
    words.split([' ', '(']).next().unwrap_or_default().to_owned()
}

/// Where nine ranges with one write and one table part from those with the switch turned.
#[track_caller]
fn check(knob: Knob, left: &str, right: &str) -> Parting {
    let mut run = run_of(9);
    let mut twin = twin_of(&mut run, knob);
    pass(&mut twin, &mut run, Span::secs(5));
    let rows = Rows { from: "m".into(), count: 20, value_bytes: 64 };
    let table = TableSource::Rows(rows);
    for command in [put("m1", "v"), Command::Ingest { into: None, table }] {
        twin.apply(&mut run, command).expect("both can do that");
        pass(&mut twin, &mut run, Span::secs(1));
    }
    let parting = twin.parting().expect("the switch makes a difference").clone();
    assert_eq!((&*name(parting.left.as_ref()), &*name(parting.right.as_ref())), (left, right));
    parting
}

#[test]
fn heartbeats_alone_leave_at_the_tick_and_together_with_the_next_flush() {
    let parting = check(Knob::Coalescing, "", "Sent");
    let told = format!("{:?}", parting.right);
    assert!(told.contains("kind: Heartbeat"), "{told}");
}

#[test]
fn only_with_quiescence_a_range_is_put_to_sleep() {
    check(Knob::Quiescence, "Quiesced", "");
}

#[test]
fn the_proposer_evaluates_when_it_is_asked_and_otherwise_every_replica_later() {
    let parting = check(Knob::Evaluation, "Evaluated", "");
    assert!(Time::ZERO + Span::secs(5) < parting.at, "nothing is evaluated before the write");
}

#[test]
fn lazy_groups_are_not_loaded_at_the_start() {
    assert_eq!(check(Knob::Groups, "Loaded", "").at, Time::ZERO);
}

#[test]
fn with_one_engine_the_state_goes_into_the_log_that_syncs_wait_for() {
    let parting = check(Knob::LogEngine, "", "");
    let (_, [separate, shared]) = parting.bytes.expect("the same happens, and costs more");
    assert!(0 < separate && separate < shared, "{separate} {shared}");
}

#[test]
fn a_sideloaded_table_is_put_beside_the_log_first() {
    check(Knob::Sideloading, "Sideloaded", "");
}

#[test]
fn a_table_is_linked_into_the_engine_or_copied() {
    check(Knob::Ingest, "Ingested", "Ingested");
}

#[test]
fn without_tables_sideloading_makes_no_difference() {
    let mut run = run_of(9);
    let mut twin = twin_of(&mut run, Knob::Sideloading);
    storm(&mut run, 7, |run, command| {
        let done = command.is_none_or(|command| twin.apply(run, command).is_ok());
        pass(&mut twin, run, Span::millis(50));
        done
    });
    assert_eq!(twin.parting(), None);
    assert_ne!(run.events().len(), 0);
}

/// Ten seconds of whatever a person may do, the same for the same seed. Says how much was done.
fn storm(run: &mut Run, seed: u64, mut go: impl FnMut(&mut Run, Option<Command>) -> bool) -> usize {
    let mut rng = Rng::named(seed, "storm", 0);
    let mut done = 0;
    for _ in 0..200 {
        let store = StoreId(1 + rng.below(3));
        let key = format!(
            "{}{}",
            char::from(b'a' + u8::try_from(rng.below(26)).expect("a letter")),
            rng.below(100)
        );
        let command = match rng.below(24) {
            0 => Command::Kill(store),
            1..=3 => Command::Restart(store),
            4 => Command::Partition(vec![vec![store]]),
            5 | 6 => Command::Heal,
            7 => split(&key),
            8 => Command::TransferLease { range: R1, to: store },
            9 => Command::Load { per_second: 20, ranges: Vec::new() },
            10..=14 => put(&key, "v"),
            _ => {
                go(run, None);
                continue;
            }
        };
        done += usize::from(go(run, Some(command)));
    }
    done
}

#[test]
fn equal_runs_never_part() {
    for seed in 1..=4 {
        let (mut run, mut other) = (run_of(9), run_of(9));
        let mut divergence = Divergence::new(Knob::LogEngine);
        let done = storm(&mut run, seed, |run, command| {
            let done = command.is_some_and(|command| {
                let done = run.apply(command.clone());
                assert_eq!(done, other.apply(command));
                done.is_ok()
            });
            for _ in 0..50 {
                run.advance(run.now() + Span::millis(1));
                other.advance(run.now());
                divergence.compare(run, &other);
            }
            done
        });
        assert!(40 < done, "{done}");
        assert_eq!(run.now(), Time::ZERO + Span::secs(10));
        assert_eq!(divergence.parting(), None, "seed {seed}");
    }
}

#[test]
fn a_twin_in_a_storm_is_the_run_that_it_would_be_alone() {
    for (seed, knob) in (1..).zip([Knob::Coalescing, Knob::Quiescence, Knob::LogEngine]) {
        let mut run = run_of(9);
        let mut twin = twin_of(&mut run, knob);
        let mut rng = Rng::named(seed, "travel", 0);
        storm(&mut run, seed, |run, command| {
            match rng.below(30) {
                0 => drop(twin.step(run)),
                1 => drop(twin.back(run)),
                2 => drop(twin.next_interesting(run)),
                3 => drop(twin.previous_interesting(run)),
                4 => {
                    run.seek(Time(run.now().0 * 9 / 10));
                    twin.follow(run);
                }
                _ => {}
            }
            assert_eq!(run.now(), twin.run().now());
            let done = command.is_some_and(|command| twin.apply(run, command).is_ok());
            pass(&mut twin, run, Span::millis(50));
            done
        });
        check_alone(twin.run());
        check_alone(&run);
        let again = twin_of(&mut run, knob);
        assert_eq!(again.skipped(), 0);
        assert_eq!(again.parting(), twin.parting(), "{knob:?}");
        assert_eq!(again.run().world().digest(), twin.run().world().digest(), "{knob:?}");
    }
}

#[track_caller]
fn check_alone(run: &Run) {
    let alone = Run::open(run.recording(), run.now(), STEPS_MAX).expect("it was run before");
    assert_eq!(alone.world().digest(), run.world().digest());
}

#[test]
fn another_future_parts_elsewhere_and_the_old_one_where_it_did() {
    let mut run = run_of(9);
    let mut twin = twin_of(&mut run, Knob::Quiescence);
    pass(&mut twin, &mut run, Span::secs(4));
    let first = twin.parting().expect("ranges fell asleep").clone();
    let before = Time(first.at.0 - 1);
    run.seek(before);
    twin.follow(&run);
    assert_eq!(twin.parting(), Some(&first), "going back forgets nothing");
    let sleeper = first.left.as_ref().and_then(Event::store).expect("a store told it");
    twin.apply(&mut run, Command::Kill(sleeper)).expect("both can do that");
    assert_eq!(twin.parting(), None, "that future is another one");
    pass(&mut twin, &mut run, Span::secs(4));
    let second = twin.parting().expect("another range falls asleep").clone();
    assert!(first.at < second.at, "{second:?}");
    assert!(run.switch(0));
    assert_eq!(twin_of(&mut run, Knob::Quiescence).parting(), Some(&first));
}

#[test]
fn the_switch_itself_is_turned_the_other_way() {
    let mut run = run_of(9);
    let mut twin = twin_of(&mut run, Knob::Evaluation);
    let naive = Switch::Evaluation(super::Evaluation::Naive);
    twin.apply(&mut run, Command::Switch(naive)).expect("both can do that");
    assert!(!Knob::Evaluation.is_on(run.world().config()));
    assert!(Knob::Evaluation.is_on(twin.run().world().config()));
    let alone = Switch::Heartbeats(super::Heartbeats::Single);
    twin.apply(&mut run, Command::Switch(alone)).expect("both can do that");
    assert!(!Knob::Coalescing.is_on(twin.run().world().config()));
    assert_eq!(twin.parting(), None, "only the switch was named");
}

#[test]
fn what_one_of_them_refuses_neither_does() {
    let mut run = run_of(9);
    let mut twin = twin_of(&mut run, Knob::Coalescing);
    pass(&mut twin, &mut run, Span::millis(1_500));
    assert!(matches!(
        twin.apply(&mut run, Command::Restart(StoreId(1))),
        Err(TwinRefusal::First(_))
    ));
    assert_eq!(run.recording().inputs, []);
    assert_eq!(twin.run().recording().inputs, []);
}

#[test]
fn a_run_of_too_many_steps_stays_where_it_was() {
    let mut run = run_of(9);
    run.advance(Time::ZERO + Span::secs(3));
    run.seek(Time::ZERO + Span::secs(2));
    let digest = run.world().digest();
    let twin = Twin::new(&mut run, Knob::Coalescing, 100);
    assert!(matches!(twin, Err(OpenError::TooLong { steps: 100, .. })), "{twin:?}");
    assert_eq!((run.world().digest(), run.horizon()), (digest, Time::ZERO + Span::secs(3)));
}
