//! A file of etcd's grammar as a picture: its nodes in place of the run's.

use std::rc::Rc;

use conformance::{Directive, Environment, Node, Player, Session};
use raft::{Entry, EntryKind, Index, Membership, RawNode, Role, Storage};
use sim::{End, NodeId, Says};

use super::cards::{counts, letter, part_words};
use super::log::{change, describe, tint};
use crate::look::{count, is_reply, shape, tone, verdict};
use crate::say::both;
use crate::{
    Both, Caption, Dot, FeedRow, FileLine, FileSheet, Frame, Head, Inspector, Lens, LogCell,
    LogRow, LogTable, Motion, NodeCard, Part, Selection, Strip, StripMark, Tone, VoteDot,
};

/// The picture of a file that is played.
#[inline(never)]
pub fn file(player: &Player, lens: &Lens) -> Frame {
    let none = Environment::default();
    let environment = environment(player).unwrap_or(&none);
    let sheet = sheet(player);
    Frame {
        head: Rc::new(head(environment, &sheet)),
        nodes: Rc::new(
            environment.nodes().iter().map(|node| card(environment, lens, node)).collect(),
        ),
        links: Rc::default(),
        clients: Rc::default(),
        log: Rc::new(table(environment, lens)),
        feed: Rc::new(feed(player)),
        next: Rc::default(),
        caption: Rc::new(caption(&sheet)),
        inspector: Rc::new(inspector(environment, lens)),
        file: Rc::new(sheet),
        lamps: Rc::default(),
        strip: Rc::new(strip(player, environment)),
    }
}

/// The messages of a file, which wait until they are delivered: spread over their lanes.
#[inline(never)]
pub fn motion_of_file(player: &Player, out: &mut Motion) {
    *out = Motion { now: moment(player.printed().len()), ..Motion::default() };
    let Some(environment) = environment(player) else { return };
    for (id, message) in (0..).zip(environment.messages()) {
        let (Some(from), Some(to)) = (NodeId::of(message.from), NodeId::of(message.to)) else {
            continue;
        };
        let says = Says::of(message);
        let dot = Dot {
            message: id,
            from: End::Node(from),
            to: End::Node(to),
            progress: 0.0,
            end: 1.0,
            shape: shape(&says),
            tone: tone(&says),
            reply: is_reply(&says),
            verdict: verdict(&says),
            count: count(&says),
            held: false,
            copy: false,
            selected: false,
        };
        out.flights.push(dot);
    }
    let lane = |dot: &Dot| (dot.from, dot.to);
    let lanes: Vec<_> = out.flights.iter().map(lane).collect();
    for (at, dot) in out.flights.iter_mut().enumerate() {
        let on_lane = |lanes: &[(End, End)]| lanes.iter().filter(|it| **it == lane(dot)).count();
        // The oldest is furthest on its way.
        let (before, all) = (on_lane(&lanes[..at]), on_lane(&lanes));
        #[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
        let progress = 0.8 - 0.6 * (before as f32 + 0.5) / all as f32;
        dot.progress = progress;
    }
}

/// A file has no clock: on the strip each directive takes so many microseconds.
pub const DIRECTIVE_MICROS: u64 = 1_000;

/// When a directive is done.
fn moment(directives: usize) -> u64 {
    directives as u64 * DIRECTIVE_MICROS
}

/// A mark for each directive that was run, on the lane of the node that it names.
fn strip(player: &Player, environment: &Environment) -> Strip {
    let lanes: Vec<u8> = environment.nodes().iter().map(|node| id(&node.raw).0).collect();
    let of = |directive: &Directive| {
        let named = directive.args.iter().find_map(|arg| arg.key.parse().ok());
        lanes.iter().copied().find(|lane| Some(*lane) == named)
    };
    let mark = |(at, directive): (usize, &Directive)| {
        let (icon, tone, label) = match player.is_as_expected(at) {
            true => ("●", Tone::Truth, String::new()),
            false => ("✕", Tone::Violation, directive.command.clone()),
        };
        let lane = of(directive);
        let shown = lane.is_some() || !player.is_as_expected(at);
        let label = Both::same(&label);
        shown.then_some(StripMark { at: moment(at + 1), event: at as u64, lane, icon, tone, label })
    };
    let run = player.directives().iter().take(player.printed().len());
    let end = moment(player.directives().len());
    Strip {
        to: end,
        horizon: end,
        marks: run.enumerate().filter_map(mark).collect(),
        lanes,
        ..Strip::default()
    }
}

fn environment(player: &Player) -> Option<&Environment> {
    match player.session() {
        Session::Interaction(environment) => Some(environment),
        Session::ConfChange(_) | Session::Quorum => None,
    }
}

