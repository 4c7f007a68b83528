//! The parts of the page of ranges, each with its slice of the frame.

use play::ranges::{RangesMsg, SCENES, Scene, Size};
use view::{Lang, Strip, labels};
use web_sys::{HtmlInputElement, HtmlSelectElement, KeyboardEvent, PointerEvent};
use yew::{Html, InputEvent, SubmitEvent, TargetCast, html};

use super::{Msg, RangesApp};
use crate::bar::{Transport, rung};
use crate::header::{colours, language};
use crate::icons;
use crate::page::{self, PageMsg, Recall};
use crate::ranges::{side, words};
use crate::ring::Point;
use crate::shared::Shared;
use crate::stage::Caption;
use crate::timeline::Timeline;

impl RangesApp {
    pub(super) fn head(&self) -> Html {
        let (lang, head) = (self.play.borrow().lang(), &self.shown.head);
        html! {
            <header class="head">
                <a class="skip" href="#stage">{ labels::SKIP.in_lang(lang) }</a>
                <h1 class="brand">{ icons::mark() }{ labels::NAME.in_lang(lang) }</h1>
                <a class="other-page" href="#">{ words::ONE_GROUP.in_lang(lang) }</a>
                { self.scene_title(lang) }
                { self.sizes_menu(lang) }
                <p class="summary">{ head.summary.in_lang(lang) }</p>
                <button class="lamp" data-broken={(head.rules_broken > 0).to_string()}
                    onclick={side::send(&self.on_msg, Msg::Tab(words::Tab::Rules))}>
                    <i /><span>{ head.rules.in_lang(lang) }</span>
                </button>
                <p class="clock">{ labels::clock(self.motion.now) }<small>{ "× " }{ rung(self.play.borrow().speed(), lang) }</small></p>
                <div class="tools">{ language(lang, &self.to_page) }{ colours(self.theme, lang, &self.to_page) }</div>
            </header>
        }
    }

    fn scene_title(&self, lang: Lang) -> Html {
        let scene = self.play.borrow().scene();
        scene.map_or_else(Html::default, |scene| {
            let title = if lang == Lang::En { scene.en } else { scene.zh };
            html! { <p class="scene">{ scene.slide }<b>{ title }</b></p> }
        })
    }

    /// The list of scenes, in the order of the slides.
    pub(super) fn scenes(&self) -> Html {
        let lang = self.play.borrow().lang();
        if !self.scenes {
            return Html::default();
        }
        let row = |(number, scene): (usize, &Scene)| {
            let title = if lang == Lang::En { scene.en } else { scene.zh };
            html! {
                <li key={number}>
                    <button onclick={side::send(&self.on_msg, RangesMsg::Scene(number))}>
                        <small>{ scene.slide }</small>{ title }</button>
                </li>
            }
        };
        let close = labels::CLOSE.in_lang(lang);
        html! {
            <section class="drawer scenes" aria-label={words::SCENES.in_lang(lang)}>
                <h2>{ words::SCENES.in_lang(lang) }
                    <button class="tool" aria-label={close} title={close}
                        onclick={side::send(&self.on_msg, Msg::Scenes)}>{ icons::icon(icons::CLOSE) }</button></h2>
                <ol>{ for SCENES.iter().enumerate().map(row) }</ol>
            </section>
        }
    }

    fn sizes_menu(&self, lang: Lang) -> Html {
        let onchange = self.on_msg.reform(|event: yew::Event| {
            let field: Option<HtmlSelectElement> = event.target_dyn_into();
            let chosen = field.and_then(|field| usize::try_from(field.selected_index()).ok());
            let size = chosen.and_then(|place| Size::ALL.get(place));
            RangesMsg::New(size.copied().unwrap_or(Size::ALL[1])).into()
        });
        let board = &self.frame.board;
        let (stores, ranges) = (board.stores.len(), board.keys.len());
        let is_now = |size: &Size| (size.stores.into(), size.ranges.into()) == (stores, ranges);
        let option = |size: Size| {
            html! { <option selected={is_now(&size)}>{ format!("{} × {}", size.stores, size.ranges) }</option> }
        };
        html! {
            <select class="sizes" aria-label={words::SIZE.in_lang(lang)} title={words::SIZE.in_lang(lang)} {onchange}>
                { for Size::ALL.map(option) }
                if !Size::ALL.iter().any(is_now) {
                    <option selected=true hidden=true>{ format!("{stores} × {ranges}") }</option>
                }
            </select>
        }
    }

