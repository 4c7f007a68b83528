//! The parts of the page of ranges, each with its slice of the frame.

use std::rc::Rc;

use play::ranges::{RangesMsg, Size};
use view::ranges::Drawer;
use view::{Lang, Strip, labels};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Html, InputEvent, NodeRef, TargetCast, html};

use super::gesture::Pointer;
use super::{Msg, RangesApp};
use crate::bar::rung;
use crate::header::{colours, help, language, skip};
use crate::icons;
use crate::ranges::beside::Half;
use crate::ranges::tables::Carried;
use crate::ranges::{compare, side, words, zoomed};
use crate::ring::Ring;
use crate::shared::Shared;
use crate::side::Log;
use crate::stage::Caption;
use crate::timeline::Timeline;

impl RangesApp {
    pub(super) fn head(&self) -> Html {
        let (lang, head) = (self.play.borrow().lang(), &self.shown.head);
        html! {
            <header class="head">
                { skip(lang) }
                <h1 class="brand">{ icons::mark() }{ labels::NAME.in_lang(lang) }</h1>
                <a class="other-page" href="#" onclick={side::send(&self.on_msg, Msg::Leave)}>{ words::ONE_GROUP.in_lang(lang) }</a>
                { self.scene_title(lang) }
                { self.sizes_menu(lang) }
                <p class="summary">{ head.summary.in_lang(lang) }</p>
                <button class="lamp" data-broken={(head.rules_broken > 0).to_string()}
                    onclick={side::send(&self.on_msg, Msg::Tab(words::Tab::Rules))}>
                    <i /><span>{ head.rules.in_lang(lang) }</span>
                </button>
                <p class="clock">{ labels::clock(self.motion.now) }<small>{ "× " }{ rung(self.play.borrow().speed(), lang) }</small></p>
                <div class="tools">{ language(lang, &self.to_page) }{ colours(self.theme, lang, &self.to_page) }
                    { help(lang, &self.to_page) }</div>
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

    fn sizes_menu(&self, lang: Lang) -> Html {
        let onchange = self.on_msg.reform(|event: yew::Event| {
            let field: Option<HtmlSelectElement> = event.target_dyn_into();
            let chosen = field.and_then(|field| usize::try_from(field.selected_index()).ok());
            let size = chosen.and_then(|place| Size::ALL.get(place));
            RangesMsg::New(size.copied().unwrap_or(Size::ALL[1])).into()
        });
        let board = &self.frame.board;
        let (stores, ranges) = (board.stores.len(), board.ranges);
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

    /// All ranges, or one as a ring.
    pub(super) fn either_stage(&self) -> Html {
        let group = &self.shown.group;
        if group.range == 0 {
            return self.stage();
        }
        let known = self.zoomed.as_ref().map(|zoomed| Rc::clone(&zoomed.ring));
        let ring = known.unwrap_or_else(|| Rc::new(Ring::new(0.0, 0.0, group.nodes.len())));
        zoomed::stage(&self.ring, &ring, group, self.play.borrow().lang(), &self.on_msg)
    }

    /// What is open of a store, what was counted in two runs, or the logs of the range that is drawn
    /// as a ring.
    pub(super) fn upper_side(&self) -> Html {
        let (lang, group) = (self.play.borrow().lang(), &self.shown.group);
        if let (0, Some(pair)) = (group.range, &self.beside.pair) {
            return compare::panel(&pair.comparison, lang, &self.on_msg);
        }
        if group.range == 0 {
            return side::engine(&self.shown.engine, lang, &self.on_msg);
        }
        html! { <Log table={Shared::from(&Rc::new(group.log.clone()))} {lang} on_msg={&self.to_page} /> }
    }

    fn stage(&self) -> Html {
        let lang = self.play.borrow().lang();
        let board = &self.shown.board;
        let at = board.keys.iter().position(|cell| cell.selected);
        let oninput = self.on_msg.reform(|event: InputEvent| {
            let field: Option<HtmlInputElement> = event.target_dyn_into();
            Msg::Choose(field.and_then(|field| field.value().parse().ok()).unwrap_or(0))
        });
        let sign = |(sign, label): &(&'static str, view::Label)| {
            html! { <span key={*sign}><i aria-hidden="true">{ *sign }</i>{ label.in_lang(lang) }</span> }
        };
        html! {
            <main class="stage ranges" id="stage" data-stage="" tabindex="-1"
                aria-labelledby={self.beside.pair.as_ref().map(|_| "side-left")}
                data-ranges={board.ranges.to_string()} data-asleep={asleep(board).to_string()}>
                { self.side_label(0) }
                { board_canvas(Half::Left, &self.stage, &self.on_msg) }
                <input type="range" min="0" max={board.keys.len().saturating_sub(1).to_string()} step="1"
                    value={at.unwrap_or(0).to_string()} aria-label={words::CHOOSE.in_lang(lang)}
                    aria-valuetext={board.title.in_lang(lang).to_owned()} {oninput} />
                <p class="legend" aria-label={words::STAGE.in_lang(lang)}>{ for words::LEGEND.iter().map(sign) }{ self.drawers(lang) }</p>
            </main>
        }
    }

    /// What the drawers of the stores are, where their columns are too narrow to say so.
    fn drawers(&self, lang: Lang) -> Html {
        let store = self.shown.board.stores.first();
        let store = store.filter(|_| self.layout.disks && !self.layout.names_drawers());
        let drawers = store.map(|store| store.drawers.as_slice()).unwrap_or_default();
        let sign = |drawer: &Drawer| {
            let name = drawer.name.in_lang(lang).to_owned();
            html! { <span key={name.clone()}><i aria-hidden="true" data-tone={crate::side::tone(drawer.tone)}>{ "▬" }</i>{ name }</span> }
        };
        drawers.iter().map(sign).collect()
    }

    pub(super) fn caption(&self) -> Html {
        let play = self.play.borrow();
        html! {
            <Caption caption={Shared::from(&self.shown.caption)} why={self.why} holds={play.is_reading()}
                lang={play.lang()} on_msg={&self.to_page} />
        }
    }

    pub(super) fn timeline(&self) -> Html {
        let lang = self.play.borrow().lang();
        html! {
            <Timeline canvas={&self.strip} strip={Shared::<Strip>::from(&self.shown.strip)} now={self.motion.now}
                spoken={self.shown.caption.text.in_lang(lang).to_owned()} {lang} on_msg={&self.to_page} />
        }
    }
}

/// The canvas of a stage, and all that a person does on it.
pub(super) fn board_canvas(half: Half, canvas: &NodeRef, on_msg: &Callback<Msg>) -> Html {
    let (pointer, carried) = (Pointer::on(half, on_msg), Carried::on(half, on_msg));
    html! {
        <canvas class="board" ref={canvas.clone()} aria-hidden="true" onpointerdown={pointer.down}
            onpointermove={pointer.moves} onpointerup={pointer.up} ondblclick={pointer.twice}
            ondragover={carried.over} ondragleave={carried.leave} ondrop={carried.falls} />
    }
}

fn asleep(board: &view::ranges::Board) -> usize {
    board.keys.iter().filter(|cell| cell.asleep).count()
}
