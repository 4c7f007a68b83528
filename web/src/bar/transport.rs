//! Back, play, step, to the next key moment, and how fast.

use play::{Msg, Speed};
use view::{Label, Lang, labels};
use yew::{Callback, Html, Properties, component, html};

use super::rung;
use crate::icons;
use crate::page::{PageMsg, send};

#[derive(Properties, PartialEq)]
pub(crate) struct TransportProps {
    pub(crate) playing: bool,
    pub(crate) speed: Speed,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn Transport(props: &TransportProps) -> Html {
    let TransportProps { playing, speed, lang, on_msg } = props;
    let button = |label: Label, path, msg: Msg| {
        let label = label.in_lang(*lang);
        html! {
            <button aria-label={label} title={label} onclick={send(on_msg, msg)}>{ icons::icon(path) }</button>
        }
    };
    let (label, path, turn) = if *playing {
        (labels::PAUSE, icons::PAUSE, Msg::Pause)
    } else {
        (labels::PLAY, icons::PLAY, Msg::Play)
    };
    html! {
        <div class="transport">
            { button(labels::BACK, icons::BACK, Msg::Back) }
            <button class="main" aria-label={label.in_lang(*lang)} title={label.in_lang(*lang)}
                data-playing={playing.to_string()} onclick={send(on_msg, turn)}>
                { icons::icon(path) }
            </button>
            { button(labels::STEP, icons::STEP, Msg::Step) }
            { button(labels::STAR, icons::STAR, Msg::NextInteresting) }
            { ladder(*speed, *lang, on_msg) }
            <div class="stepper">
                { button(labels::SLOWER, icons::MINUS, Msg::Slower) }
                <output>{ rung(*speed, *lang) }</output>
                { button(labels::FASTER, icons::PLUS, Msg::Faster) }
            </div>
        </div>
    }
}

fn ladder(speed: Speed, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let step = |each: Speed| {
        html! {
            <button key={rung(each, Lang::En)} aria-pressed={(each == speed).to_string()}
                onclick={send(on_msg, Msg::SetSpeed(each))}>{ rung(each, lang) }</button>
        }
    };
    html! {
        <div class="ladder" role="group" aria-label={labels::SPEED.in_lang(lang)}>
            { for Speed::LADDER.map(step) }
        </div>
    }
}
