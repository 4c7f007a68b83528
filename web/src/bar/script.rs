//! The run as text: to read, to change, to run.

use play::Msg;
use view::{Lang, labels};
use web_sys::{Event, HtmlInputElement, HtmlTextAreaElement};
use yew::{Callback, Html, InputEvent, Properties, TargetCast, component, html, use_state};

use super::help::close;
use crate::page::{PageMsg, heed, send};

#[derive(Properties, PartialEq)]
pub(crate) struct ScriptProps {
    /// The script of the run on screen.
    pub(crate) script: String,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn Script(props: &ScriptProps) -> Html {
    let ScriptProps { script, lang, on_msg } = props;
    let typed = use_state(|| None::<String>);
    let text = typed.as_ref().unwrap_or(script).clone();
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_dyn_into::<HtmlTextAreaElement>().map(|field| field.value()));
        })
    };
    let on_file = heed(on_msg, |event: Event| {
        let field: HtmlInputElement = event.target_dyn_into()?;
        field.files()?.get(0).map(PageMsg::Read)
    });
    let changed = typed.is_some();
    let on_reload = Callback::from(move |_| typed.set(None));
    html! {
        <section class="drawer script" aria-label={labels::SCRIPT.in_lang(*lang)}>
            { close(labels::SCRIPT, *lang, on_msg) }
            <p>{ labels::SCRIPT_NOTE.in_lang(*lang) }</p>
            <textarea aria-label={labels::SCRIPT.in_lang(*lang)} spellcheck="false" autocapitalize="off"
                value={text.clone()} {oninput} />
            <div class="row">
                <button class="main" onclick={send(on_msg, Msg::Script(text))}>{ labels::RUN.in_lang(*lang) }</button>
                <button disabled={!changed} onclick={on_reload}>{ labels::RELOAD.in_lang(*lang) }</button>
                <label class="chooser">{ labels::OPEN_FILE.in_lang(*lang) }
                    <input type="file" accept=".txt,.raft,text/plain" onchange={on_file} /></label>
            </div>
            <p class="soft">{ labels::OPEN_NOTE.in_lang(*lang) }</p>
        </section>
    }
}
