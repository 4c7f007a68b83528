//! The shape of a node: part by form, letter and colour.

use view::{Part, VoteDot};
use yew::{Html, html};

use crate::ring::Point;

/// `data-role`, and the letter in the corner.
pub(super) fn words(part: Part) -> (&'static str, &'static str) {
    match part {
        Part::Follower => ("follower", "F"),
        Part::PreCandidate => ("pre-candidate", "P"),
        Part::Candidate => ("candidate", "C"),
        Part::Leader => ("leader", "L"),
        Part::Stopped => ("stopped", "✕"),
        Part::Paused => ("paused", "‖"),
    }
}

/// The disc of a follower has a radius of 38 in this drawing.
pub(super) const DISC: f64 = 38.0;
/// Half the side of the drawing.
pub(super) const HALF: f64 = 66.0;

pub(super) fn body(part: Part) -> Html {
    match part {
        Part::Leader => html! {
            <>
                <rect class="halo" x="-45" y="-45" width="90" height="90" rx="23" />
                <rect class="body" x="-36" y="-36" width="72" height="72" rx="17" />
            </>
        },
        Part::Candidate | Part::PreCandidate => html! {
            <rect class="body" x="-30" y="-30" width="60" height="60" rx="9" transform="rotate(45)" />
        },
        Part::Follower | Part::Paused => html! { <circle class="body" r="38" /> },
        Part::Stopped => html! {
            <>
                <circle class="body" r="38" />
                <path class="hatch" d="M-33-19L-19-33M-37-5L-5-37M-35 12L12-35M-28 25L25-28M-16 34L34-16M1 38L38 1M20 32L32 20" />
            </>
        },
    }
}

/// The votes of the peers, each in the direction where its node stands on the ring.
pub(super) fn votes(votes: &[(u8, VoteDot)], count: usize) -> Html {
    let dot = |&(id, vote): &(u8, VoteDot)| {
        let spot = around(f64::from(id.saturating_sub(1)), count, 59.0);
        let state = match vote {
            VoteDot::Unknown => "unknown",
            VoteDot::Coming => "coming",
            VoteDot::Granted => "granted",
            VoteDot::Refused => "refused",
        };
        html! {
            <g key={id} class="vote" data-vote={state} transform={spot}>
                <circle r="5.5" />
                if vote == VoteDot::Coming { <path d="M0-5.5A5.5 5.5 0 0 0 0 5.5z" /> }
                if vote == VoteDot::Refused { <path d="M-3-3L3 3M3-3L-3 3" /> }
            </g>
        }
    };
    votes.iter().map(dot).collect()
}

/// The corner of the letter: between two votes, nearest to the upper right.
pub(super) fn corner(count: usize) -> String {
    let step = 360.0 / count.max(1) as f64;
    let gaps = (0..count.max(1)).map(|i| (i as f64 + 0.5) * step);
    let best = gaps.min_by(|a, b| (a - 42.0).abs().total_cmp(&(b - 42.0).abs()));
    around(best.unwrap_or(45.0) / step, count.max(1), 47.0)
}

/// So many steps clockwise from twelve o'clock, of `count` all around.
fn around(steps: f64, count: usize, radius: f64) -> String {
    let angle = std::f64::consts::TAU * steps / count.max(1) as f64;
    let tenths = |length: f64| {
        let text = (length * 10.0).round();
        #[expect(clippy::cast_possible_truncation, reason = "a place within the drawing")]
        let whole = text as i32;
        [
            if whole < 0 { "-" } else { "" },
            &(whole.abs() / 10).to_string(),
            ".",
            &(whole.abs() % 10).to_string(),
        ]
        .concat()
    };
    let out = Point::towards(angle);
    ["translate(", &tenths(radius * out.x), " ", &tenths(radius * out.y), ")"].concat()
}
