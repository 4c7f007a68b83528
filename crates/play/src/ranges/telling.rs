//! How a scene is told: time stands while a sentence is read, runs as fast as the scene wants, and
//! stops at the end.

use det::{Span, Time};
use script::Words;
use script::ranges::{Report, Said};
use view::{Both, Lang};

use super::Playground;
use crate::Speed;
use crate::clock::Clock;

/// How long it takes to look up and begin to read.
const LOOK_UP: Span = Span::millis(2_000);
/// How long it takes to read a character of Chinese, and any other.
const READ_HAN: Span = Span::millis(160);
const READ: Span = Span::millis(45);
/// Time that goes by at once at most: a tab that was hidden has read nothing.
const WALL_MAX: Span = Span::millis(250);

/// What a scene says, how fast it runs, where it ends, and what is being read.
#[derive(Clone, Debug)]
pub(super) struct Telling {
    said: Vec<Said>,
    speeds: Vec<(Time, u32)>,
    ends: Time,
    /// The sentence that was last come to, and how long it still takes to read.
    reading: Option<(Time, Span)>,
    /// Whether the person has chosen the speed.
    is_hurried: bool,
}

impl Telling {
    pub(super) fn new(Report { said, speeds, .. }: Report, ends: Time) -> Self {
        Self { said, speeds, ends, reading: None, is_hurried: false }
    }

    /// Where it begins: at its first sentence.
    pub(super) fn curtain(&self) -> Time {
        self.said.first().map_or(Time::ZERO, |said| said.at)
    }

    /// What it has said last.
    fn sentence(&self, now: Time) -> Option<&Said> {
        self.said.iter().rev().find(|said| said.at <= now)
    }

    /// The sentence that is said at this very moment begins to be read, unless it was. The last one
    /// keeps nobody: time stands there until the person goes on.
    fn come_to(&mut self, now: Time, lang: Lang) {
        let is_known = self.reading.is_some_and(|(at, _)| at == now);
        if let Some(said) = self.sentence(now).filter(|said| said.at == now && !is_known) {
            let is_last = now == self.ends;
            let left = if is_last { Span::ZERO } else { reading_time(&said.words, lang) };
            self.reading = Some((now, left));
        }
    }

    fn is_reading(&self, now: Time) -> bool {
        self.reading.is_some_and(|(at, left)| at == now && Span::ZERO < left)
    }

    /// Where to stop on the way to a later moment: there is a sentence, another speed, or the end.
    fn stop(&self, now: Time, until: Time) -> Time {
        let said = self.said.iter().map(|said| said.at);
        let speeds = self.speeds.iter().map(|(at, _)| *at);
        let stops = said.chain(speeds).chain([self.ends]);
        stops.filter(|at| now < *at).min().map_or(until, |stop| until.min(stop))
    }

    fn speed(&self, now: Time) -> Option<Speed> {
        let (_, slowdown) = self.speeds.iter().rev().find(|(at, _)| *at <= now)?;
        Some(Speed::OneIn(*slowdown))
    }
}

fn reading_time(words: &Words, lang: Lang) -> Span {
    let text = if lang == Lang::En { &words.en } else { &words.zh };
    let each = |letter: char| if letter < '\u{2e80}' { READ.0 } else { READ_HAN.0 };
    Span(LOOK_UP.0 + text.chars().map(each).sum::<u64>())
}

impl Playground {
    /// Wall-clock time goes by in a scene: a sentence is read. Says whether time has to stand.
    pub(super) fn read(&mut self, wall: Span) -> bool {
        let (now, lang) = (self.run.now(), self.lang);
        let Some(telling) = self.told() else { return false };
        telling.come_to(now, lang);
        let is_reading = telling.is_reading(now);
        if let Some((_, left)) = &mut telling.reading {
            *left = Span(left.0.saturating_sub(wall.min(WALL_MAX).0));
        }
        self.keep_pace();
        is_reading
    }

    /// How far time may go on now in the scene.
    pub(super) fn stop_in_scene(&mut self, until: Time) -> Time {
        let now = self.run.now();
        self.told().map_or(until, |telling| telling.stop(now, until))
    }

    /// Time has gone on: a sentence begins, or the scene is over.
    pub(super) fn arrive_in_scene(&mut self, from: Time) {
        let (now, lang) = (self.run.now(), self.lang);
        let Some(telling) = self.told() else { return };
        telling.come_to(now, lang);
        self.playing &= now == from || now != telling.ends;
    }

    /// The scene that the run on screen still is.
    fn told(&mut self) -> Option<&mut Telling> {
        let run = &self.run;
        self.scene.as_mut().filter(|on| on.is_told_by(run)).map(|on| &mut on.telling)
    }

    /// The scene's own speed, until the person chooses one.
    fn keep_pace(&mut self) {
        let now = self.run.now();
        let speed = self.told().filter(|telling| !telling.is_hurried);
        if let Some(speed) = speed.and_then(|telling| telling.speed(now))
            && speed != self.clock.speed()
        {
            self.clock = Clock::new(speed);
        }
    }

    /// A person chooses a speed.
    pub(super) fn set_speed(&mut self, speed: Speed) {
        self.own_speed = speed;
        self.clock = Clock::new(speed);
        if let Some(telling) = self.told() {
            telling.is_hurried = true;
        }
    }

    /// Whether time stands because a sentence is being read.
    pub fn is_reading(&self) -> bool {
        let now = self.run.now();
        self.playing && self.scene.as_ref().is_some_and(|on| on.telling.is_reading(now))
    }

