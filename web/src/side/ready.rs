//! The Ready microscope: the loop of one node, a box per step, and a crash between any two.

use play::Msg;
use view::{Lang, LoopBox, Microscope, labels};
use yew::{Callback, Html, html};

use super::inspect::{button, group};
use crate::page::{PageMsg, run, send};

#[inline(never)]
pub(super) fn ready(microscope: &Microscope, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let is_open = !microscope.name.is_empty();
    html! {
        <div class="inspect microscope">
            <p class="stands" role="status"><b>{ &microscope.name }</b>{ " " }{ microscope.what.in_lang(lang) }</p>
            if is_open {
                <ol class="loop" aria-label={labels::LOOP.in_lang(lang)}>
                    { for microscope.steps.iter().map(|step| part(step, lang, on_msg)) }
                </ol>
            }
            <div class="actions">
                if is_open {
                    <button class="main" data-action="substep" onclick={send(on_msg, Msg::SubStep)}>
                        { labels::SUB_STEP.in_lang(lang) }<kbd>{ "Alt →" }</kbd>
                    </button>
                }
                { for microscope.actions.iter().map(|action| button(action, lang, on_msg)) }
            </div>
            { for microscope.contents.iter().map(|each| group(each, lang)) }
            if is_open && microscope.contents.is_empty() {
                <p class="empty">{ labels::NO_READY.in_lang(lang) }</p>
            }
        </div>
    }
}

/// A step, and the place after it where the node can be made to die.
fn part(step: &LoopBox, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let crash = step.crash.label.in_lang(lang);
    let current = if step.lit { "step" } else { "false" };
    html! {
        <li key={step.name.en.clone()} data-lit={step.lit.to_string()} data-next={step.next.to_string()}
            aria-current={current}>
            <span>{ step.name.in_lang(lang) }</span>
            <button aria-label={crash.to_owned()} title={crash.to_owned()} aria-pressed={step.armed.to_string()}
                onclick={send(on_msg, run(&step.crash.line))}>{ "✕" }</button>
        </li>
    }
}
