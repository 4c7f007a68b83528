//! Majorities, alone and in pairs: when an index is committed and when a vote is won
//! (Raft §5.2, §5.3; joint consensus, Raft §6 and thesis §4.3).
//!
//! The functions take iterators with one item per voter, so that a caller's own layout of peers
//! need not be copied into sets.

use alloc::vec::Vec;
use core::fmt;

use crate::{Index, PeerId};

/// How a vote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VoteResult {
    /// Neither side can be sure yet.
    Pending,
    /// A quorum refused, or no quorum can be reached any more.
    Lost,
    /// A quorum granted.
    Won,
}

impl VoteResult {
    /// The result of two majorities that must both agree.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Lost, _) | (_, Self::Lost) => Self::Lost,
            _ => Self::Pending,
        }
    }
}

impl fmt::Display for VoteResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "VotePending",
            Self::Lost => "VoteLost",
            Self::Won => "VoteWon",
        })
    }
}

/// The result of one majority, given each voter's vote (`None` has not voted). Nobody to ask is won.
pub fn vote_result(votes: impl Iterator<Item = Option<bool>>) -> VoteResult {
    let (mut voters, mut granted, mut missing) = (0_usize, 0_usize, 0_usize);
    for vote in votes {
        voters += 1;
        match vote {
            Some(true) => granted += 1,
            None => missing += 1,
            Some(false) => {}
        }
    }
    let quorum = voters / 2 + 1;
    if voters == 0 || quorum <= granted {
        VoteResult::Won
    } else if quorum <= granted + missing {
        VoteResult::Pending
    } else {
        VoteResult::Lost
    }
}

/// Groups of up to this many voters are sorted without allocating.
const SMALL_GROUP: usize = 7;

/// The largest index that a majority has acknowledged, given each voter's acknowledged index
/// (zero if unknown). [`Index::MAX`] if there are no voters: they hold nothing back.
pub fn committed_index(acknowledged: impl Iterator<Item = Index>) -> Index {
    let mut small = [Index::ZERO; SMALL_GROUP];
    let mut count = 0;
    let mut large = Vec::new();
    for index in acknowledged {
        if count < SMALL_GROUP {
            // Insertion sort: the array is in ascending order at every step.
            let mut at = count;
            while 0 < at && index < small[at - 1] {
                small[at] = small[at - 1];
                at -= 1;
            }
            small[at] = index;
            count += 1;
        } else {
            large.push(index);
        }
    }
    if large.is_empty() {
        return middle(&small[..count]);
    }
    large.extend_from_slice(&small);
    large.sort_unstable();
    middle(&large)
}

/// The position that a majority has reached, among indices in ascending order.
fn middle(ascending: &[Index]) -> Index {
    match ascending.len() {
        0 => Index::MAX,
        voters => ascending[voters - (voters / 2 + 1)],
    }
}

/// Draws the acknowledged indices of voters as bars, longer for a higher rank. `voters` has
/// ascending ids; an index of `None` is unknown.
///
/// # Errors
/// Only those of `out`.
pub fn describe(voters: &[(PeerId, Option<Index>)], out: &mut dyn fmt::Write) -> fmt::Result {
    if voters.is_empty() {
        return out.write_str("<empty majority quorum>");
    }
    let width = voters.len();
    let mut ranked: Vec<usize> = (0..width).collect();
    let value = |at: usize| voters[at].1.unwrap_or_default();
    ranked.sort_by_key(|&at| (value(at), voters[at].0));
    let mut bars = alloc::vec![0; width];
    for rank in 1..width {
        let (before, here) = (ranked[rank - 1], ranked[rank]);
        bars[here] = if value(before) < value(here) { rank } else { bars[before] };
    }
    writeln!(out, "{:width$}    idx", "")?;
    for (at, &(id, index)) in voters.iter().enumerate() {
        match index {
            None => write!(out, "?{:width$}", ""),
            Some(_) => {
                write!(out, "{:x<bar$}>{:rest$}", "", "", bar = bars[at], rest = width - bars[at])
            }
        }?;
        writeln!(out, " {:>5}    (id={id:x})", value(at).0)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(acknowledged: &[u64], expected: u64) {
        let committed = committed_index(acknowledged.iter().map(|&i| Index(i)));
        assert_eq!(committed, Index(expected), "{acknowledged:?}");
    }

    #[test]
    fn a_majority_has_what_its_slowest_member_has() {
        check(&[], u64::MAX);
        check(&[5], 5);
        check(&[5, 3], 3);
        check(&[5, 3, 4], 4);
        check(&[0, 0, 9, 9], 0);
        check(&[1, 9, 9, 9], 9);
        check(&[1, 2, 3, 4, 5, 6, 7, 8, 9], 5);
    }

    #[test]
    fn a_vote_is_pending_while_both_ends_are_possible() {
        let vote = |votes: &[Option<bool>]| vote_result(votes.iter().copied());
        assert_eq!(vote(&[]), VoteResult::Won);
        assert_eq!(vote(&[None]), VoteResult::Pending);
        assert_eq!(vote(&[Some(true), None, None]), VoteResult::Pending);
        assert_eq!(vote(&[Some(true), Some(true), None]), VoteResult::Won);
        assert_eq!(vote(&[Some(false), Some(false), None]), VoteResult::Lost);
        assert_eq!(vote(&[Some(true), Some(false)]), VoteResult::Lost);
    }
}