    pub(super) fn stage(&self) -> Html {
        let lang = self.play.borrow().lang();
        let board = &self.shown.board;
        let at = board.keys.iter().position(|cell| cell.selected);
        let spoken = at.and_then(|at| board.keys.get(at)).map_or(&board.title, |cell| &cell.spoken);
        let oninput = self.on_msg.reform(|event: InputEvent| {
            let field: Option<HtmlInputElement> = event.target_dyn_into();
            Msg::Choose(field.and_then(|field| field.value().parse().ok()).unwrap_or(0))
        });
        let onpointerdown = self.on_msg.reform(|event: PointerEvent| {
            Msg::Press(Point::new(f64::from(event.offset_x()), f64::from(event.offset_y())))
        });
        let sign = |(sign, label): &(&'static str, view::Label)| {
            html! { <span key={*sign}><i aria-hidden="true">{ *sign }</i>{ label.in_lang(lang) }</span> }
        };
        html! {
            <main class="stage ranges" id="stage" data-stage="" tabindex="-1"
                data-ranges={board.keys.len().to_string()} data-asleep={asleep(board).to_string()}>
                <canvas class="board" ref={self.stage.clone()} aria-hidden="true" {onpointerdown} />
                <input type="range" min="0" max={board.keys.len().saturating_sub(1).to_string()} step="1"
                    value={at.unwrap_or(0).to_string()} aria-label={words::CHOOSE.in_lang(lang)}
                    aria-valuetext={spoken.in_lang(lang).to_owned()} {oninput} />
                <p class="legend" aria-label={words::STAGE.in_lang(lang)}>{ for words::LEGEND.iter().map(sign) }</p>
            </main>
        }
    }

    pub(super) fn caption(&self) -> Html {
        html! {
            <Caption caption={Shared::from(&self.shown.caption)} why={self.why} lang={self.play.borrow().lang()}
                on_msg={&self.to_page} />
        }
    }

    pub(super) fn timeline(&self) -> Html {
        let lang = self.play.borrow().lang();
        html! {
            <Timeline canvas={&self.strip} strip={Shared::<Strip>::from(&self.shown.strip)} now={self.motion.now}
                spoken={self.shown.caption.text.in_lang(lang).to_owned()} {lang} on_msg={&self.to_page} />
        }
    }

    pub(super) fn bar(&self) -> Html {
        let lang = self.play.borrow().lang();
        html! {
            <footer class="bar">
                <Transport playing={self.play.borrow().is_playing()} speed={self.play.borrow().speed()} {lang} on_msg={&self.to_page} />
                { self.command(lang) }
                <button class="scenes-door" aria-expanded={self.scenes.to_string()}
                    onclick={side::send(&self.on_msg, Msg::Scenes)}>{ words::SCENES.in_lang(lang) }</button>
            </footer>
        }
    }

    fn command(&self, lang: Lang) -> Html {
        let onsubmit = self.to_page.reform(|event: SubmitEvent| {
            event.prevent_default();
            PageMsg::Submit
        });
        let oninput = page::heed(&self.to_page, |event: InputEvent| {
            let field: HtmlInputElement = event.target_dyn_into()?;
            Some(PageMsg::Draft(field.value()))
        });
        let onkeydown = page::heed(&self.to_page, |event: KeyboardEvent| {
            let way = match event.key().as_str() {
                "ArrowUp" => Recall::Older,
                "ArrowDown" => Recall::Newer,
                _ => return None,
            };
            event.prevent_default();
            Some(PageMsg::Recall(way))
        });
        html! {
            <form class="command" {onsubmit}>
                <label for="command" aria-hidden="true">{ "›" }</label>
                <input id="command" type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                    enterkeyhint="go" maxlength="2000" aria-label={labels::COMMAND.in_lang(lang)}
                    placeholder={words::HINT.in_lang(lang)} value={self.console.draft.clone()} {oninput} {onkeydown} />
                <kbd aria-hidden="true">{ "/" }</kbd>
            </form>
        }
    }
}

fn asleep(board: &view::ranges::Board) -> usize {
    board.keys.iter().filter(|cell| cell.asleep).count()
}
