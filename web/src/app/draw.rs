//! The parts of the page, each with its slice of the frame.

use std::rc::Rc;

use view::{Head, labels};
use yew::{Html, html};

use super::App;
use crate::bar::{Command, NewRun, Script, Transport, help, notices};
use crate::console::Console;
use crate::finding;
use crate::header::Header;
use crate::icons;
use crate::page::{PageMsg, Panel, send};
use crate::shared::Shared;
use crate::side::{Log, Slice, Tabs};
use crate::stage::{Caption, Stage};
use crate::timeline::Timeline;

impl App {
    pub(super) fn head(&self) -> Html {
        let play = self.play.borrow();
        html! {
            <Header head={Shared::<Head>::from(&self.shown.head)} now={self.shown_now} speed={play.speed()}
                theme={self.page.theme} lang={play.lang()} on_msg={&self.on_msg} />
        }
    }

    pub(super) fn stage(&self) -> Html {
        let (frame, page) = (&self.shown, &self.page);
        html! {
            <Stage canvas={&self.places.stage} ring={Rc::clone(&self.ring)} head={Shared::from(&frame.head)}
                nodes={Shared::from(&frame.nodes)} links={Shared::from(&frame.links)}
                clients={Shared::from(&frame.clients)} inspector={Shared::from(&frame.inspector)}
                menu={page.menu} picks={page.picks.clone()} drawn={page.drawn.clone()}
                lang={self.play.borrow().lang()} on_msg={&self.on_msg} />
        }
    }

    pub(super) fn caption(&self) -> Html {
        let lang = self.play.borrow().lang();
        html! {
            <>
                <Caption caption={Shared::from(&self.shown.caption)} why={self.page.why} {lang}
                    on_msg={&self.on_msg} />
                <p class="hidden" aria-live="polite">{ self.spoken.in_lang(lang) }</p>
            </>
        }
    }

    pub(super) fn side(&self) -> Html {
        let (frame, lang) = (&self.shown, self.play.borrow().lang());
        html! {
            <aside class="side">
                <Log table={Shared::from(&frame.log)} {lang} on_msg={&self.on_msg} />
                <Tabs tab={self.page.tab} slice={Slice::of(frame, self.page.tab, &self.play.borrow())} {lang}
                    has_file={!frame.file.name.is_empty()}
                    selected={frame.inspector.title.clone()} futures={frame.strip.branches.len()}
                    on_msg={&self.on_msg} />
            </aside>
        }
    }

    pub(super) fn timeline(&self) -> Html {
        let lang = self.play.borrow().lang();
        html! {
            <Timeline canvas={&self.places.strip} strip={Shared::from(&self.shown.strip)} now={self.shown_now}
                spoken={self.spoken.in_lang(lang).to_owned()} {lang} on_msg={&self.on_msg} />
        }
    }

    pub(super) fn bar(&self) -> Html {
        let play = self.play.borrow();
        let lang = play.lang();
        let tool = |label: view::Label, msg: PageMsg, open: bool| {
            html! {
                <button aria-expanded={open.to_string()} onclick={send(&self.on_msg, msg)}>
                    { label.in_lang(lang) }</button>
            }
        };
        let panel = |panel| (PageMsg::Panel(panel), self.page.panel == Some(panel));
        let ((fresh, is_fresh), (script, is_script)) = (panel(Panel::NewRun), panel(Panel::Script));
        html! {
            <footer class="bar">
                <Transport playing={play.is_playing()} speed={play.speed()} {lang} on_msg={&self.on_msg} />
                { self.more() }
                <div class="tray" id="tray" data-open={self.page.more.to_string()}>
                    <Command input={&self.places.command} draft={self.page.console.draft.clone()}
                        completions={Console::completions(&self.page.console.draft)} hint={labels::COMMAND_HINT}
                        {lang} on_msg={&self.on_msg} />
                    <div class="doors">
                        { tool(labels::SCRIPT, script, is_script) }
                        { tool(labels::NEW_RUN, fresh, is_fresh) }
                        <button onclick={send(&self.on_msg, PageMsg::Share)}>
                            { labels::SHARE.in_lang(lang) }</button>
                    </div>
                </div>
            </footer>
        }
    }

    /// The button that unfolds the tray, where the bar has no room for it.
    fn more(&self) -> Html {
        let label = labels::MORE.in_lang(self.play.borrow().lang());
        html! {
            <button class="more" ref={&self.places.more} aria-label={label} title={label}
                aria-expanded={self.page.more.to_string()} aria-controls="tray"
                onclick={send(&self.on_msg, PageMsg::More)}>{ icons::icon(icons::MORE) }</button>
        }
    }

    /// What opens above the rest: drawers, notices, alarms.
    pub(super) fn above(&self) -> Html {
        let play = self.play.borrow();
        let (lang, on_msg) = (play.lang(), &self.on_msg);
        let nodes = u8::try_from(self.shown.nodes.len()).unwrap_or(u8::MAX);
        let drawer = match self.page.panel {
            Some(Panel::Help) => help(labels::KEY_LIST, labels::SIGN_LIST, lang, on_msg),
            Some(Panel::Script) => html! { <Script script={play.script()} {lang} {on_msg} /> },
            Some(Panel::NewRun) => html! { <NewRun {nodes} {lang} {on_msg} /> },
            Some(Panel::Scenes | Panel::Compare) | None => Html::default(),
        };
        html! {
            <>
                { drawer }
                { notices(self.page.notice.as_ref(), lang, on_msg) }
                if finding::count(&self.shown.lamps) > self.page.seen {
                    { finding::banner(&self.shown.lamps, lang, on_msg) }
                }
            </>
        }
    }
}
