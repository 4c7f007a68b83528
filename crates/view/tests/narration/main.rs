//! Whatever can happen has a sentence in both languages.

mod core;

use std::rc::Rc;

use det::{Span, Time};
use raft::{EntryId, Index, PeerId, Term, Transition};
use sim::{
    Answer, Ask, ClientId, Command, DiskFate, Effect, End, EventId, EventKind, Handed, Links,
    LoopStep, Loss, MessageId, NodeId, RaftSays, Says, Seat, Setup, Timeline, Timer,
};
use view::Both;
use view::say::say;

const N1: NodeId = NodeId(1);
const N2: NodeId = NodeId(2);
const PEER: PeerId = PeerId(2);
const TERM: Term = Term(3);
const INDEX: Index = Index(8);
const ENTRY: EntryId = EntryId { term: TERM, index: INDEX };

fn has_chinese(text: &str) -> bool {
    text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
}

/// A sentence in both languages: English without Chinese, Chinese with it.
#[track_caller]
fn check_both(both: &Both) {
    assert!(!both.en.is_empty() && !has_chinese(&both.en), "{both:?}");
    assert!(has_chinese(&both.zh), "{both:?}");
    for text in [&both.en, &both.zh] {
        assert!(!text.contains("  ") && !text.contains('{'), "{text}");
        assert_eq!(text.trim(), text.as_str());
    }
}

#[track_caller]
fn check(kind: &EventKind) {
    let timeline = Timeline::new(Setup::default()).expect("the default setup runs");
    let said = say(kind, timeline.world());
    assert!(!said.icon.is_empty());
    check_both(&said.line);
    check_both(&said.caption);
    assert!(!said.line.en.ends_with('.') && said.caption.en.ends_with('.'), "{said:?}");
    assert!(!said.line.zh.ends_with('。') && said.caption.zh.ends_with('。'), "{said:?}");
    assert!(said.line.en.chars().count() <= 100, "a line is short: {}", said.line.en);
    assert!(said.caption.en.chars().count() <= 190, "so is a caption: {}", said.caption.en);
}

fn text(text: &str) -> Rc<str> {
    Rc::from(text)
}

#[test]
fn every_command_has_its_sentence() {
    let (key, value) = (|| "x".to_owned(), || "7".to_owned());
    let message = MessageId(12);
    let mut commands = vec![
        Command::Kill { node: N1, disk: DiskFate::Keep },
        Command::Kill { node: N1, disk: DiskFate::Lose },
        Command::Restart(N1),
        Command::Pause(N1),
        Command::Resume(N1),
        Command::Campaign(N1),
        Command::Transfer(N1),
        Command::Forget(N1),
        Command::Leave,
        Command::Microscope { node: N1, every: None },
        Command::Microscope { node: N1, every: Some(Span::millis(1)) },
        Command::Crash { node: N1, after: None },
        Command::Crash { node: N1, after: Some(LoopStep::Persist) },
        Command::Compact(None),
        Command::Compact(Some(N1)),
        Command::Read { key: key(), at: None },
        Command::Read { key: key(), at: Some(N1) },
        Command::Put { key: key(), value: value(), at: None },
        Command::Put { key: key(), value: value(), at: Some(N1) },
        Command::Get { key: key(), at: None },
        Command::Get { key: key(), at: Some(N1) },
        Command::Partition(vec![vec![N1], vec![N2, NodeId(3)]]),
        Command::Heal,
        Command::Fsync { node: None, span: Span::millis(1) },
        Command::Fsync { node: Some(N1), span: Span::millis(1) },
        Command::Drop(message),
        Command::Hold(message),
        Command::Release(message),
        Command::Delay { message, by: Span::millis(5) },
        Command::Duplicate(message),
    ];
    let steps = vec![(Seat::Voter, N1), (Seat::Learner, N2), (Seat::None, NodeId(3))];
    for transition in [Transition::Auto, Transition::JointImplicit, Transition::JointExplicit] {
        commands.push(Command::Change { steps: steps.clone(), transition });
    }
    commands.extend([0, 1, 4].map(|clients| Command::Load { clients, every: Span::millis(20) }));
    for links in [Links::All, Links::Between(N1, N2), Links::OneWay(N1, N2)] {
        let (base, jitter) = (Span::millis(5), Span::millis(3));
        commands.push(Command::Cut(links));
        commands.push(Command::Mend(links));
        commands.push(Command::Latency { links, base, jitter });
        commands.push(Command::Loss { links, per_million: 25_000 });
    }
    for command in commands {
        check(&EventKind::Commanded(Rc::new(command)));
    }
}

fn raft_messages() -> Vec<RaftSays> {
    let mut all = vec![
        RaftSays::Append { prev: EntryId::default(), count: 1, commit: INDEX },
        RaftSays::Accepted { index: INDEX },
        RaftSays::Rejected { index: INDEX, hint: ENTRY },
        RaftSays::Heartbeat { commit: INDEX, reads: false },
        RaftSays::Heartbeat { commit: INDEX, reads: true },
        RaftSays::HeartbeatResponse { reads: false },
        RaftSays::HeartbeatResponse { reads: true },
        RaftSays::Snapshot { last: ENTRY },
        RaftSays::Propose { count: 1 },
        RaftSays::Propose { count: 2 },
        RaftSays::TimeoutNow,
        RaftSays::TransferLeader,
        RaftSays::ReadIndex,
        RaftSays::ReadIndexResponse { index: INDEX },
    ];
    all.extend([0, 1, 3].map(|count| RaftSays::Append { prev: ENTRY, count, commit: INDEX }));
    for pre in [false, true] {
        all.push(RaftSays::Vote { pre, last: ENTRY });
        all.extend([false, true].map(|granted| RaftSays::VoteResponse { pre, granted }));
    }
    all
}

