//! Nothing that anybody types breaks the reader: it reads or it says a sentence.

use det::Rng;
use script::{complete, parse, parse_command, print_command};

/// A script with a bit of everything.
const RICH: &str = "\u{feff}cluster nodes=5 seed=9 loss=2.5% broken=send-before-sync # why\n\
    @1.5s kill n1 without disk\n+20ms put \"键 \\\"x\\\"\" 7 at n3\nrun 500ms\n\
    hold append n1 -> n2\ndelay m12 5ms\npartition n1 n2 | n3 n4 n5\nload 4 every 20ms\n\
    latency 50ms 10ms n1->n2\nrefuse restart n2\n\
    ask en \"Who?\" zh \"谁?\" n1 | en \"no one\" zh \"没有\" = \"no one\"\n\
    until not (leader n2 or n1 log 2/5) and commit >= 7 within 5s\nreveal no leader\n\
    expect n3 value x \"\\u{41}\\n\" and rules hold\n";

/// Pieces that mean something to the reader.
const PIECES: [&str; 24] = [
    "\"",
    "\\",
    "\\u{",
    "}",
    "(",
    ")",
    "->",
    "|",
    "=",
    "<=",
    "@",
    "+",
    "#",
    "\n",
    "\r",
    "\0",
    "n",
    "n0",
    "99999999999999999999999",
    "s",
    "%",
    ".",
    "\u{202e}",
    "🦀",
];

/// Reads a text in every way there is; says whether the script can be read.
fn read(text: &str) -> bool {
    let whole = parse(text);
    if let Ok(script) = &whole {
        let printed = script.to_string();
        let again = parse(&printed).map(|script| script.to_string());
        assert_eq!(again, Ok(printed), "what was read prints so that it reads again: {text:?}");
    }
    if let Err(error) = &whole {
        assert!(error.line > 0 && error.column > 0, "{error}");
        assert!(!error.to_string().contains('\n') && !error.chinese().contains('\n'), "{error}");
    }
    for line in text.lines() {
        if let Ok(command) = parse_command(line) {
            assert_eq!(parse_command(&print_command(&command)), Ok(command));
        }
        assert!(complete(line).iter().all(|word| !word.is_empty()));
    }
    whole.is_ok()
}

#[test]
fn a_script_cut_off_anywhere_is_read_or_refused() {
    assert!(read(RICH), "{:?}", parse(RICH));
    for end in (0..RICH.len()).filter(|&end| RICH.is_char_boundary(end)) {
        read(&RICH[..end]);
        read(&RICH[end..]);
    }
}

#[test]
fn a_script_cut_off_within_a_character_is_read_or_refused() {
    for end in 0..RICH.len() {
        read(&String::from_utf8_lossy(&RICH.as_bytes()[..end]));
    }
}

#[test]
fn a_script_with_mistakes_is_read_or_refused() {
    let mut rng = Rng::named(7, "mistakes", 0);
    let mut draw = move |n: usize| rng.below(u32::try_from(n).expect("small")) as usize;
    let mut readable = 0;
    for _ in 0..10_000 {
        let mut characters: Vec<char> = RICH.chars().collect();
        for _ in 0..=draw(3) {
            let at = draw(characters.len());
            match draw(4) {
                0 => drop(characters.remove(at)),
                1 => characters[at] = char::from(u8::try_from(draw(128)).expect("ASCII")),
                2 => {
                    let piece = PIECES[draw(PIECES.len())];
                    characters.splice(at..at, piece.chars());
                }
                _ => {
                    let to = draw(characters.len());
                    characters.swap(at, to);
                }
            }
        }
        readable += usize::from(read(&characters.into_iter().collect::<String>()));
    }
    assert!((100..9_900).contains(&readable), "both happen: {readable}");
}
