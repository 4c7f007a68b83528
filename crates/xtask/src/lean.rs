//! The page's shell without what only people read: comments of HTML and CSS, indentation, and the
//! spaces that a style sheet does not need.

/// A page's source, shorter. Texts in quotes stay as they are.
pub(crate) fn html(source: &str) -> String {
    let (mut lean, mut rest) = (String::new(), source);
    while let Some((before, style, after)) = between(rest, "<style>", "</style>") {
        lean += &shell(before);
        lean += &["<style>", &css(style), "</style>"].concat();
        rest = after;
    }
    lean + &shell(rest)
}

fn shell(source: &str) -> String {
    let lines = without(source, "<!--", "-->");
    let lines = lines.lines().map(str::trim_start).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn css(source: &str) -> String {
    let mut lean = String::new();
    let source = without(source, "/*", "*/");
    // Every second piece stands in quotes.
    for (i, piece) in source.split('"').enumerate() {
        if i % 2 == 1 {
            lean.extend(["\"", piece, "\""]);
            continue;
        }
        for c in piece.chars() {
            let c = if c.is_ascii_whitespace() { ' ' } else { c };
            let last = lean.chars().last().unwrap_or('{');
            if c == ' ' && " {};,:".contains(last) {
                continue;
            }
            if last == ' ' && "{};,".contains(c) {
                lean.pop();
            }
            if c == '}' && lean.ends_with(';') {
                lean.pop();
            }
            lean.push(c);
        }
    }
    lean.trim_end().to_owned()
}

/// The text without what stands between two marks, and without the marks.
fn without(source: &str, open: &str, close: &str) -> String {
    let (mut lean, mut rest) = (String::new(), source);
    while let Some((before, _, after)) = between(rest, open, close) {
        lean += before;
        rest = after;
    }
    lean + rest
}

/// What comes before a mark, what stands between it and the next, and what comes after.
fn between<'a>(source: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (before, rest) = source.split_once(open)?;
    let (inside, after) = rest.split_once(close)?;
    Some((before, inside, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sheet: &str, expected: &str) {
        assert_eq!(css(sheet), expected);
    }

    #[test]
    fn a_style_sheet_keeps_what_it_means() {
        check(
            "/* A. */\n.a,\n.b > i { color: red; margin: 0 4px; }\n",
            ".a,.b > i{color:red;margin:0 4px}",
        );
        check(".a :is(b, i) { width: calc(100% - 4px); }", ".a :is(b,i){width:calc(100% - 4px)}");
        check(
            "@media (min-width: 9px) and (hover) { a { b: c } }",
            "@media (min-width:9px) and (hover){a{b:c}}",
        );
        check(r#"i::before { content: " ; , "; }"#, r#"i::before{content:" ; , "}"#);
        check(":root { --a: { }; --b:  ; }", ":root{--a:{};--b:}");
    }

    #[test]
    fn a_shell_keeps_its_lines() {
        let source = "<p>\n  <!-- why -->\n  one\n</p>\n<style>\n a { b: c; }\n</style>\n  <b>";
        assert_eq!(html(source), "<p>\none\n</p>\n<style>a{b:c}</style><b>\n");
    }
}
