//! Reasons as a person reads them.

use store::{QuiesceRefusal, SnapshotEnd, SnapshotRefusal, TransferRefusal};

use crate::Both;
use crate::say::both;

/// Why a follower does not accept that its range sleeps.
pub(super) fn quiesce(why: QuiesceRefusal) -> Both {
    match why {
        QuiesceRefusal::Term => both!("it is in another term", "任期不同"),
        QuiesceRefusal::Commit => {
            both!("it does not know all of its log to be committed", "它的日志尚未全部提交")
        }
        QuiesceRefusal::Leader => both!("it follows another leader", "它跟随另一个 leader"),
        QuiesceRefusal::PendingProposals => both!("it waits for a proposal", "它在等待一个提案"),
        QuiesceRefusal::Lives(node) => {
            let other = node.store();
            both!(
                "it knows that {other} lives, which the leader left behind",
                "它知道被 leader 落下的 {other} 仍存活"
            )
        }
    }
}

/// Why a lease is not handed over.
pub(super) fn transfer(why: TransferRefusal) -> Both {
    match why {
        TransferRefusal::NotLeaseHolder => both!("it does not hold it", "它不持有 lease"),
        TransferRefusal::NotMember => {
            both!("the range has no replica there", "那里没有该 range 的副本")
        }
        TransferRefusal::HasIt => both!("it has it already", "它已经持有"),
        TransferRefusal::NotLive => both!("that node is not known to live", "不知道该节点是否存活"),
        TransferRefusal::NotLeader => both!(
            "the leaseholder does not lead, so it cannot tell what the other has",
            "leaseholder 不是 leader，不知道对方有什么"
        ),
        TransferRefusal::MayNeedSnapshot { matched, .. } => both!(
            "the replica there has the log up to {matched} only and may need a snapshot before it could serve",
            "那里的副本只有到 {matched} 的日志，可能先要快照才能服务"
        ),
    }
}

/// Why a snapshot is not wanted.
pub(super) fn snapshot(why: SnapshotRefusal) -> Both {
    match why {
        SnapshotRefusal::Overlap(range) => {
            both!("{range} has some of its keys here", "{range} 在这里占有其中一些键")
        }
        SnapshotRefusal::NotMember => {
            both!("its descriptor does not name this store", "descriptor 中没有这个 store")
        }
        SnapshotRefusal::OtherReplica(replica) => {
            both!("the replica here is {replica}", "这里的副本是 {replica}")
        }
        SnapshotRefusal::TooOld => both!("its replica may not come back", "这个副本不得回来"),
        SnapshotRefusal::OutOfOrder => both!("a part is missing", "缺少一部分"),
        SnapshotRefusal::Unreadable => both!("it cannot be read", "无法读取"),
        SnapshotRefusal::Unknown => both!("no such stream is known here", "这里不知道这个流"),
    }
}

/// How the stream of a snapshot ended.
pub(super) fn ended(end: SnapshotEnd) -> Both {
    match end {
        SnapshotEnd::Applied => both!("the receiver has it", "接收方已收下"),
        SnapshotEnd::Ignored => both!("the receiver was further already", "接收方已走得更远"),
        SnapshotEnd::Refused(why) => snapshot(why),
        SnapshotEnd::Cancelled => both!("the sender gave up", "发送方放弃"),
        SnapshotEnd::TimedOut => both!("the other side fell silent", "对方没有回音"),
        SnapshotEnd::PeerLost => both!("the other side died or started anew", "对方停机或重启"),
    }
}
