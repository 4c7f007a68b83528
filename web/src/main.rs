//! The page: draws what `play` says there is to see, and turns input into messages.

use yew::{Html, function_component, html};

#[function_component]
fn App() -> Html {
    html! {
        <main>
            <h1>{ "Raftarium" }</h1>
        </main>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