    /// The sentence has been read: what follows it may happen. Says whether one was being read.
    pub(super) fn go_on(&mut self) -> bool {
        let was_reading = self.is_reading();
        if was_reading && let Some(telling) = self.told() {
            telling.reading = telling.reading.map(|(at, _)| (at, Span::ZERO));
        }
        was_reading
    }

    /// Time went elsewhere: what is said there is to be read again.
    pub(super) fn read_again(&mut self) {
        if let Some(on) = &mut self.scene {
            on.telling.reading = None;
        }
    }

    /// What the scene has said last.
    pub(super) fn caption_of_scene(&self) -> Option<Both> {
        let on = self.scene.as_ref().filter(|on| on.is_told_by(&self.run))?;
        let Words { en, zh } = &on.telling.sentence(self.run.now())?.words;
        Some(Both { en: en.clone(), zh: zh.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Msg;
    use crate::ranges::RangesMsg;

    const SCRIPT: &str = "cluster stores=3 ranges=3\nspeed 1\nuntil asleep 3\nsay \"before\"\nkill s1\n\
        run 20ms\nspeed 30\nsay \"after\"\nrestart s1\nrun 10ms\nsay \"the end\"";

    /// On stage, at its first sentence, playing.
    fn on_stage(compared: &str) -> Playground {
        let mut play = Playground::default();
        play.update(Msg::Line(format!("compare {compared}")).into());
        play.update(Msg::Script(SCRIPT.to_owned()).into());
        let curtain = play.scene.as_ref().expect("it speaks").telling.curtain();
        play.update(Msg::Seek(curtain).into());
        play.update(Msg::Play.into());
        play
    }

    /// Lets so much wall-clock time go by, in frames.
    fn wait(play: &mut Playground, millis: u64) {
        for _ in 0..millis / 20 {
            play.update(Msg::Elapsed { wall: Span::millis(20) }.into());
        }
    }

    fn says(play: &mut Playground) -> String {
        play.frame().caption.text.en.clone()
    }

    #[track_caller]
    fn check_that_time_stands_while_a_sentence_is_read(compared: &str) {
        let mut play = on_stage(compared);
        let curtain = play.now();
        wait(&mut play, 1_900);
        assert_eq!(
            (says(&mut play).as_str(), play.now(), play.is_reading()),
            ("before", curtain, true)
        );
        assert_eq!(play.run().world().stores().count(), 3, "what follows has not happened");
        wait(&mut play, 900);
        assert_eq!(play.run().world().stores().count(), 2);
        wait(&mut play, 1_000);
        assert_eq!((says(&mut play).as_str(), play.is_reading()), ("after", true));
        assert_eq!((play.run().world().stores().count(), play.speed()), (2, Speed::OneIn(30)));
        if let Some(beside) = play.run_beside() {
            assert_eq!((beside.now(), beside.world().stores().count()), (play.now(), 2));
        }
        play.update(Msg::Toggle.into());
        assert!(play.is_playing() && !play.is_reading(), "read, and on");
        wait(&mut play, 1_000);
        assert_eq!((says(&mut play).as_str(), play.is_playing()), ("the end", false));
        play.update(Msg::Play.into());
        wait(&mut play, 1_000);
        assert!(play.scene.as_ref().is_some_and(|on| on.telling.ends < play.now()), "it goes on");
    }

    #[test]
    fn time_stands_while_a_sentence_is_read() {
        check_that_time_stands_while_a_sentence_is_read("off");
    }

    #[test]
    fn it_stands_in_both_runs_of_a_comparison() {
        check_that_time_stands_while_a_sentence_is_read("quiescence");
    }

    #[test]
    fn a_sentence_stays_while_time_stands_or_is_stepped_until_somebody_acts() {
        let mut play = on_stage("off");
        play.update(Msg::Pause.into());
        assert_eq!(says(&mut play), "before");
        play.update(Msg::Step.into());
        assert_eq!(says(&mut play), "before");
        let here = play.now();
        play.update(Msg::Line("kill s2".to_owned()).into());
        assert!(says(&mut play).starts_with("s2 is dead"));
        play.update(Msg::Play.into());
        wait(&mut play, 5_000);
        assert!(!["before", "after", "the end"].contains(&says(&mut play).as_str()));
        play.update(Msg::Seek(Time(here.0 - 1)).into());
        assert_eq!(says(&mut play), "before");
        play.update(RangesMsg::Play(Msg::SwitchBranch(0)));
        play.update(Msg::End.into());
        assert_eq!(says(&mut play), "the end");
    }

    #[test]
    fn who_chooses_a_speed_keeps_it_and_gets_his_own_back_after_a_scene() {
        let mut play = on_stage("off");
        wait(&mut play, 100);
        assert_eq!(play.speed(), Speed::OneIn(1));
        play.update(Msg::SetSpeed(Speed::OneIn(3)).into());
        wait(&mut play, 4_000);
        assert_eq!(play.speed(), Speed::OneIn(3));
        let mut play = on_stage("off");
        wait(&mut play, 100);
        play.update(Msg::Line("new 3".to_owned()).into());
        assert_eq!(play.speed(), Speed::OneIn(10));
    }

    #[test]
    fn a_longer_sentence_takes_longer_and_a_chinese_character_as_long_as_a_word() {
        let words = Words { en: "x".repeat(100), zh: "字".repeat(30) };
        assert_eq!(reading_time(&words, Lang::En), Span::millis(6_500));
        assert_eq!(reading_time(&words, Lang::Zh), Span::millis(6_800));
    }
}