fn sheet(player: &Player) -> FileSheet {
    let (at, count) = (player.printed().len(), player.directives().len());
    let mismatches = player.mismatches();
    let next = player.source(at).lines().next().unwrap_or_default().to_owned();
    let last = at.checked_sub(1);
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let expected = text(last.and_then(|last| Some(&player.directives().get(last)?.expected)));
    let printed = text(last.and_then(|last| player.printed().get(last)));
    let (expected_lines, printed_lines) = compared(&expected, &printed);
    FileSheet {
        name: player.name().to_owned(),
        at,
        count,
        mismatches,
        what: match mismatches {
            0 => both!(
                "step {at} of {count} · all as expected",
                "第 {at} / {count} 步 · 全部符合预期"
            ),
            _ => both!(
                "step {at} of {count} · not as expected: {mismatches}",
                "第 {at} / {count} 步 · {mismatches} 步与预期不符"
            ),
        },
        line: last.map_or(1, |last| player.directives()[last].line),
        source: last.map(|last| player.source(last)).unwrap_or_default(),
        matches: last.is_none_or(|last| player.is_as_expected(last)),
        expected: expected_lines,
        printed: printed_lines,
        next,
    }
}

/// The lines of two texts; those between their common beginning and their common end differ.
fn compared(expected: &str, printed: &str) -> (Vec<FileLine>, Vec<FileLine>) {
    let (a, b): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), printed.lines().collect());
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let tail =
        a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let marked = |lines: &[&str]| {
        let same = |at: usize| at < head || lines.len() - tail <= at;
        let line =
            |(at, text): (usize, &&str)| FileLine { text: (*text).to_owned(), differs: !same(at) };
        lines.iter().enumerate().map(line).collect()
    };
    (marked(&a), marked(&b))
}

/// The directives that were run, newest first.
fn feed(player: &Player) -> Vec<FeedRow> {
    let row = |at: usize| {
        let (icon, tone) = match player.is_as_expected(at) {
            true => ("✓", Tone::Truth),
            false => ("✕", Tone::Violation),
        };
        let source = player.source(at);
        FeedRow {
            event: at as u64,
            at: 0,
            clock: player.directives()[at].line.to_string(),
            icon,
            tone,
            text: Both::same(source.lines().next().unwrap_or_default()),
            cite: String::new(),
            interesting: false,
            has_cause: false,
        }
    };
    (0..player.printed().len()).rev().take(Frame::FEED_ROWS).map(row).collect()
}

fn caption(sheet: &FileSheet) -> Caption {
    let (name, line) = (&sheet.name, sheet.line);
    let command = sheet.source.lines().next().unwrap_or_default();
    let text = match (sheet.at, sheet.matches) {
        (0, _) => both!("{name} is open; nothing of it has been run.", "已打开 {name}；尚未执行。"),
        (_, true) => both!(
            "Line {line}, {command}: it prints what it must.",
            "第 {line} 行 {command}：输出与预期相同。"
        ),
        (_, false) => both!(
            "Line {line}, {command}: it prints something else than it must.",
            "第 {line} 行 {command}：输出与预期不同。"
        ),
    };
    Caption { event: None, text, cite: String::new(), why: Vec::new() }
}

fn leader(environment: &Environment) -> Option<&Node> {
    let leads = |node: &&Node| node.raw.role() == Role::Leader;
    environment.nodes().iter().filter(leads).max_by_key(|node| node.raw.term())
}

fn head(environment: &Environment, sheet: &FileSheet) -> Head {
    let nodes = environment.nodes();
    let term = nodes.iter().map(|node| node.raw.term().0).max().unwrap_or_default();
    let leader = leader(environment).filter(|node| node.raw.term().0 == term);
    let name = &sheet.name;
    Head {
        term,
        leader: leader.map(|node| format!("n{}", node.raw.id())),
        up: nodes.len(),
        nodes: nodes.len(),
        rules_hold: sheet.at - sheet.mismatches,
        rules_broken: sheet.mismatches,
        summary: both!("{name} · term {term}", "{name} · term {term}"),
        rules: sheet.what.clone(),
        broken: Both::default(),
    }
}

fn id(raw: &RawNode) -> NodeId {
    NodeId::of(raw.id()).unwrap_or_default()
}

fn part(raw: &RawNode) -> Part {
    match raw.role() {
        Role::Follower => Part::Follower,
        Role::PreCandidate => Part::PreCandidate,
        Role::Candidate => Part::Candidate,
        Role::Leader => Part::Leader,
    }
}

fn members(environment: &Environment) -> Option<&Membership> {
    let nodes = || environment.nodes().iter();
    let known = leader(environment).or_else(|| nodes().max_by_key(|node| node.raw.applied()));
    known.map(|node| node.raw.conf())
}

fn card(environment: &Environment, lens: &Lens, node: &Node) -> NodeCard {
    const SHOWN: usize = 12;
    let raw = &node.raw;
    let (id, part) = (id(raw), part(raw));
    let highest = environment.nodes().iter().map(|node| node.raw.term()).max();
    let state = String::from_utf8_lossy(node.storage.state());
    let skipped = state.chars().count().saturating_sub(SHOWN);
    let words = part_words(part);
    let (en, zh, term, commit) = (words.en, words.zh, raw.term(), raw.commit());
    NodeCard {
        id: id.0,
        name: id.to_string(),
        part,
        counts: members(environment).map(|members| counts(members, id)).unwrap_or_default(),
        step: Both::default(),
        term: term.0,
        stale: part == Part::Leader && Some(term) < highest,
        votes: votes(raw),
        value: state.chars().skip(skipped).collect(),
        hash: String::new(),
        selected: lens.selection == Selection::Node(id),
        spoken: both!(
            "{id}, {en}, term {term}, commit {commit}",
            "{id}，{zh}，term {term}，commit {commit}"
        ),
    }
}

