//! Commands, conditions and scripts by chance.

use det::{Span, Time};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, RngSeed};
use raft::{EntryId, Index, ProgressState, Role, Term, Transition};
use script::limits::{CLIENTS_MAX, ELECTION_TICKS_MAX, SPAN_MAX, TEXT_BYTES_MAX, TIMEOUT_MIN};
use script::{
    Act, Compare, Condition, Edit, Kind, Life, Moment, Number, Pick, Question, Script, Step, Words,
};
use sim::{
    Broken, ClientId, Command, DiskFate, End, Links, LoopStep, MessageId, NodeId, Seat, Setup,
    Standing,
};

/// The same cases on every machine and every day.
pub(crate) fn config() -> Config {
    Config {
        cases: 1_000,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..Config::default()
    }
}

fn node() -> impl Strategy<Value = NodeId> + Clone {
    (1..=5_u8).prop_map(NodeId)
}

fn two_nodes() -> impl Strategy<Value = (NodeId, NodeId)> {
    (1..=5_u8, 1..5_u8).prop_map(|(a, by)| (NodeId(a), NodeId((a - 1 + by) % 5 + 1)))
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        (0..=SPAN_MAX.0).prop_map(Span),
        (0..=60_u64).prop_map(Span::secs),
        (0..=60_000_u64).prop_map(Span::millis),
    ]
}

/// Words that mean something to the reader.
const WORDS: [&str; 14] =
    ["at", "x", "1", "n1", "en", "and", "#", "->", "\"", "\\", "@1s", "+5ms", "键", " "];

/// Keys and values: words, texts that need quotes, and words that the language uses.
fn text() -> impl Strategy<Value = String> {
    let any = any::<String>().prop_filter_map("1 to 64 bytes", |mut text| {
        while TEXT_BYTES_MAX < text.len() {
            text.pop();
        }
        (!text.is_empty()).then_some(text)
    });
    prop_oneof![any, "[a-z0-9_.:/%+*@-]{1,8}", select(&WORDS[..]).prop_map(str::to_owned)]
}

fn links() -> impl Strategy<Value = Links> {
    prop_oneof![
        Just(Links::All),
        two_nodes().prop_map(|(a, b)| Links::Between(a, b)),
        two_nodes().prop_map(|(from, to)| Links::OneWay(from, to)),
    ]
}

fn groups() -> impl Strategy<Value = Vec<Vec<NodeId>>> {
    let nodes = subsequence((1..=5).map(NodeId).collect::<Vec<_>>(), 1..=5).prop_shuffle();
    (nodes, any::<u8>()).prop_map(|(nodes, cuts)| {
        let mut groups = vec![Vec::new()];
        for (i, node) in nodes.into_iter().enumerate() {
            if i > 0 && cuts & (1 << i) != 0 {
                groups.push(Vec::new());
            }
            groups.last_mut().expect("there is a first group").push(node);
        }
        groups
    })
}

fn message() -> impl Strategy<Value = MessageId> {
    any::<u64>().prop_map(MessageId)
}

fn change() -> impl Strategy<Value = Command> {
    let nodes = subsequence((1..=5).map(NodeId).collect::<Vec<_>>(), 1..=5).prop_shuffle();
    let seats = vec(select(&[Seat::Voter, Seat::Learner, Seat::None][..]), 5);
    let through =
        select(&[Transition::Auto, Transition::JointImplicit, Transition::JointExplicit][..]);
    (nodes, seats, through).prop_map(|(nodes, seats, transition)| {
        let mut steps: Vec<_> = seats.into_iter().zip(nodes).collect();
        if transition == Transition::Auto {
            steps.truncate(1);
        }
        Command::Change { steps, transition }
    })
}

