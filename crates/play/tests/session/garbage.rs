//! Whatever comes from outside gets one sentence at most, and leaves the session as it was unless
//! it was right.

use det::Rng;

use super::*;

/// A session that notices if anything touches it.
struct Watched {
    play: Playground,
    digest: u64,
    link: String,
}

impl Watched {
    fn new() -> Self {
        let mut play = led();
        typed(&mut play, "put x 7");
        run(&mut play, 9);
        Self { digest: play.digest(), link: play.link(), play }
    }

    /// Tells the session something. If that was refused, nothing may have changed. Says whether it
    /// was.
    #[track_caller]
    fn refuses(&mut self, msg: Msg) -> bool {
        let shown = format!("{msg:?}");
        let notes = self.play.update(msg);
        let refused = is_refused(&notes);
        if refused {
            refusal(&notes);
            assert_eq!(self.play.digest(), self.digest, "{shown}");
            assert_eq!(self.play.link(), self.link, "{shown}");
        } else {
            *self = Self::new();
        }
        refused
    }
}

/// Changes a text in one to four places.
fn mutate(text: &str, rng: &mut Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=rng.below(4) {
        let len = u32::try_from(bytes.len()).expect("a short text");
        let at = rng.below(len.max(1)) as usize;
        let byte = rng.next_u32().to_le_bytes()[0];
        match rng.below(3) {
            0 if !bytes.is_empty() => bytes[at] = byte,
            1 if !bytes.is_empty() => {
                bytes.remove(at);
            }
            _ => bytes.insert(at, byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_link_cut_off_anywhere_is_refused() {
    let mut watched = Watched::new();
    let link = watched.link.clone();
    for len in 0..link.len() {
        assert!(watched.refuses(Msg::Open(link[..len].to_owned())), "{}", &link[..len]);
    }
}

#[test]
fn a_link_with_changed_bytes_is_refused() {
    let mut watched = Watched::new();
    let link = watched.link.clone();
    let mut rng = Rng::named(1, "links", 0);
    let mut refused = 0;
    for _ in 0..2_000 {
        let mutant = mutate(&link, &mut rng);
        refused += u32::from(mutant != link && watched.refuses(Msg::Open(mutant)));
    }
    // A mutant that lost its check whole is a link written by hand, and may be right.
    assert!(refused > 1_900, "{refused}");
}

#[test]
fn a_link_without_its_check_never_breaks_anything() {
    let mut watched = Watched::new();
    let by_hand = watched.link.splitn(3, ';').nth(2).expect("version, check, body");
    let by_hand = format!("#v1;{by_hand}");
    let mut rng = Rng::named(2, "links", 0);
    let refused = (0..500).filter(|_| watched.refuses(Msg::Open(mutate(&by_hand, &mut rng))));
    assert!(refused.count() > 100);
}

#[test]
fn scripts_with_changed_bytes_never_break_anything() {
    let script =
        "cluster nodes=3 seed=7\n@100ms put x 1\n+50ms kill n1\nrun 200ms\nexpect n1 down\n";
    let mut watched = Watched::new();
    assert!(!watched.refuses(Msg::Script(script.to_owned())));
    for len in 0..script.len() {
        watched.refuses(Msg::Script(script[..len].to_owned()));
    }
    let mut rng = Rng::named(3, "scripts", 0);
    let refused = (0..500).filter(|_| watched.refuses(Msg::Script(mutate(script, &mut rng))));
    assert!(refused.count() > 100);
}

#[test]
fn lines_with_changed_bytes_never_break_anything() {
    let lines = [
        "partition n1 n2 | n3 n4 n5",
        "latency 5ms 3ms n1 -> n2",
        "put x 7 at n3",
        "load 4 every 20ms",
        "seek 1.5s",
        "seek e12",
        "speed 1/30",
        "new nodes=3 seed=7",
        "delay m12 5ms",
        "loss 2.5% n1 n2",
    ];
    let mut watched = Watched::new();
    let mut rng = Rng::named(4, "lines", 0);
    let mut refused = 0;
    for line in lines {
        for len in 0..=line.len() {
            watched.refuses(Msg::Line(line[..len].to_owned()));
        }
        for _ in 0..100 {
            refused += u32::from(watched.refuses(Msg::Line(mutate(line, &mut rng))));
        }
    }
    assert!(refused > 500, "{refused}");
}

#[test]
fn what_is_too_large_is_refused_before_it_costs_anything() {
    let mut watched = Watched::new();
    assert!(watched.refuses(Msg::Open(format!("#v1;a={}", "x".repeat(1 << 20)))));
    assert!(watched.refuses(Msg::Script("heal\n".repeat(20_000))));
    assert!(watched.refuses(Msg::Line("put ".repeat(100_000))));
    let newer = watched.play.update(Msg::Open("#v9;what=ever".to_owned()));
    assert!(refusal(&newer).contains("newer version"));
}
