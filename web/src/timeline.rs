//! The space-time strip along the bottom: painted, with one slider for fingers, keys and screen readers.

use det::Time;
use play::Msg;
use view::{Lang, Strip, labels};
use web_sys::{HtmlCanvasElement, HtmlInputElement, PointerEvent};
use yew::{Callback, Html, InputEvent, NodeRef, Properties, TargetCast, component, html};

use crate::page::{PageMsg, heed};
use crate::paint::moment_at;
use crate::shared::Shared;

#[derive(Properties, PartialEq)]
pub(crate) struct TimelineProps {
    pub(crate) canvas: NodeRef,
    pub(crate) strip: Shared<Strip>,
    pub(crate) now: u64,
    /// What a screen reader says about now.
    pub(crate) spoken: String,
    pub(crate) lang: Lang,
    pub(crate) on_msg: Callback<PageMsg>,
}

#[component]
pub(crate) fn Timeline(props: &TimelineProps) -> Html {
    let TimelineProps { canvas, strip, now, spoken, lang, on_msg } = props;
    let oninput = heed(on_msg, |event: InputEvent| {
        let field: HtmlInputElement = event.target_dyn_into()?;
        let at = field.value().parse().ok()?;
        Some(Msg::Seek(Time(at)).into())
    });
    let said = [labels::clock(*now), ": ".to_owned(), spoken.clone()].concat();
    html! {
        <section class="timeline" aria-label={labels::STRIP.in_lang(*lang)}>
            { board(canvas, strip, on_msg) }
            <input type="range" min="0" max={strip.horizon.to_string()} step="1000" value={now.to_string()}
                aria-label={labels::MOMENT.in_lang(*lang)} aria-valuetext={said} {oninput} />
            if strip.truncated { <small>{ labels::TRUNCATED.in_lang(*lang) }</small> }
        </section>
    }
}

/// The canvas: a press or a drag goes to that moment.
fn board(canvas: &NodeRef, strip: &Shared<Strip>, on_msg: &Callback<PageMsg>) -> Html {
    let seek = |strip: Shared<Strip>| {
        move |event: PointerEvent| {
            let canvas: HtmlCanvasElement = event.target_dyn_into()?;
            if event.buttons() & 1 == 0 {
                return None;
            }
            canvas.set_pointer_capture(event.pointer_id()).ok();
            let width = f64::from(canvas.client_width());
            let at = moment_at(&strip, f64::from(event.offset_x()), width);
            Some(Msg::Seek(Time(at)).into())
        }
    };
    let onpointerdown = heed(on_msg, seek(strip.clone()));
    let onpointermove = heed(on_msg, seek(strip.clone()));
    html! { <canvas class="strip" ref={canvas.clone()} aria-hidden="true" {onpointerdown} {onpointermove} /> }
}