pub(crate) fn command() -> impl Strategy<Value = Command> {
    let disk = select(&[DiskFate::Keep, DiskFate::Lose][..]);
    let of_nodes = prop_oneof![
        (node(), disk).prop_map(|(node, disk)| Command::Kill { node, disk }),
        node().prop_map(Command::Restart),
        node().prop_map(Command::Pause),
        node().prop_map(Command::Resume),
        node().prop_map(Command::Campaign),
        node().prop_map(Command::Transfer),
        node().prop_map(Command::Forget),
        option::of(node()).prop_map(Command::Compact),
        change(),
        (node(), option::of(span())).prop_map(|(node, every)| Command::Microscope { node, every }),
        (node(), option::of(loop_step())).prop_map(|(node, after)| Command::Crash { node, after }),
        Just(Command::Leave),
        (option::of(node()), span()).prop_map(|(node, span)| Command::Fsync { node, span }),
    ];
    let of_clients = prop_oneof![
        (text(), text(), option::of(node())).prop_map(|(key, value, at)| Command::Put {
            key,
            value,
            at
        }),
        (text(), option::of(node())).prop_map(|(key, at)| Command::Get { key, at }),
        (text(), option::of(node())).prop_map(|(key, at)| Command::Read { key, at }),
        (0..=CLIENTS_MAX, span()).prop_map(|(clients, every)| Command::Load { clients, every }),
    ];
    let of_links = prop_oneof![
        links().prop_map(Command::Cut),
        links().prop_map(Command::Mend),
        groups().prop_map(Command::Partition),
        Just(Command::Heal),
        (links(), span(), span()).prop_map(|(links, base, jitter)| Command::Latency {
            links,
            base,
            jitter
        }),
        (links(), 0..=1_000_000_u32)
            .prop_map(|(links, per_million)| Command::Loss { links, per_million }),
    ];
    let of_messages = (edit(), message()).prop_map(|(edit, message)| edit.to(message));
    prop_oneof![of_nodes, of_clients, of_links, of_messages]
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        select(&[Edit::Drop, Edit::Hold, Edit::Release, Edit::Duplicate][..]),
        span().prop_map(Edit::Delay),
    ]
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        node().prop_map(End::Node),
        (1..=u16::MAX).prop_map(|client| End::Client(ClientId(client))),
    ]
}

fn pick() -> impl Strategy<Value = Pick> {
    let kinds = [
        Kind::Append,
        Kind::Accepted,
        Kind::Rejected,
        Kind::Vote,
        Kind::PreVote,
        Kind::Granted,
        Kind::Refused,
        Kind::Heartbeat,
        Kind::HeartbeatResponse,
        Kind::Snapshot,
        Kind::Propose,
        Kind::TimeoutNow,
        Kind::TransferLeader,
        Kind::ReadIndex,
        Kind::ReadIndexResponse,
        Kind::Request,
        Kind::Reply,
    ];
    (select(kinds.to_vec()), option::of((end(), end())))
        .prop_map(|(kind, ends)| Pick { kind, ends })
}

fn loop_step() -> impl Strategy<Value = LoopStep> {
    select(&LoopStep::ALL[..])
}

fn standing() -> impl Strategy<Value = Standing> {
    select(
        &[
            Standing::Voter,
            Standing::Incoming,
            Standing::Outgoing,
            Standing::Learner,
            Standing::Outsider,
        ][..],
    )
}

fn progress() -> impl Strategy<Value = ProgressState> {
    select(&[ProgressState::Probe, ProgressState::Replicate, ProgressState::Snapshot][..])
}

pub(crate) fn condition() -> impl Strategy<Value = Condition> {
    let role = select(&[Role::Follower, Role::Candidate, Role::Leader, Role::PreCandidate][..]);
    let life = select(&[Life::Up, Life::Down, Life::Paused][..]);
    let compare = select(
        &[
            Compare::Same,
            Compare::Differs,
            Compare::Less,
            Compare::AtMost,
            Compare::More,
            Compare::AtLeast,
        ][..],
    );
    let number = prop_oneof![
        select(&[Number::Term, Number::Commit, Number::Answered][..]),
        node().prop_map(Number::TermOf),
        node().prop_map(Number::CommitOf),
        node().prop_map(Number::AppliedOf),
        node().prop_map(Number::SnapshotOf),
    ];
    let entry = (any::<u64>(), any::<u64>())
        .prop_map(|(term, index)| EntryId { term: Term(term), index: Index(index) });
    let plain = select(
        &[
            Condition::Leader,
            Condition::NoLeader,
            Condition::Joint,
            Condition::LogsAgree,
            Condition::Idle,
            Condition::RulesHold,
        ][..],
    );
    let of_node = prop_oneof![
        node().prop_map(Condition::LeaderIs),
        (node(), role).prop_map(|(node, role)| Condition::Role(node, role)),
        (node(), node()).prop_map(|(node, candidate)| Condition::Vote(node, candidate)),
        (node(), entry).prop_map(|(node, entry)| Condition::Log(node, entry)),
        (node(), standing()).prop_map(|(node, standing)| Condition::Standing(node, standing)),
        (node(), progress()).prop_map(|(node, state)| Condition::Progress(node, state)),
        (node(), loop_step()).prop_map(|(node, step)| Condition::At(node, step)),
        (node(), life).prop_map(|(node, life)| Condition::Is(node, life)),
        (node(), text(), text()).prop_map(|(node, key, value)| Condition::Value {
            node,
            key,
            value
        }),
        (node(), text()).prop_map(|(node, key)| Condition::Lacks { node, key }),
    ];
    let of_run = prop_oneof![
        (number, compare, any::<u64>()).prop_map(|(of, is, to)| Condition::Number { of, is, to }),
        (text(), text()).prop_map(|(key, value)| Condition::Read { key, value }),
        text().prop_map(|key| Condition::Missed { key }),
        (1..=14_u8).prop_map(Condition::RuleBroken),
        pick().prop_map(Condition::InFlight),
    ];
    prop_oneof![plain, of_node, of_run].prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| Condition::Not(Box::new(inner))),
            vec(inner.clone(), 2..=3).prop_map(Condition::All),
            vec(inner, 2..=3).prop_map(Condition::Any),
        ]
    })
}

