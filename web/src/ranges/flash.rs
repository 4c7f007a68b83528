//! Syncs that a person can see: a drawer lights up when something of it became durable, and glows on by
//! the clock on the wall, since the disk needs a millisecond of virtual time only.

use view::ranges::Board;

/// How long a drawer glows.
const GLOW_MILLIS: f64 = 400.0;

/// The drawers that glow.
#[derive(Debug, Default)]
pub(super) struct Flashes {
    /// Milliseconds for which time has run.
    now: f64,
    /// What was durable when somebody looked last, and when that began, by store and drawer.
    drawers: Vec<Vec<([u64; 3], f64)>>,
    /// Whether the person asked for less motion: then a glow does not fade.
    steady: bool,
}

impl Flashes {
    pub(super) fn new(steady: bool) -> Self {
        Self { steady, ..Self::default() }
    }

    /// Time goes on.
    pub(super) fn pass(&mut self, millis: f64) {
        self.now += millis;
    }

    /// Looks at the disks. What changed while time stood still, by a seek, is no sync.
    pub(super) fn look(&mut self, board: &Board, is_moving: bool) {
        self.drawers.resize(board.stores.len(), Vec::new());
        for (store, drawers) in board.stores.iter().zip(&mut self.drawers) {
            let is_new = drawers.len() != store.drawers.len();
            drawers.resize(store.drawers.len(), ([0; 3], -GLOW_MILLIS));
            for (drawer, seen) in store.drawers.iter().zip(drawers) {
                if drawer.durable != seen.0 {
                    let begins = is_moving && !is_new && store.up;
                    *seen = (drawer.durable, if begins { self.now } else { -GLOW_MILLIS });
                } else if !is_moving {
                    seen.1 = -GLOW_MILLIS;
                }
            }
        }
    }

    /// How bright a drawer of a store glows now, if it does.
    pub(super) fn glow(&self, store: usize, drawer: usize) -> Option<f64> {
        let (_, since) = self.drawers.get(store)?.get(drawer)?;
        let left = 1.0 - (self.now - since) / GLOW_MILLIS;
        (left > 0.0).then_some(if self.steady { 1.0 } else { left })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use play::Msg;
    use play::ranges::Playground;

    fn board(play: &mut Playground, line: &str) -> std::rc::Rc<Board> {
        play.update(Msg::Line(line.to_owned()).into());
        play.frame().board
    }

    #[test]
    fn a_sync_glows_and_fades_and_a_seek_does_not() {
        let mut play = Playground::default();
        let mut flashes = Flashes::default();
        flashes.look(&board(&mut play, "seek 3s"), false);
        flashes.look(&board(&mut play, "put a1 7"), true);
        flashes.look(&board(&mut play, "seek 3100ms"), true);
        assert_eq!(flashes.glow(0, 0), Some(1.0));
        flashes.pass(100.0);
        assert_eq!(flashes.glow(0, 0), Some(0.75));
        flashes.pass(GLOW_MILLIS);
        assert_eq!(flashes.glow(0, 0), None);
        flashes.look(&board(&mut play, "seek 1s"), false);
        assert_eq!(flashes.glow(0, 0), None);
    }
}
