//! A store that was dead for long starts anew, and is brought up to date once.

use det::Span;
use store::{Config, SnapshotEvent};

use crate::setting::settled;
use crate::snapshot::{LEFT, check_alike, config, follower, put, stream_events};

#[test]
fn the_news_of_a_new_life_ends_no_stream_of_that_life() {
    for seed in 1..=12 {
        let config = Config { seed, ..config() };
        let mut cluster = settled(&config, 1, Span::secs(10));
        let late = follower(&cluster);
        put(&mut cluster, LEFT, 0..20);
        cluster.kill(late);
        cluster.run(Span::secs(10));
        put(&mut cluster, LEFT, 10..50);
        cluster.run(Span::secs(5));
        cluster.take_events();
        cluster.restart(late).expect("a crash damages nothing");
        cluster.run(Span::secs(10));
        let events = stream_events(&mut cluster);
        let is_offer = |what: &&SnapshotEvent| matches!(what, SnapshotEvent::Offered { .. });
        let offers = events.iter().map(|(_, what)| what).filter(is_offer).count();
        assert_eq!(offers, 1, "seed {seed}: {events:?}");
        check_alike(&cluster, &[LEFT]);
    }
}
