//! Keys, and what the protocol wants to know about one.

use serde_json::{Value, json};

/// A key of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// Tab.
    Tab,
    /// The arrow to the left.
    Left,
    /// The arrow to the right.
    Right,
    /// To the end.
    End,
    /// A letter, a digit or a space.
    Char(char),
}

impl Key {
    /// The parameters of `Input.dispatchKeyEvent` for pressing and for releasing it.
    pub(crate) fn events(self) -> [Value; 2] {
        let (name, code, number, text) = self.parts();
        let kind = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        let event = |kind: &str, text: &str| {
            json!({
                "type": kind, "key": name, "code": code, "text": text,
                "windowsVirtualKeyCode": number,
            })
        };
        [event(kind, &text), event("keyUp", "")]
    }

    /// Its name, the place on the keyboard, the number of old, and the text that it types.
    fn parts(self) -> (String, String, u32, String) {
        let named = |name: &str, number, text: &str| {
            (name.to_owned(), name.to_owned(), number, text.to_owned())
        };
        match self {
            Self::Enter => named("Enter", 13, "\r"),
            Self::Escape => named("Escape", 27, ""),
            Self::Tab => named("Tab", 9, ""),
            Self::Left => named("ArrowLeft", 37, ""),
            Self::Right => named("ArrowRight", 39, ""),
            Self::End => named("End", 35, ""),
            Self::Char(c) => {
                let upper = c.to_ascii_uppercase();
                let code = match upper {
                    ' ' => "Space".to_owned(),
                    '0'..='9' => format!("Digit{upper}"),
                    _ => format!("Key{upper}"),
                };
                (c.to_string(), code, u32::from(upper), c.to_string())
            }
        }
    }
}
