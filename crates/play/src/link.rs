//! A run and a moment of it as the fragment of an address.
//!
//! ```text
//! #v1;c=5d3f09a1;nodes=3;seed=7;t=123456;e=789;a=@1ms+kill+n2,put+x+7
//!  │  │          │              │        │     └ the script: + is a space, the comma a line break
//!  │  │          │              │        └ events so far: the place within the microsecond
//!  │  │          │              └ the moment in microseconds
//!  │  │          └ the settings of the cluster, as the script has them
//!  │  └ a check of all that follows; may be left out of a link written by hand
//!  └ the version
//! ```
//!
//! It is text that a person can read and a student can write. Everything after the version is the
//! script language, so a link has no rules of its own. The check comes first, so a link that was cut
//! off anywhere is noticed. The page of many ranges has the same links behind a word of its own,
//! `#ranges;v1;...`, and the same script in its own language.

mod fault;

use det::{Digest, Time};

pub use fault::Fault;

/// Before the version, on the page of one group: nothing.
pub(crate) const GROUP: &str = "#";
/// The same on the page of many ranges.
pub(crate) const RANGES: &str = "#ranges;";

/// Bytes of a link that are read.
pub(crate) const BYTES_MAX: usize = 64 * 1024;
/// Before the moment in a link, in microseconds.
pub(crate) const MOMENT: &str = "t=";
/// The version of links written here.
const VERSION: u32 = 1;
/// What the script calls its first line.
const HEADER: &str = "cluster";

/// A link that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The run as a script.
    pub(crate) script: String,
    /// The moment.
    pub(crate) at: Time,
    /// How many events had happened.
    pub(crate) events: Option<u64>,
}

/// The link of a moment of the run of a script.
pub(crate) fn encode(page: &str, script: &str, at: Time, events: u64) -> String {
    let (settings, actions) = split_header(script);
    let mut parts: Vec<String> = settings.split_whitespace().map(str::to_owned).collect();
    parts.push(format!("t={};e={events}", at.0));
    if !actions.is_empty() {
        parts.push(format!("a={}", escape(actions.trim_end())));
    }
    let body = parts.join(";");
    format!("{page}v{VERSION};c={};{body}", check(&body))
}

/// The settings of a script's first line, if it has such a line, and the rest.
fn split_header(script: &str) -> (&str, &str) {
    match script.strip_prefix(HEADER) {
        Some(rest) => rest.split_once('\n').unwrap_or((rest, "")),
        None => ("", script),
    }
}

/// Enough of a digest to notice a link that lost or changed something on its way.
fn check(body: &str) -> String {
    format!("{:08x}", Digest::of(body) >> 32)
}

/// Reads a link of a page. Whether its script can be read and run is for the caller to find out.
pub(crate) fn decode(page: &'static str, fragment: &str) -> Result<Link, Fault> {
    if BYTES_MAX < fragment.len() {
        return Err(Fault::Long { bytes: fragment.len(), max: BYTES_MAX });
    }
    let body = checked(versioned(page, fragment)?)?;
    let (mut at, mut events, mut actions) = (Time::ZERO, None, String::new());
    let mut settings = String::new();
    for part in body.split(';').filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some(("t", number)) => at = moment(number)?,
            Some(("e", number)) => events = Some(whole(number, "e")?),
            Some(("a", text)) => actions = unescape(text)?,
            Some((key, value)) if is_word(key) && is_word(value) => {
                settings.push(' ');
                settings.push_str(part);
            }
            Some(_) | None => return Err(Fault::UnknownPart(shorten(part))),
        }
    }
    let script = format!("{HEADER}{settings}\n{actions}\n");
    Ok(Link { script, at, events })
}

/// What follows the version.
fn versioned<'a>(page: &'static str, fragment: &'a str) -> Result<&'a str, Fault> {
    let begun = fragment.strip_prefix(page).or_else(|| fragment.strip_prefix(&page[1..]));
    let rest = begun.and_then(|rest| rest.strip_prefix('v')?.split_once(';'));
    let (version, body) = rest.ok_or(Fault::NotALink { page })?;
    match version.parse() {
        Ok(VERSION) if !body.is_empty() => Ok(body),
        Ok(VERSION) => Err(Fault::Damaged),
        Ok(version) if VERSION < version => Err(Fault::Newer { version }),
        Ok(_) | Err(_) => Err(Fault::NotALink { page }),
    }
}

/// What follows the check, if there is one.
fn checked(body: &str) -> Result<&str, Fault> {
    let Some(rest) = body.strip_prefix("c=") else { return Ok(body) };
    match rest.split_once(';') {
        Some((found, body)) if found == check(body) => Ok(body),
        Some(_) | None => Err(Fault::Damaged),
    }
}

