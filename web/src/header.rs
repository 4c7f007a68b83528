//! The line at the top: what runs, whether the rules hold, what time it is.

use play::Speed;
use view::{Head, Lang, labels};
use yew::{Callback, Html, Properties, component, html};

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
            <a class="skip" href="#stage">{ labels::SKIP.in_lang(lang) }</a>
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
                <button class="tool" aria-label={labels::HELP.in_lang(lang)}
                    title={labels::HELP.in_lang(lang)}
                    onclick={send(on_msg, PageMsg::Panel(Panel::Help))}>{ "?" }</button>
            </div>
        </header>
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