fn votes(raw: &RawNode) -> Vec<(u8, VoteDot)> {
    if !matches!(raw.role(), Role::Candidate | Role::PreCandidate) {
        return Vec::new();
    }
    let dot = |vote| match vote {
        Some(true) => VoteDot::Granted,
        Some(false) => VoteDot::Refused,
        None => VoteDot::Unknown,
    };
    raw.votes().filter_map(|(peer, vote)| Some((NodeId::of(peer)?.0, dot(vote)))).collect()
}

fn table(environment: &Environment, lens: &Lens) -> LogTable {
    let nodes = environment.nodes();
    let last = nodes.iter().map(|node| node.raw.last().index.0).max().unwrap_or_default();
    let columns = lens.log_columns.max(1);
    let end = (last + 1).saturating_sub(columns as u64).max(1);
    let first = lens.log_first.map_or(end, |first| first.clamp(1, last.max(1)));
    let leader = leader(environment);
    let legend = leader.map(|node| id(&node.raw)).map(|leader| {
        both!(
            "index / term, ● match, ▲ next as {leader} sees them",
            "index / term，● match、▲ next（{leader} 所见）"
        )
    });
    LogTable {
        first,
        columns,
        last,
        rows: nodes.iter().map(|node| row(environment, node, first, columns)).collect(),
        members: Both::default(),
        legend: legend.unwrap_or_else(|| both!("index / term", "index / term")),
    }
}

fn row(environment: &Environment, node: &Node, first: u64, columns: usize) -> LogRow {
    let raw = &node.raw;
    let (id, part) = (id(raw), part(raw));
    let leader = leader(environment).filter(|leader| leader.raw.id() != raw.id());
    let progress = leader.and_then(|leader| leader.raw.progress(raw.id()));
    let cell = |index: Index| {
        let unstable = raw.unstable_entry(index).map(|entry| (entry, false));
        let stable = || node.storage.log.iter().find(|entry| entry.id.index == index);
        let (entry, durable) = unstable.or_else(|| Some((stable()?, true)))?;
        Some(LogCell {
            index: index.0,
            term: entry.id.term.0,
            tint: tint(entry.id.term.0),
            text: says(entry),
            durable,
            committed: index <= raw.commit(),
            applied: index <= raw.applied(),
            doomed: false,
        })
    };
    LogRow {
        node: id.0,
        name: id.to_string(),
        part,
        counts: members(environment).map(|members| counts(members, id)).unwrap_or_default(),
        badge: format!("{} T{}", letter(part), raw.term()),
        compacted: node.storage.first_index().0.saturating_sub(1),
        cells: (first..).take(columns).map(Index).map(cell).collect(),
        commit: raw.commit().0,
        applied: raw.applied().0,
        matched: progress.map(|progress| progress.matched.0),
        next: progress.map(|progress| progress.next.0),
        progress: progress.map(describe),
    }
}

fn says(entry: &Entry) -> String {
    match entry.kind {
        EntryKind::ConfChange | EntryKind::ConfChangeV2 => change(entry),
        EntryKind::Refused => "∅".to_owned(),
        EntryKind::Normal if entry.data.is_empty() => "∅".to_owned(),
        EntryKind::Normal => String::from_utf8_lossy(&entry.data).into_owned(),
    }
}

/// What the core of the selected node says of itself, line by line.
fn inspector(environment: &Environment, lens: &Lens) -> Inspector {
    let Selection::Node(selected) = lens.selection else { return Inspector::default() };
    let Some(node) = environment.nodes().iter().find(|node| id(&node.raw) == selected) else {
        return Inspector::default();
    };
    let raw = &node.raw;
    let fact = |name: &str, value: String| crate::Fact {
        name: Both::same(name),
        value: Both::same(value),
        changed: false,
    };
    let mut facts = vec![
        fact("term", raw.term().to_string()),
        fact("vote", raw.vote().to_string()),
        fact("lead", raw.lead().to_string()),
        fact("last", raw.last().to_string()),
        fact("commit", raw.commit().to_string()),
        fact("applied", raw.applied().to_string()),
        fact("members", raw.conf().to_string()),
    ];
    facts.extend(raw.all_progress().map(|(peer, progress)| {
        let (matched, next, state) = (progress.matched, progress.next, describe(progress));
        fact(&format!("n{peer}"), format!("match {matched} · next {next} · {state}"))
    }));
    let groups = vec![crate::FactGroup { title: both!("in memory", "内存中"), facts }];
    let what = part_words(part(raw));
    Inspector { title: selected.to_string(), what, groups, actions: Vec::new() }
}
