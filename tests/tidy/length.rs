//! How long a file, a function and a component may be. Over the line means a second subject.

use syn::{Attribute, Block, ImplItemFn, ItemFn, TraitItemFn, visit::Visit};

use crate::{
    check,
    sources::{Source, rust},
};

/// Lines of a file before its tests.
const FILE_LINES_MAX: usize = 400;

/// Lines of a function's body that are neither blank nor a comment.
const FUNCTION_LINES_MAX: usize = 70;

/// The same for a component of the page, which clippy does not see: its macro hides it.
const COMPONENT_LINES_MAX: usize = 60;

#[test]
fn files_are_short() {
    let mut findings = Vec::new();
    // What is nothing but tests counts whole.
    for Source { name, text } in rust() {
        let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
        if FILE_LINES_MAX < lines {
            findings.push(format!("{name}:1: {lines} lines before its tests"));
        }
    }
    check(&findings);
}

#[test]
fn functions_and_components_are_short() {
    check(&rust().iter().flat_map(long_functions).collect::<Vec<String>>());
}

/// The functions of one file that are too long.
fn long_functions(source: &Source) -> Vec<String> {
    let file = match syn::parse_file(&source.text) {
        Ok(file) => file,
        Err(error) => return vec![format!("{}:1: {error}", source.name)],
    };
    let mut functions = Functions { source, findings: Vec::new() };
    functions.visit_file(&file);
    functions.findings
}

struct Functions<'a> {
    source: &'a Source,
    findings: Vec<String>,
}

impl Functions<'_> {
    fn measure(&mut self, name: &syn::Ident, attributes: &[Attribute], body: &Block) {
        let is_component = attributes.iter().any(|attribute| {
            let word = attribute.path().segments.last().map(|segment| segment.ident.to_string());
            matches!(word.as_deref(), Some("component" | "function_component"))
        });
        let max = if is_component { COMPONENT_LINES_MAX } else { FUNCTION_LINES_MAX };
        let braces = body.brace_token.span;
        let (first, last) = (braces.open().start().line, braces.close().start().line);
        let inner = self.source.text.lines().skip(first).take(last.saturating_sub(first + 1));
        let count = inner.map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//")).count();
        if max < count {
            self.findings.push(format!("{}:{first}: {name} has {count} lines", self.source.name));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.measure(&function.sig.ident, &function.attrs, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.measure(&function.sig.ident, &function.attrs, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.measure(&function.sig.ident, &function.attrs, body);
        }
        syn::visit::visit_trait_item_fn(self, function);
    }
}

#[track_caller]
fn check_length(attribute: &str, lines: usize, is_long: bool) {
    let text = format!("{attribute}\nfn f() {{\n{}}}\n", "    x();\n    // why\n\n".repeat(lines));
    let source = Source { name: "f.rs".to_owned(), text };
    assert_eq!(long_functions(&source).len(), usize::from(is_long));
}

#[test]
fn code_is_counted_and_comments_are_not() {
    check_length("", FUNCTION_LINES_MAX, false);
    check_length("", FUNCTION_LINES_MAX + 1, true);
}

#[test]
fn a_component_has_less_room() {
    check_length("#[function_component]", COMPONENT_LINES_MAX, false);
    check_length("#[yew::component]", COMPONENT_LINES_MAX + 1, true);
}
