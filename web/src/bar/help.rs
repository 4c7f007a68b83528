//! The keys and the signs.

use view::labels::{Key, Sign};
use view::{Label, Lang, labels};
use yew::{Callback, Html, html};

use crate::icons;
use crate::page::{PageMsg, send};

/// `own` are the keys that only this page has.
#[inline(never)]
pub(crate) fn help(own: &[Key], signs: &[Sign], lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let key = |key: &Key| {
        html! { <div key={key.key}><dt><kbd>{ key.key }</kbd></dt><dd>{ key.does.in_lang(lang) }</dd></div> }
    };
    let sign = |sign: &Sign| {
        html! { <div key={sign.sign}><dt>{ sign.sign }</dt><dd>{ sign.means.in_lang(lang) }</dd></div> }
    };
    html! {
        <section class="drawer help" aria-label={labels::HELP.in_lang(lang)}>
            { close(labels::HELP, lang, on_msg) }
            <div><h3>{ labels::KEYS.in_lang(lang) }</h3>
                <dl>{ for [labels::TIME_KEYS, own, labels::PAGE_KEYS].into_iter().flatten().map(key) }</dl></div>
            <div><h3>{ labels::SIGNS.in_lang(lang) }</h3>
                <dl>{ for signs.iter().map(sign) }</dl></div>
        </section>
    }
}

/// The head of a drawer, with the button that closes it.
pub(crate) fn close(title: Label, lang: Lang, on_msg: &Callback<PageMsg>) -> Html {
    let label = labels::CLOSE.in_lang(lang);
    html! {
        <h2>{ title.in_lang(lang) }
            <button class="tool" aria-label={label} title={label} onclick={send(on_msg, PageMsg::Escape)}>
                { icons::icon(icons::CLOSE) }
            </button>
        </h2>
    }
}
