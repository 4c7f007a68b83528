//! The line at the top, and the lamps of the invariants.

use sim::{Broken, Finding, Phase, Rule, World};

use crate::say::{both, contradiction};
use crate::{Both, FindingRow, Head, Lamp, rules};

pub(super) fn head(world: &World) -> Head {
    let nodes = world.nodes();
    let up = nodes.iter().filter(|node| node.phase() != Phase::Down).count();
    let term = nodes.iter().filter_map(|node| node.raft()).map(|raft| raft.term().0).max();
    let term = term.unwrap_or_default();
    let leader = world.leader().filter(|(_, led)| led.0 == term).map(|(node, _)| node.to_string());
    let broken = Rule::ALL.iter().filter(|&&rule| is_broken(world, rule)).count();
    let count = nodes.len();
    let leads = leader.as_ref().map_or_else(
        || both!("no leader", "无 leader"),
        |leader| both!("leader {leader}", "leader {leader}"),
    );
    let (mut en, mut zh) = (leads.en, leads.zh);
    if world.members().is_joint() {
        en.push_str(" · joint");
        zh.push_str(" · joint");
    }
    Head {
        term,
        leader,
        up,
        nodes: count,
        rules_hold: Rule::ALL.len() - broken,
        rules_broken: broken,
        summary: both!(
            "term {term} · {en} · {up}/{count} up",
            "term {term} · {zh} · {up}/{count} 在线"
        ),
        rules: rules_line(broken),
        broken: world.setup().broken.map(watermark).unwrap_or_default(),
    }
}

fn rules_line(broken: usize) -> Both {
    let hold = Rule::ALL.len() - broken;
    match broken {
        0 => both!("{hold} rules hold", "{hold} 条规则成立"),
        1 => both!("1 rule broken", "1 条规则不成立"),
        _ => both!("{broken} rules broken", "{broken} 条规则不成立"),
    }
}

fn watermark(broken: Broken) -> Both {
    match broken {
        Broken::SendBeforeSync => both!(
            "modified Raft: answers leave before they are on disk",
            "修改过的 Raft：先答复、后落盘"
        ),
    }
}

fn is_broken(world: &World, rule: Rule) -> bool {
    world.findings().iter().any(|finding| finding.rule == rule)
}

pub(super) fn lamps(world: &World) -> Vec<Lamp> {
    Rule::ALL.iter().map(|&rule| lamp(world, rule)).collect()
}

fn lamp(world: &World, rule: Rule) -> Lamp {
    let findings = world.findings().iter().filter(|finding| finding.rule == rule);
    Lamp {
        number: rule.number(),
        name: rules::name(rule).both(),
        statement: rules::statement(rule).both(),
        checks: world.checks().count(rule),
        findings: findings.map(finding_row).collect(),
    }
}

fn finding_row(finding: &Finding) -> FindingRow {
    FindingRow { event: finding.event.0, at: finding.at.0, text: contradiction(finding) }
}
