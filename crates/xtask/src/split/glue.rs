//! What the page's JavaScript must do for the rest to come.

/// Where the two modules meet: what the first imports from the glue, and the rest from the first.
pub(super) const MODULE: &str = "_";

/// The import that fetches the rest and returns when it is there.
pub(super) const FETCH: &str = "_";

/// The exported global that says whether the rest is there.
pub(super) const IS_WHOLE: &str = "_";

/// The line of wasm-bindgen's glue that ours follows.
const IMPORTS: &str = "const imports = __wbg_get_imports();";

/// The name of an import in the first module: wasm-bindgen's own end in hashes, which travel badly.
pub(super) fn short(number: usize) -> String {
    format!("${number}")
}

/// Changes the glue, or None when it is not the glue that we know.
pub(super) fn join(glue: &str, rest: &str, imports: &[&str]) -> Option<String> {
    let mut glue = glue.to_owned();
    for (number, import) in imports.iter().enumerate() {
        let (key, short) = (format!("        {import}: "), format!("        {}: ", short(number)));
        if glue.matches(&key).count() != 1 {
            return None;
        }
        glue = glue.replace(&key, &short);
    }
    let with_ours = format!("{IMPORTS} imports.{MODULE} = {{ {FETCH}: fetchRest }};");
    glue.contains(IMPORTS)
        .then(|| glue.replace(IMPORTS, &with_ours) + &SCRIPT.replace("REST", rest))
}

/// The rest comes with the reader's first move. A call that cannot wait for it stops the page for
/// as long as the file takes, which a synchronous request is for. If it cannot be had, the page ends as
/// it does when an assert of ours fails: readable, with the link that does it again.
const SCRIPT: &str = r#"
const rest = new URL("REST", import.meta.url);
function joinRest(module) {
    if (wasm._.value) return;
    new WebAssembly.Instance(module, { _: wasm });
    wasm._.value = 1;
}
function fetchRest() {
    const request = new XMLHttpRequest();
    request.open("GET", rest, false);
    request.overrideMimeType("text/plain; charset=x-user-defined");
    try { request.send(); } catch {}
    if (request.status !== 200) {
        throw new WebAssembly.RuntimeError(`The second part of the page, ${rest}, could not be loaded.`);
    }
    joinRest(new WebAssembly.Module(Uint8Array.from(request.response, c => c.charCodeAt(0))));
}
const signs = ["pointermove", "pointerdown", "keydown", "focusin", "dragenter", "hashchange"];
function onSign() {
    for (const sign of signs) removeEventListener(sign, onSign, true);
    // Should it fail, the first call that needs it asks again.
    fetch(rest).then(answer => answer.arrayBuffer()).then(WebAssembly.compile).then(joinRest, () => {});
}
for (const sign of signs) addEventListener(sign, onSign, true);
"#;
