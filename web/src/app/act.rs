//! What the page does by itself: pointers, painting, the link, the focus.

use std::mem;

use play::{Msg, Selection};
use sim::{Command, Links, MessageId, NodeId};
use view::Part;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement, HtmlInputElement};

use super::App;
use crate::cut::Line;
use crate::memory;
use crate::page::{Act, Aim, Drawn, PageMsg, Panel, Tab};
use crate::paint::{Painter, Scene, StagePainter, StripPainter};
use crate::ring::Point;
use crate::share;

/// A click this near to the gap of a cut link mends it.
const GAP_REACH: f64 = 16.0;

impl App {
    /// After the first drawing: the page comes alive.
    pub(super) fn begin(&mut self) {
        let canvas = |place: &yew::NodeRef| place.cast::<HtmlCanvasElement>();
        let (Some(stage), Some(strip)) = (canvas(&self.places.stage), canvas(&self.places.strip))
        else {
            return;
        };
        if let Some(sizes) = &self.sizes {
            sizes.watch(&stage);
            sizes.watch(&strip);
        }
        let painter = Painter::new();
        let stage = StagePainter::new(&painter, stage);
        self.painters = Some((stage, StripPainter::new(&painter, strip)));
        let lang = memory::lang().unwrap_or_else(spoken_here);
        self.play.borrow_mut().update(Msg::SetLang(lang));
        if let Some(link) = fragment() {
            self.on_msg.emit(Msg::Open(link).into());
        } else if wants_rest() {
            self.on_msg.emit(Msg::Pause.into());
        }
        self.on_msg.emit(PageMsg::Fit);
        if let Some(body) = document().body() {
            body.set_attribute("data-ready", "").ok();
        }
    }

    pub(super) fn fit(&mut self) {
        self.lay_out();
        if let Some((_, strip)) = &mut self.painters {
            strip.fit();
        }
    }

    /// After a drawing, while time stands: else the next animation frame paints.
    pub(super) fn paint(&mut self) {
        self.paint_stage();
        self.paint_strip();
        self.move_playhead();
    }

    /// Between two animation frames the browser has time to lay out what was drawn: to ask for a
    /// size makes it do so.
    pub(super) fn lay_out_now(&self) {
        if let Some(stage) = self.places.stage.cast::<HtmlElement>() {
            stage.client_height();
        }
    }

    pub(super) fn paint_strip(&mut self) {
        if let Some((_, strip)) = &mut self.painters {
            strip.paint(&self.frame.strip, self.play.borrow().lang());
        }
    }

    pub(super) fn paint_stage(&mut self) {
        let playing = self.play.borrow().is_playing();
        let Some((stage, _)) = &mut self.painters else { return };
        let line = self.page.drawn.as_ref();
        stage.paint(Scene {
            ring: &self.ring,
            motion: &self.motion,
            links: &self.frame.links,
            line: line.map(|drawn| (&drawn.line, drawn.drawing)),
            playing,
        });
    }

    pub(super) fn move_playhead(&mut self) {
        if let Some((_, strip)) = &mut self.painters {
            strip.point(&self.frame.strip, self.motion.now);
        }
    }

    pub(super) fn choose(&mut self, node: NodeId) {
        if self.page.pick(node) || usize::from(node.0) > self.frame.nodes.len() {
            return;
        }
        if self.play.borrow().selection() == Selection::Node(node) && self.page.menu.is_none() {
            self.open_menu(node);
            return;
        }
        self.page.menu = None;
        self.page.tab = Tab::Inspect;
        self.play(Msg::Select(Selection::Node(node)));
    }

    pub(super) fn open_menu(&mut self, node: NodeId) {
        self.page.menu = Some(node);
        self.page.tab = Tab::Inspect;
        self.play(Msg::Select(Selection::Node(node)));
    }

    /// A key acts on what is selected.
    pub(super) fn act(&mut self, act: Act) {
        let command = match (self.play.borrow().selection(), act) {
            (Selection::Node(node), Act::KillOrRestart(disk)) => {
                let card = self.frame.nodes.iter().find(|card| card.id == node.0);
                match card.map(|card| card.part) {
                    Some(Part::Stopped) => Command::Restart(node),
                    _ => Command::Kill { node, disk },
                }
            }
            (Selection::Node(node), Act::Campaign) => Command::Campaign(node),
            (Selection::Node(node), Act::Transfer) => Command::Transfer(node),
            (Selection::Node(node), Act::Compact) => Command::Compact(Some(node)),
            (Selection::Message(message), Act::Drop) => Command::Drop(message),
            (Selection::Message(message), Act::Duplicate) => Command::Duplicate(message),
            (Selection::Message(message), Act::Delay) => {
                Command::Delay { message, by: det::Span::millis(5) }
            }
            (Selection::Message(message), Act::Hold) if self.is_held(message) => {
                Command::Release(message)
            }
            (Selection::Message(message), Act::Hold) => Command::Hold(message),
            _ => return,
        };
        self.play(Msg::Do(command));
    }

    fn is_held(&self, message: MessageId) -> bool {
        self.motion.flights.iter().any(|dot| dot.message == message.0 && dot.held)
    }

    pub(super) fn press(&mut self, at: Point) {
        self.page.menu = None;
        self.page.more = false;
        let aim = self.aim(at);
        self.page.drawn = Some(Drawn { line: Line::from(at), drawing: true, aim });
    }

    fn aim(&self, at: Point) -> Aim {
        if let Some(message) = self.ring.hit(at, &self.motion.flights) {
            return Aim::Message(message);
        }
        let gap = |mark: &&view::LinkMark| {
            let middle = self.ring.node(mark.a).toward(self.ring.node(mark.b), 0.5);
            (mark.cut_ab || mark.cut_ba) && middle.distance(at) <= GAP_REACH
        };
        self.frame.links.iter().find(gap).map_or(Aim::Empty, |mark| Aim::Gap(mark.a, mark.b))
    }

