//! The course, in the order of its slides: scenes that are scripts, and run as tests.
//!
//! Their nodes write into a range that they live, so that whoever is killed is replaced. Scenes that
//! count what the whole cluster does, its silence or each evaluation, do without: there nodes tell each
//! other, and the leases of a store that is killed wait until it is back.

/// A scene: a script that shows one thing and proves its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scene {
    /// Its name in links.
    pub name: &'static str,
    /// The slide that it belongs to.
    pub slide: u8,
    /// Its title in English.
    pub en: &'static str,
    /// Its title in Chinese.
    pub zh: &'static str,
    /// The script, in the language of ranges.
    pub script: &'static str,
    /// Whether it begins with its first range drawn as a ring.
    pub ring: bool,
    /// What to have open beside it, by its word: what it counts, or measures.
    pub tab: Option<&'static str>,
    /// The switch that it is about, by its word: the scene can be compared with the one in which that
    /// switch is turned.
    pub compare: Option<&'static str>,
}

macro_rules! maybe {
    () => {
        None
    };
    ($word:literal) => {
        Some($word)
    };
}

macro_rules! scene {
    (
        $slide:literal, $file:literal, $en:literal, $zh:literal
        $(, ring $ring:literal)? $(, tab $tab:literal)? $(, compare $knob:literal)? $(,)?
    ) => {
        Scene {
            name: $file,
            slide: $slide,
            en: $en,
            zh: $zh,
            script: include_str!(concat!("../../../tests/scripts/ranges/", $file, ".raft")),
            ring: false $(|| $ring)?,
            tab: maybe!($($tab)?),
            compare: maybe!($($knob)?),
        }
    };
}

/// All scenes of many ranges, in the order of the slides.
pub const SCENES: &[Scene] = &[
    scene!(
        1,
        "roles_of_a_raft_group",
        "Leader, follower, candidate",
        "leader、follower、candidate",
        ring true
    ),
    scene!(
        2,
        "snapshot_brings_a_store_up_to_date",
        "A snapshot catches a store up",
        "用 snapshot 追上进度"
    ),
    scene!(4, "what_raft_is_given", "What Raft is given", "要提供给 Raft 的部分"),
    scene!(5, "a_proposal_becomes_a_commit", "From proposal to commit", "从提议到提交", ring true),
    scene!(6, "the_store_drives_raft", "The store drives Raft", "由 store 驱动 Raft", ring true),
    scene!(7, "ranges_are_found_by_key", "Which range holds a key?", "哪个 range 含有这个键？"),
    scene!(
        7,
        "lease_moves_and_requests_follow",
        "A lease moves, requests follow",
        "lease 移动，请求跟随"
    ),
    scene!(8, "log_engine_separate", "An engine for the Raft log", "Raft 日志自己的引擎", tab "counts", compare "log"),
    scene!(8, "log_engine_shared", "One engine for log and state", "日志与状态机共用一个引擎", tab "counts"),
    scene!(8, "sort_in_the_temporary_engine", "The temporary engine", "临时引擎"),
    scene!(9, "four_optimisations", "Four optimisations", "四项优化", tab "switches"),
    scene!(10, "multiraft_heartbeats_alone", "Heartbeats, each alone", "心跳各自发送", tab "counts"),
    scene!(10, "multiraft_heartbeats_together", "Coalesced heartbeats", "合并心跳", tab "counts", compare "coalescing"),
    scene!(10, "multiraft_switch", "The switch, while it runs", "运行中切换合并", tab "switches"),
    scene!(
        11,
        "quiescence_sleeps_and_wakes",
        "Ranges sleep, a write wakes one",
        "range 静默，写入只唤醒一个", tab "counts",
        compare "quiescence"
    ),
    scene!(11, "quiescence_off_never_rests", "Without sleep", "没有静默", tab "counts"),
    scene!(
        11,
        "quiescence_all_but_liveness",
        "The one range that never sleeps",
        "唯一从不静默的 range"
    ),
    scene!(
        11,
        "quiescence_leaves_the_dead_behind",
        "Asleep without a dead follower",
        "落下停机的 follower 而静默"
    ),
    scene!(11, "lazy_groups", "Groups that are not loaded", "延迟加载的 group", tab "counts", compare "groups"),
    scene!(12, "evaluation_of_a_put", "A put, evaluated once", "put 只求值一次", tab "counts", compare "evaluation"),
    scene!(13, "evaluation_of_a_split", "A split, counted once", "分裂只统计一次", tab "counts", compare "evaluation"),
    scene!(14, "restore_three_ways", "RESTORE, three ways", "RESTORE 的三种方法", tab "restore"),
    scene!(
        15,
        "ingestion_falls_to_the_bottom",
        "How deep an ingested table falls",
        "ingest 的 table 落到哪一层"
    ),
    scene!(15, "ingestion_links_or_copies", "Linked or copied", "硬链接还是复制", compare "ingest"),
    scene!(16, "sideloading_thin_entry", "A thin entry and its file", "瘦条目与它的文件", compare "sideloading"),
    scene!(
        16,
        "sideloading_crash_between_file_and_log",
        "A crash between file and log",
        "在文件与日志之间停机"
    ),
];