#[test]
fn every_message_has_its_sentences_as_it_leaves_arrives_and_gets_lost() {
    let mut says: Vec<Says> =
        raft_messages().into_iter().map(|what| Says::Raft { term: TERM, what }).collect();
    let asks = [
        Ask::Put { key: text("x"), value: text("7") },
        Ask::Get { key: text("x") },
        Ask::Read { key: text("x") },
    ];
    says.extend(asks.map(|what| Says::Request { serial: 3, what }));
    let answers = [
        Answer::Done,
        Answer::Value(Some(text("7"))),
        Answer::Value(None),
        Answer::NotLeader(Some(N2)),
        Answer::NotLeader(None),
    ];
    says.extend(answers.map(|what| Says::Reply { serial: 3, what }));
    let (from, to, message) = (End::Node(N1), End::Node(N2), MessageId(12));
    for says in says {
        check(&EventKind::Sent { from, to, says: says.clone(), due: Time(9) });
        check(&EventKind::Delivered { message, from, to, says: says.clone() });
        for why in [Loss::Cut, Loss::Chance, Loss::Dropped, Loss::Dead] {
            check(&EventKind::Lost { message, from, to, says: says.clone(), why });
        }
    }
}

#[test]
fn everything_that_happens_in_a_node_has_its_sentence() {
    let client = ClientId(1);
    let effects = [
        Effect::Nothing,
        Effect::Put { key: text("x"), value: text("7") },
        Effect::Got { key: text("x") },
        Effect::Members,
        Effect::Repeated,
        Effect::Unknown,
    ];
    let mut kinds = vec![
        EventKind::Started { node: N1, last: EntryId::default() },
        EventKind::Started { node: N1, last: ENTRY },
        EventKind::Synced { node: N1, last: ENTRY },
        EventKind::Compacted { node: N1, last: ENTRY, bytes: 40 },
        EventKind::Installed { node: N1, last: ENTRY },
        EventKind::Served { node: N1, key: text("x"), index: INDEX },
        EventKind::Redirected { node: N1, leader: None },
        EventKind::Redirected { node: N1, leader: Some(N2) },
        EventKind::Answered { client, serial: 3, value: None },
        EventKind::Answered { client, serial: 3, value: Some(text("7")) },
        EventKind::TimedOut { client, serial: 3, next: N2 },
        EventKind::Found { finding: 0 },
        EventKind::TimerFired { node: N1, timer: Timer::Election },
        EventKind::TimerFired { node: N1, timer: Timer::Heartbeat },
    ];
    kinds.extend(effects.map(|effect| EventKind::Applied { node: N1, entry: ENTRY, effect }));
    for (forgotten, unsent) in [(0, 0), (1, 1), (2, 2)] {
        kinds.push(EventKind::Died { node: N1, forgotten, unsent });
    }
    for must_sync in [false, true] {
        let handed = Handed { entries: 1, messages: 2, committed: 0, must_sync };
        kinds.extend(LoopStep::ALL.map(|step| EventKind::Loop { node: N1, step, handed }));
    }
    for first in [ENTRY, EntryId { term: TERM, index: Index(6) }] {
        for replaces in [false, true] {
            kinds.push(EventKind::Written { node: N1, first, last: ENTRY, replaces });
        }
    }
    for (from, holders) in [(Index(7), 3), (Index(5), 3), (Index(7), 0)] {
        kinds.push(EventKind::Committed {
            node: N1,
            term: TERM,
            from,
            to: ENTRY,
            holders,
            voters: 5,
        });
    }
    kinds.iter().for_each(check);
}

/// A run that goes wrong on purpose tells which facts contradict each other.
#[test]
fn a_finding_names_the_two_facts() {
    let setup = Setup {
        nodes: 3,
        broken: Some(sim::Broken::SendBeforeSync),
        fsync: Span::millis(20),
        ..Setup::default()
    };
    let mut timeline: Timeline = Timeline::new(setup).expect("it can be run");
    timeline.advance(Time(1_000_000));
    assert!(!timeline.world().findings().is_empty());
    for finding in timeline.world().findings() {
        check_both(&view::say::contradiction(finding));
    }
    let said = say(&EventKind::Found { finding: 0 }, timeline.world());
    assert!(said.line.en.contains("does not hold ·"), "{said:?}");
    check_both(&said.line);
}

#[test]
fn a_selected_event_keeps_the_caption() {
    let mut timeline = Timeline::new(Setup::default()).expect("the default setup runs");
    timeline.advance(Time(300_000));
    let selection = view::Selection::Event(EventId(20));
    let caption =
        view::frame(&timeline, &view::Lens { selection, ..view::Lens::default() }).caption;
    assert_eq!(caption.event, Some(20));
    assert_eq!(caption.why.first().map(|row| row.event), Some(20));
}