    pub(super) fn drag(&mut self, at: Point) {
        if let Some(drawn) = &mut self.page.drawn
            && drawn.drawing
        {
            drawn.line.draw(at);
        }
    }

    /// The pointer goes up: a click acts on what it aimed at, a line cuts what it crossed.
    pub(super) fn release(&mut self) {
        let Some(mut drawn) = self.page.drawn.take_if(|drawn| drawn.drawing) else { return };
        if drawn.line.is_click() {
            return match drawn.aim {
                Aim::Message(message) => {
                    self.play(Msg::Select(Selection::Message(MessageId(message))));
                }
                Aim::Gap(a, b) => {
                    self.play(Msg::Do(Command::Mend(Links::Between(NodeId(a), NodeId(b)))));
                }
                Aim::Empty => self.play(Msg::Select(Selection::None)),
            };
        }
        let commands = drawn.line.commands(&self.ring, &self.frame.links);
        drawn.drawing = false;
        if !commands.is_empty() {
            self.page.drawn = Some(drawn);
        }
        for command in commands {
            self.play(Msg::Do(command));
        }
    }

    pub(super) fn partition_picked(&mut self) {
        if let Some(command) = self.page.picked(self.frame.nodes.len()) {
            self.play(Msg::Do(command));
        }
    }

    pub(super) fn complete(&mut self, text: String) {
        self.page.console.draft = text;
        self.page.menu = None;
        self.focus_command();
    }

    /// To the command line, once what is drawn next shows it: on a phone it may be folded away.
    pub(super) fn focus_command(&mut self) {
        let field = self.places.command.cast::<HtmlElement>();
        if field.is_some_and(|field| field.offset_parent().is_none()) {
            self.page.more = true;
        }
        self.to_command = true;
    }

    pub(super) fn bring_focus(&mut self) {
        if mem::take(&mut self.to_command)
            && let Some(field) = self.places.command.cast::<HtmlInputElement>()
        {
            field.focus().ok();
        }
    }

    /// What was unfolded on a phone folds again, and the focus goes back to its button.
    pub(super) fn fold(&mut self) {
        if mem::take(&mut self.page.more)
            && let Some(button) = self.places.more.cast::<HtmlElement>()
        {
            button.focus().ok();
        }
    }

    /// Closes the innermost thing that is open; if nothing is, nothing stays selected.
    pub(super) fn escape(&mut self) {
        if self.page.menu.is_some() {
            self.leave_node();
        }
        let panel = self.page.panel;
        if self.page.more {
            self.fold();
        } else if !self.page.escape() {
            self.play(Msg::Select(Selection::None));
        } else if panel != self.page.panel {
            self.leave_panel();
        }
    }

    pub(super) fn toggle_panel(&mut self, panel: Panel) {
        self.fold();
        if self.page.panel == Some(panel) {
            self.page.panel = None;
            self.leave_panel();
        } else {
            self.page.panel = Some(panel);
            self.opener = document().active_element().and_then(|it| it.dyn_into().ok());
        }
    }

    /// The focus goes from a panel back to what had it before.
    pub(super) fn leave_panel(&mut self) {
        if let Some(opener) = self.opener.take()
            && has_focus(".drawer")
        {
            opener.focus().ok();
        }
    }

    /// The focus goes from the actions of the selected node back to the node.
    pub(super) fn leave_node(&self) {
        let Selection::Node(node) = self.play.borrow().selection() else { return };
        if !has_focus(".menu, .inspect") {
            return;
        }
        let selector = ["[data-node=", &node.to_string(), "]"].concat();
        let button = document().query_selector(&selector).ok().flatten();
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            button.focus().ok();
        }
    }

    pub(super) fn submit(&mut self) {
        if let Some(line) = self.page.console.submit() {
            self.page.notice = None;
            self.fold();
            self.play(Msg::Line(line));
        }
    }

    pub(super) fn turn_theme(&mut self) {
        self.page.theme = self.page.theme.next();
        memory::keep_theme(self.page.theme);
        if let Some(root) = document().document_element() {
            root.set_attribute("data-theme", self.page.theme.as_str()).ok();
        }
        self.fit();
    }

    pub(super) fn share(&mut self) {
        self.fold();
        let link = self.play.borrow().link();
        share::put_link(&link, &self.on_msg);
    }
}

pub(crate) fn document() -> web_sys::Document {
    web_sys::window().and_then(|window| window.document()).expect("a page has a document")
}

pub(crate) fn is_hidden() -> bool {
    document().hidden()
}

/// Whether the focus is within an element of this kind.
pub(crate) fn has_focus(selector: &str) -> bool {
    let focused = document().active_element();
    focused.is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

/// The link in the address bar, if there is one.
pub(crate) fn fragment() -> Option<String> {
    let location = web_sys::window()?.location();
    location.hash().ok().filter(|hash| hash.len() > 1)
}

/// Whether the person asked their system for less motion: then nothing plays by itself.
pub(crate) fn wants_rest() -> bool {
    let query = web_sys::window().map(|w| w.match_media("(prefers-reduced-motion: reduce)"));
    query.is_some_and(|query| query.is_ok_and(|query| query.is_some_and(|query| query.matches())))
}

/// The language that the browser asks for.
pub(crate) fn spoken_here() -> view::Lang {
    let asked = web_sys::window().and_then(|window| window.navigator().language());
    match asked {
        Some(tag) if tag.starts_with("zh") => view::Lang::Zh,
        _ => view::Lang::En,
    }
}