fn words() -> impl Strategy<Value = Words> {
    prop_oneof![
        text().prop_map(|text| Words { en: text.clone(), zh: text }),
        (text(), text()).prop_map(|(en, zh)| Words { en, zh }),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    (words(), vec(words(), 2..=6), any::<proptest::sample::Index>())
        .prop_filter("answers differ", |(_, answers, _)| {
            let ens =
                answers.iter().map(|answer| &answer.en).collect::<std::collections::BTreeSet<_>>();
            ens.len() == answers.len()
        })
        .prop_map(|(text, answers, right)| {
            let right = right.index(answers.len());
            Question { text, answers, right }
        })
}

/// Acts but for `ask` and `reveal`, which come in pairs.
fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        command().prop_map(Act::Do),
        (edit(), pick()).prop_map(|(edit, pick)| Act::Edit(edit, pick)),
        command().prop_map(Act::Refuse),
        span().prop_map(Act::Run),
        (condition(), option::of(span()))
            .prop_map(|(condition, within)| Act::Until { condition, within }),
        condition().prop_map(Act::Expect),
    ]
}

pub(crate) fn setup() -> impl Strategy<Value = Setup> {
    let ticks = (2..=ELECTION_TICKS_MAX, any::<proptest::sample::Index>());
    let clock = (1..=1_000_000_u64, ticks);
    let net = (span(), span(), 0..=1_000_000_u32, span(), TIMEOUT_MIN.0..=SPAN_MAX.0);
    let broken = option::of(Just(Broken::SendBeforeSync));
    (5..=9_u8, any::<u64>(), clock, any::<bool>(), any::<[bool; 2]>(), net, broken).prop_map(
        |(
            nodes,
            seed,
            (tick, (election_ticks, heartbeat)),
            pre_vote,
            [check_quorum, lease],
            net,
            broken,
        )| {
            let (latency, jitter, loss_per_million, fsync, timeout) = net;
            let heartbeat = heartbeat.index(election_ticks as usize - 1) + 1;
            Setup {
                nodes,
                seed,
                tick: Span(tick),
                election_ticks,
                heartbeat_ticks: u32::try_from(heartbeat).expect("less than the election ticks"),
                pre_vote,
                check_quorum,
                lease,
                latency,
                jitter,
                loss_per_million,
                fsync,
                client_timeout: Span(timeout),
                broken,
            }
        },
    )
}

/// Scripts whose moments never go back, and whose lines are numbered as they print.
pub(crate) fn script() -> impl Strategy<Value = Script> {
    let step = (0..4_u8, span(), act(), option::of((question(), condition())));
    (setup(), vec(step, 0..12)).prop_map(|(setup, chosen)| {
        let mut script = Script { setup, steps: Vec::new() };
        let mut line = usize::from(script.setup != Setup::default());
        let mut reached = Time::ZERO;
        let mut push = |moment, act| {
            line += 1;
            script.steps.push(Step { line, moment, act });
        };
        for (how, span, act, asked) in chosen {
            let moment = match how {
                0 => Moment::Now,
                1 => Moment::After(span),
                _ => Moment::At(reached + span),
            };
            reached += if how == 0 { Span::ZERO } else { span };
            if let Act::Run(span) = act {
                reached += span;
            }
            push(moment, act);
            if let Some((question, shown)) = asked {
                push(Moment::Now, Act::Ask(question));
                push(Moment::At(reached), Act::Nothing);
                push(Moment::Now, Act::Reveal(shown));
            }
        }
        script
    })
}
