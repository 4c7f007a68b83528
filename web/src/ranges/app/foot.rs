//! What stands along the bottom of the page of ranges, and what opens above the rest.

use play::ranges::{RangesMsg, SCENES, Scene};
use sim::ranges::Knob;
use view::{Label, Lang, labels, ranges::words as signs};
use yew::{Callback, Html, MouseEvent, html};

use super::RangesApp;
use crate::bar::{Command, Script, Transport, close, help, notices};
use crate::console;
use crate::icons;
use crate::page::{PageMsg, Panel, send};
use crate::ranges::{side, words};

impl RangesApp {
    pub(super) fn bar(&self) -> Html {
        let play = self.play.borrow();
        let lang = play.lang();
        let door = |label: Label, panel: Panel| {
            let open = (self.panel == Some(panel)).to_string();
            html! {
                <button aria-expanded={open} onclick={send(&self.to_page, PageMsg::Panel(panel))}>
                    { label.in_lang(lang) }</button>
            }
        };
        html! {
            <footer class="bar">
                <Transport playing={play.is_playing()} speed={play.speed()} {lang} on_msg={&self.to_page} />
                { self.more(lang) }
                <div class="tray" id="tray" data-open={self.is_unfolded.to_string()}>
                    { self.command(lang) }
                    <div class="doors">
                        { door(words::SCENES, Panel::Scenes) }
                        { door(labels::SCRIPT, Panel::Script) }
                        <button onclick={send(&self.to_page, PageMsg::Share)}>{ labels::SHARE.in_lang(lang) }</button>
                        { door(words::COMPARE, Panel::Compare) }
                    </div>
                </div>
            </footer>
        }
    }

    /// The button that unfolds the tray, where the bar has no room for it.
    fn more(&self, lang: Lang) -> Html {
        let label = labels::MORE.in_lang(lang);
        html! {
            <button class="more" aria-label={label} title={label} aria-expanded={self.is_unfolded.to_string()}
                aria-controls="tray" onclick={send(&self.to_page, PageMsg::More)}>{ icons::icon(icons::MORE) }</button>
        }
    }

    fn command(&self, lang: Lang) -> Html {
        let draft = &self.console.draft;
        let known = script::ranges::vocabulary();
        let commands = known.filter(|(group, _)| *group == script::ranges::group::COMMAND);
        let completions =
            console::completions(draft, script::ranges::complete, commands.map(|(_, word)| word));
        html! {
            <Command input={&self.command} draft={draft.clone()} {completions} hint={words::HINT} {lang}
                on_msg={&self.to_page} />
        }
    }

    /// What opens above the rest: drawers and notices.
    pub(super) fn above(&self) -> Html {
        let (lang, on_msg) = (self.play.borrow().lang(), &self.to_page);
        let drawer = match self.panel {
            Some(Panel::Help) => help(signs::KEY_LIST, signs::SIGN_LIST, lang, on_msg),
            Some(Panel::Script) => {
                html! { <Script script={self.play.borrow().script()} {lang} {on_msg} /> }
            }
            Some(Panel::Scenes) => self.scenes(lang),
            Some(Panel::Compare) => self.choices(lang),
            Some(Panel::NewRun) | None => Html::default(),
        };
        html! { <>{ drawer }{ notices(self.notice.as_ref(), lang, on_msg) }</> }
    }

    /// The button that puts a scene on stage, and beside it the one in which its switch is turned.
    fn scene_beside(&self, number: usize, title: &str, knob: Option<Knob>) -> Html {
        let label = [words::COMPARE.in_lang(self.play.borrow().lang()), ": ", title].concat();
        let onclick = self.on_msg.reform(move |_| RangesMsg::Compare(knob).into());
        let scene = side::send(&self.on_msg, RangesMsg::Scene(number));
        let onclick = Callback::from(move |event: MouseEvent| {
            scene.emit(event.clone());
            onclick.emit(event);
        });
        html! { <button class="tool" aria-label={label.clone()} title={label} {onclick}>{ "◧◨" }</button> }
    }

    /// The list of scenes, in the order of the slides.
    fn scenes(&self, lang: Lang) -> Html {
        let row = |(number, scene): (usize, &Scene)| {
            let title = if lang == Lang::En { scene.en } else { scene.zh };
            let beside = scene.compare.and_then(Knob::named);
            html! {
                <li key={number}>
                    <button onclick={side::send(&self.on_msg, RangesMsg::Scene(number))}>
                        <small>{ scene.slide }</small>{ title }</button>
                    if beside.is_some() { { self.scene_beside(number, title, beside) } }
                </li>
            }
        };
        html! {
            <section class="drawer scenes" aria-label={words::SCENES.in_lang(lang)}>
                { close(words::SCENES, lang, &self.to_page) }
                <ol>{ for SCENES.iter().enumerate().map(row) }</ol>
            </section>
        }
    }
}
