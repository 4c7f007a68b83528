//! A file whose directives stand in another order may print anything, and brings nothing down: the
//! page plays files that strangers wrote, and there a panic is the end of the session.

use std::fs;
use std::path::Path;

use conformance::Player;
use det::Rng;

const ROUNDS: u32 = 3_000;

/// The directives of each of the project's own files.
fn files() -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interaction");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder stands beside the crates")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    paths.sort();
    let read = |path: &Path| {
        let text = fs::read_to_string(path).expect("a file can be read");
        let player = Player::open(String::new(), text).expect("it is well-formed");
        (0..player.directives().len()).map(|at| player.source(at)).collect()
    };
    paths.iter().map(|path| read(path)).collect()
}

#[test]
fn directives_in_any_order_bring_nothing_down() {
    let files = files();
    let mut pool: Vec<String> = files.iter().flatten().cloned().collect();
    pool.extend(
        ["compact 1 99", "compact 1 5", "process-ready 1", "add-nodes 1"].map(String::from),
    );
    let mut rng = Rng::named(1, "shuffled", 0);
    let mut below = |count: usize| rng.below(u32::try_from(count).unwrap_or(u32::MAX)) as usize;
    let mut run = 0;
    for _ in 0..ROUNDS {
        let mut file = files[below(files.len())].clone();
        for _ in 0..=below(6) {
            let (at, other) = (below(file.len()), below(file.len()));
            match below(3) {
                0 if file.len() > 1 => drop(file.remove(at)),
                0 | 1 => file.insert(at, pool[below(pool.len())].clone()),
                _ => file.swap(at, other),
            }
        }
        let text = file.join(
            "
----
ok

",
        ) + "
----
ok
";
        let Ok(mut player) = Player::open(String::new(), text) else { continue };
        while player.step() {
            run += 1;
        }
    }
    assert!(run > ROUNDS, "the files are played");
}
