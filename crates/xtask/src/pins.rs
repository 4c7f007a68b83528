//! The versions of the tools. Those that build the page stand in `Trunk.toml`, where trunk itself
//! reads them too; those that only test and shrink it stand here.

use toml::Table;

use crate::{failure::Result, shell};

/// The accessibility checker, an npm package.
pub(crate) const AXE_CORE: &str = "4.14.1";

/// The package with wasm-opt, an npm package.
pub(crate) const BINARYEN: &str = "132.0.0";

/// The oldest wasm-opt that reads what today's Rust writes.
pub(crate) const WASM_OPT_MIN: u32 = 117;

/// The tools that build the page, at exactly these versions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PageTools {
    pub(crate) trunk: String,
    pub(crate) wasm_bindgen: String,
}

/// Reads `Trunk.toml`.
pub(crate) fn page_tools() -> Result<PageTools> {
    let path = shell::root().join("Trunk.toml");
    parse(&shell::read(&path)?).map_err(|reason| shell::file_failure(&path, reason))
}

fn parse(text: &str) -> std::result::Result<PageTools, String> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let trunk = table.get("trunk-version").and_then(|version| version.as_str());
    let wasm_bindgen = table.get("tools").and_then(|tools| tools.get("wasm_bindgen"));
    match (trunk.and_then(|trunk| trunk.strip_prefix('=')), wasm_bindgen.and_then(|v| v.as_str())) {
        (Some(trunk), Some(wasm_bindgen)) => {
            Ok(PageTools { trunk: trunk.to_owned(), wasm_bindgen: wasm_bindgen.to_owned() })
        }
        _ => Err("it pins trunk as `trunk-version = \"=x.y.z\"` and tools.wasm_bindgen".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_trunks_own_file() {
        let text = "trunk-version = \"=0.1.2\"\n[tools]\nwasm_bindgen = \"0.3.4\"\n";
        let tools = PageTools { trunk: "0.1.2".to_owned(), wasm_bindgen: "0.3.4".to_owned() };
        assert_eq!(parse(text), Ok(tools));
    }

    #[test]
    fn a_range_of_versions_is_no_pin() {
        let text = "trunk-version = \"0.1\"\n[tools]\nwasm_bindgen = \"0.3.4\"\n";
        assert!(parse(text).is_err());
    }
}