/// The moment that `t=` names.
pub(crate) fn moment(digits: &str) -> Result<Time, Fault> {
    let at = Time(whole(digits, "t")?);
    let is_within = at.since(Time::ZERO) <= script::limits::TIME_MAX;
    is_within.then_some(at).ok_or(Fault::BadNumber { part: "t" })
}

fn whole(digits: &str, part: &'static str) -> Result<u64, Fault> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| is_number);
    number.ok_or(Fault::BadNumber { part })
}

/// Whether a setting's name or value has nothing that the script would read as more than one word.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".%-".contains(&byte))
}

/// The beginning of something that may be long.
pub(crate) fn shorten(part: &str) -> String {
    const CHARACTERS: usize = 20;
    let shown = |character: char| if character.is_control() { '\u{fffd}' } else { character };
    let mut short: String = part.chars().take(CHARACTERS).map(shown).collect();
    if part.chars().nth(CHARACTERS).is_some() {
        short.push('…');
    }
    short
}

/// Writes a text with the characters that an address may have.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'\n' => out.push(','),
            b'-' | b'.' | b'_' | b'~' | b'@' | b'/' | b':' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => out.extend(['%', hex(byte >> 4), hex(byte & 15)]),
        }
    }
    out
}

fn hex(half: u8) -> char {
    char::from_digit(u32::from(half), 16).expect("half a byte is one digit").to_ascii_uppercase()
}

fn unescape(text: &str) -> Result<String, Fault> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b',' => b'\n',
            b'%' => {
                let (high, low) = (rest.next().and_then(digit), rest.next().and_then(digit));
                let (Some(high), Some(low)) = (high, low) else { return Err(Fault::Damaged) };
                high * 16 + low
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| Fault::Damaged)
}

fn digit(hex: u8) -> Option<u8> {
    char::from(hex).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(text: &str) {
        let escaped = escape(text);
        assert!(escaped.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';'), "{escaped}");
        assert_eq!(unescape(&escaped).as_deref(), Ok(text));
    }

    #[test]
    fn any_text_reads_back() {
        check_text("@1ms partition n1 | n2 n3\nput \"a+b, c; 100%\" 中文");
        check_text("");
    }

    #[track_caller]
    fn check_refused(fragment: &str, expected: &Fault) {
        assert_eq!(decode(GROUP, fragment).as_ref(), Err(expected), "{fragment}");
    }

    #[test]
    fn each_fault_has_its_own_sentence() {
        check_refused("", &Fault::NotALink { page: GROUP });
        check_refused("#lesson", &Fault::NotALink { page: GROUP });
        check_refused("#v0;t=1", &Fault::NotALink { page: GROUP });
        check_refused("#v1;", &Fault::Damaged);
        check_refused("#v2;anything", &Fault::Newer { version: 2 });
        check_refused("#v1;t=x", &Fault::BadNumber { part: "t" });
        check_refused("#v1;t=99999999999999999999", &Fault::BadNumber { part: "t" });
        check_refused("#v1;t=86400000001", &Fault::BadNumber { part: "t" });
        check_refused("#v1;t=1;what", &Fault::UnknownPart("what".to_owned()));
        check_refused("#v1;a=%F", &Fault::Damaged);
        check_refused("#v1;a=%FF", &Fault::Damaged);
        check_refused("#v1;c=00000000;t=1", &Fault::Damaged);
        let long = format!("#v1;a={}", "x".repeat(BYTES_MAX));
        check_refused(&long, &Fault::Long { bytes: long.len(), max: BYTES_MAX });
    }

    #[test]
    fn a_link_can_be_written_by_hand() {
        let link = decode(GROUP, "#v1;nodes=3;seed=7;t=250000;a=@100ms+kill+n1").unwrap();
        assert_eq!(link.script, "cluster nodes=3 seed=7\n@100ms kill n1\n");
        assert_eq!(link.at, Time(250_000));
    }

    #[test]
    fn each_page_has_its_own_links() {
        let script = "cluster stores=3 ranges=9\nput m42 v\n";
        let link = encode(RANGES, script, Time(7), 3);
        assert!(link.starts_with("#ranges;v1;c="), "{link}");
        let read = decode(RANGES, &link).unwrap();
        assert_eq!(read, Link { script: script.to_owned(), at: Time(7), events: Some(3) });
        assert_eq!(decode(GROUP, &link), Err(Fault::NotALink { page: GROUP }));
        assert_eq!(decode(RANGES, "#v1;t=1"), Err(Fault::NotALink { page: RANGES }));
    }
}
