//! A file that is played: the directive, what it must print, and what it prints.

use play::Msg;
use view::{FileLine, FileSheet, Label, Lang, labels};
use yew::{Callback, Html, html};

use crate::page::{PageMsg, send};

#[inline(never)]
pub(super) fn file(sheet: &FileSheet, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    html! {
        <div class="inspect file">
            <p role="status"><b>{ &sheet.name }</b>{ " " }{ sheet.what.in_lang(lang) }</p>
            <div class="actions">
                <button class="main" onclick={send(on_msg, Msg::Step)}>{ labels::SUB_STEP.in_lang(lang) }<kbd>{ "→" }</kbd></button>
                <button onclick={send(on_msg, Msg::NextInteresting)}>{ labels::TO_MISMATCH.in_lang(lang) }<kbd>{ "⇧→" }</kbd></button>
                <button data-action="close" onclick={send(on_msg, Msg::CloseFile)}>{ labels::CLOSE_FILE.in_lang(lang) }</button>
            </div>
            if sheet.at > 0 {
                <pre class="source" data-matches={sheet.matches.to_string()}>{ &sheet.source }</pre>
                <div class="sides">
                    { side(labels::EXPECTED, &sheet.expected, lang) }
                    { side(labels::PRINTED, &sheet.printed, lang) }
                </div>
            }
            if !sheet.next.is_empty() {
                <p class="soft">{ labels::NEXT_LINE.in_lang(lang) }{ " " }<code>{ &sheet.next }</code></p>
            }
        </div>
    }
}

fn side(label: Label, lines: &[FileLine], lang: Lang) -> Html {
    let line = |line: &FileLine| {
        html! { <span data-differs={line.differs.to_string()}>{ &line.text }</span> }
    };
    html! {
        <section><h4>{ label.in_lang(lang) }</h4><pre>{ for lines.iter().map(line) }</pre></section>
    }
}
