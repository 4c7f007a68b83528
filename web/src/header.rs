//! The line at the top: what runs, whether the rules hold, what time it is.

use play::Speed;
use view::{Head, Lang, labels};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, MouseEvent};
use yew::{Callback, Html, Properties, component, html};

use crate::app::document;
use crate::bar::rung;
use crate::icons;
use crate::page::{PageMsg, Panel, Tab, Theme, send};
use crate::shared::Shared;

#[derive(Properties, PartialEq)]
pub(crate) struct HeaderProps {
    pub(crate) head: Shared<Head>,
    pub(crate) now: u64,
    pub(crate) speed: Speed,
    pub(crate) theme: Theme,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn Header(props: &HeaderProps) -> Html {
    let HeaderProps { head, now, speed, theme, lang, on_msg } = props;
    let lang = *lang;
    html! {
        <header class="head">
            { skip(lang) }
            <h1 class="brand">{ icons::mark() }{ labels::NAME.in_lang(lang) }</h1>
            <a class="other-page" href={crate::ranges::FRAGMENT}>{ labels::RANGES.in_lang(lang) }</a>
            <p class="summary">{ head.summary.in_lang(lang) }</p>
            <button class="lamp" data-broken={(head.rules_broken > 0).to_string()}
                onclick={send(on_msg, PageMsg::Tab(Tab::Rules))}>
                <i /><span>{ head.rules.in_lang(lang) }</span>
            </button>
            <p class="clock">{ labels::clock(*now) }<small>{ "× " }{ rung(*speed, lang) }</small></p>
            <div class="tools">
                { language(lang, on_msg) }
                { colours(*theme, lang, on_msg) }
                { help(lang, on_msg) }
            </div>
        </header>
    }
}

/// To the stage at once, for who comes by keyboard. The address stays as it is: it is the run's.
pub(crate) fn skip(lang: Lang) -> Html {
    let onclick = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        let stage = document().get_element_by_id("stage");
        if let Some(stage) = stage.and_then(|stage| stage.dyn_into::<HtmlElement>().ok()) {
            stage.focus().ok();
        }
    });
    html! { <a class="skip" href="#stage" {onclick}>{ labels::SKIP.in_lang(lang) }</a> }
}

pub(crate) fn help(lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let label = labels::HELP.in_lang(lang);
    html! {
        <button class="tool" aria-label={label} title={label}
            onclick={send(on_msg, PageMsg::Panel(Panel::Help))}>{ "?" }</button>
    }
}

pub(crate) fn language(lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let choice = |of: Lang, name: &'static str, spoken: &'static str| {
        let on = (lang == of).to_string();
        let onclick = send(on_msg, play::Msg::SetLang(of));
        html! {
            <button aria-pressed={on} lang={of.tag()} aria-label={spoken} {onclick}>{ name }</button>
        }
    };
    html! {
        <div class="pair" role="group" aria-label={labels::LANGUAGE.in_lang(lang)}>
            { choice(Lang::En, "EN", "EN English") }{ choice(Lang::Zh, "中", "中文") }
        </div>
    }
}

pub(crate) fn colours(theme: Theme, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let (label, path) = match theme {
        Theme::Auto => (labels::THEME_AUTO, icons::HALF),
        Theme::Light => (labels::THEME_LIGHT, icons::SUN),
        Theme::Dark => (labels::THEME_DARK, icons::MOON),
    };
    let label = label.in_lang(lang);
    html! {
        <button class="tool" aria-label={label} title={label} data-theme={theme.as_str()}
            onclick={send(on_msg, PageMsg::Theme)}>{ icons::icon(path) }</button>
    }
}
