//! What is selected, opened up, and what can be done with it.

use play::{Msg, Selection};
use view::{Action, Fact, FactGroup, Inspector, Lang, labels};
use yew::{Callback, Html, html};

use crate::icons;
use crate::page::{PageMsg, run, send};

#[inline(never)]
pub(super) fn inspect(inspector: &Inspector, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    if inspector.title.is_empty() {
        return html! {
            <div class="inspect">
                <p class="empty">{ labels::INSPECT_EMPTY.in_lang(lang) }</p>
                { actions(inspector, lang, on_msg) }
            </div>
        };
    }
    let close = labels::CLOSE.in_lang(lang);
    html! {
        <div class="inspect">
            <h3><b>{ &inspector.title }</b>{ inspector.what.in_lang(lang) }
                <button class="tool" aria-label={close} title={close}
                    onclick={send(on_msg, Msg::Select(Selection::None))}>{ icons::icon(icons::CLOSE) }</button>
            </h3>
            { actions(inspector, lang, on_msg) }
            { for inspector.groups.iter().map(|each| group(each, lang)) }
        </div>
    }
}

pub(crate) fn actions(inspector: &Inspector, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    html! {
        <div class="actions">
            { for inspector.actions.iter().map(|action| button(action, lang, on_msg)) }
        </div>
    }
}

pub(super) fn button(action: &Action, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let refused = action.refused.in_lang(lang);
    html! {
        <button key={action.line.clone()} data-action={action.word} disabled={!refused.is_empty()}
            title={refused.to_owned()} onclick={send(on_msg, run(&action.line))}>
            { action.label.in_lang(lang) }
            if !action.key.is_empty() { <kbd>{ action.key }</kbd> }
        </button>
    }
}

pub(crate) fn group(group: &FactGroup, lang: Lang) -> Html {
    let fact = |fact: &Fact| {
        html! {
            <div key={fact.name.en.clone()} data-changed={fact.changed.to_string()}>
                <dt>{ fact.name.in_lang(lang) }</dt><dd>{ fact.value.in_lang(lang) }</dd>
            </div>
        }
    };
    html! {
        <section key={group.title.en.clone()}>
            <h4>{ group.title.in_lang(lang) }</h4>
            <dl>{ for group.facts.iter().map(fact) }</dl>
        </section>
    }
}
