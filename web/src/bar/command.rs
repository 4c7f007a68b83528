//! The command line, its completions, and the one sentence that answers it.

use view::{Label, Lang, apart, labels};
use web_sys::HtmlInputElement;
use yew::{
    Callback, Html, InputEvent, KeyboardEvent, MouseEvent, NodeRef, Properties, SubmitEvent,
    TargetCast, component, html,
};

use crate::console::Completion;
use crate::icons;
use crate::page::{Notice, PageMsg, Recall, heed, send};

#[derive(Properties, PartialEq)]
pub(crate) struct CommandProps {
    pub(crate) input: NodeRef,
    pub(crate) draft: String,
    pub(crate) completions: Vec<Completion>,
    /// What stands in an empty line.
    pub(crate) hint: Label,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn Command(props: &CommandProps) -> Html {
    let CommandProps { input, draft, completions, hint, lang, on_msg } = props;
    let onsubmit = on_msg.reform(|event: SubmitEvent| {
        event.prevent_default();
        PageMsg::Submit
    });
    let oninput = heed(on_msg, |event: InputEvent| {
        let field: HtmlInputElement = event.target_dyn_into()?;
        Some(PageMsg::Draft(field.value()))
    });
    html! {
        <form class="command" {onsubmit}>
            <label for="command" aria-hidden="true">{ "›" }</label>
            <input id="command" ref={input.clone()} type="text" autocomplete="off" autocapitalize="off"
                spellcheck="false" enterkeyhint="go" maxlength="2000"
                aria-label={labels::COMMAND.in_lang(*lang)} placeholder={hint.in_lang(*lang)}
                value={draft.clone()} {oninput} onkeydown={keys(completions, on_msg)} />
            <kbd aria-hidden="true">{ "/" }</kbd>
            { list(completions, *lang, on_msg) }
        </form>
    }
}

/// Up and down walk the history, Tab completes, Escape leaves.
fn keys(completions: &[Completion], on_msg: &Callback<PageMsg>) -> Callback<KeyboardEvent> {
    let first = completions.first().map(|completion| completion.line.clone());
    heed(on_msg, move |event: KeyboardEvent| {
        let msg = match event.key().as_str() {
            "ArrowUp" => PageMsg::Recall(Recall::Older),
            "ArrowDown" => PageMsg::Recall(Recall::Newer),
            "Tab" if !event.shift_key() => PageMsg::Draft(first.clone()?),
            "Escape" => {
                let field: Option<HtmlInputElement> = event.target_dyn_into();
                // It may fail only where there is no field to leave.
                let _left = field?.blur();
                return None;
            }
            _ => return None,
        };
        event.prevent_default();
        Some(msg)
    })
}

fn list(completions: &[Completion], lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    if completions.is_empty() {
        return Html::default();
    }
    let row = |completion: &Completion| {
        let line = completion.line.clone();
        let onmousedown = on_msg.reform(move |event: MouseEvent| {
            event.prevent_default();
            PageMsg::Draft(line.clone())
        });
        let (form, does) = match (completion.explained, lang) {
            (Some(word), Lang::En) => (word.form, word.en),
            (Some(word), Lang::Zh) => (word.form, word.zh),
            (None, _) => (completion.word.as_str(), ""),
        };
        html! {
            <li key={completion.word.clone()} {onmousedown}>
                <code>{ form.to_owned() }</code><span>{ does }</span>
            </li>
        }
    };
    apart(|| {
        html! {
            <div class="completions">
                <ul>{ for completions.iter().map(row) }</ul>
                <small>{ labels::COMPLETE.in_lang(lang) }</small>
            </div>
        }
    })
}

/// The sentence right above the command line. The element stays, so that it is read out.
pub(crate) fn notices(notice: Option<&Notice>, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    html! {
        <div class="notices" role="status">
            if let Some(notice) = notice {
                { self::notice(notice, lang, on_msg) }
            }
        </div>
    }
}

#[inline(never)]
fn notice(notice: &Notice, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    html! {
        <p class="notice" data-notice={if notice.refused { "refused" } else { "done" }}>
            <span>{ notice.text.in_lang(lang) }</span>
            <button class="tool" aria-label={labels::DISMISS.in_lang(lang)}
                onclick={send(on_msg, PageMsg::Hush)}>{ icons::icon(icons::CLOSE) }</button>
        </p>
    }
}
