//! The world that benchmarks measure: a five-node group under load, checkers on.

use det::{Span, Time};

use crate::{Command, Setup, World};

/// Clients that write without pause.
const CLIENTS: u16 = 8;

/// A five-node group with a leader and clients that write without pause, past its start-up.
pub fn busy(seed: u64) -> World {
    let setup = Setup { seed, ..Setup::default() };
    let mut world = World::new(setup).expect("the default setup can be run");
    world.run_until(Time::ZERO + Span::secs(1));
    let load = Command::Load { clients: CLIENTS, every: Span::ZERO };
    world.apply(&load).expect("a load is within its limits");
    world.run_until(Time::ZERO + Span::secs(2));
    world.drop_events();
    world
}

/// Lets `steps` things happen in it. Events are made, read by nobody, and forgotten, as in the page
/// between two frames.
pub fn run(world: &mut World, steps: u64) {
    for _ in 0..steps {
        world.step_until(Time(u64::MAX));
        world.drop_events();
    }
}
