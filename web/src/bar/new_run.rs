//! A fresh run: how many nodes, which seed.

use play::Msg;
use sim::Setup;
use view::{Lang, labels};
use web_sys::HtmlInputElement;
use yew::{
    Callback, Html, InputEvent, Properties, SubmitEvent, TargetCast, component, html, use_state,
};

use super::help::close;
use crate::page::PageMsg;
use crate::seed;

#[derive(Properties, PartialEq)]
pub(crate) struct NewRunProps {
    pub(crate) nodes: u8,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn NewRun(props: &NewRunProps) -> Html {
    let NewRunProps { nodes, lang, on_msg } = props;
    let (nodes, seed) = (use_state(|| *nodes), use_state(seed::draw));
    let on_seed = {
        let seed = seed.clone();
        Callback::from(move |event: InputEvent| {
            let typed = event.target_dyn_into::<HtmlInputElement>().map(|field| field.value());
            seed.set(typed.and_then(|text| text.trim().parse().ok()).unwrap_or(*seed));
        })
    };
    let on_roll = {
        let seed = seed.clone();
        Callback::from(move |_| seed.set(seed::draw()))
    };
    let msg = Msg::New { nodes: *nodes, seed: *seed };
    let onsubmit = on_msg.reform(move |event: SubmitEvent| {
        event.prevent_default();
        PageMsg::Play(msg.clone())
    });
    let choice = |count: u8| {
        let nodes = nodes.clone();
        let on = (*nodes == count).to_string();
        html! { <button type="button" key={count} aria-pressed={on} onclick={move |_| nodes.set(count)}>{ count }</button> }
    };
    html! {
        <form class="drawer fresh" aria-label={labels::NEW_RUN.in_lang(*lang)} {onsubmit}>
            { close(labels::NEW_RUN, *lang, on_msg) }
            <fieldset><legend>{ labels::NODES.in_lang(*lang) }</legend>
                <div class="pair">{ for (1..=Setup::MAX_NODES).map(choice) }</div></fieldset>
            <label>{ labels::SEED.in_lang(*lang) }
                <input type="text" inputmode="numeric" pattern="[0-9]{1,20}" value={seed.to_string()} oninput={on_seed} /></label>
            <button type="button" onclick={on_roll}>{ labels::ROLL.in_lang(*lang) }</button>
            <p>{ labels::SEED_NOTE.in_lang(*lang) }</p>
            <button class="main" type="submit">{ labels::START.in_lang(*lang) }</button>
        </form>
    }
}
