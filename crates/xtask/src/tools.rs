//! Installs what is missing, and says what and why.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    failure::{Failure, Result},
    pins, shell,
};

/// The target that the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// What building the page needs: the wasm32 target, trunk and wasm-bindgen at the pinned versions.
pub(crate) fn install_page_tools() -> Result {
    let pins = pins::page_tools()?;
    install_target()?;
    install_crate("trunk", "trunk", &pins.trunk, "it builds and serves the page")?;
    install_crate(
        "wasm-bindgen",
        "wasm-bindgen-cli",
        &pins.wasm_bindgen,
        "it joins the wasm and the browser, and its version must be that of the library",
    )
}

fn install_target() -> Result {
    let folder = shell::capture(shell::command("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        WASM,
    ]))?;
    if PathBuf::from(folder.trim()).is_dir() {
        return Ok(());
    }
    eprintln!("Installing the target {WASM} with rustup: the page is compiled for it.");
    shell::run_aside(shell::command("rustup").args(["target", "add", WASM])).map_err(|failure| {
        let remedy = format!("`rustup target add {WASM}` did not work here ({failure})");
        Failure::Missing { what: "the wasm32 target", remedy }
    })
}

/// Installs `package` unless its `program` is there at this `version`.
fn install_crate(program: &str, package: &str, version: &str, why: &str) -> Result {
    let found = installed_version(program);
    if found.as_deref() == Some(version) {
        return Ok(());
    }
    eprintln!("Installing {package} {version} with cargo (some minutes, once): {why}.");
    let mut root = Vec::new();
    if let Some(other) = found {
        // Somebody's own: another project may need it.
        eprintln!("Your {program} {other} stays; this one goes to .tools/bin, for us only.");
        root = vec![OsString::from("--root"), shell::tools_folder().into()];
    }
    let install = |lock: &[&str]| {
        let mut install = shell::cargo();
        install.args(["install", package, "--version", &format!("={version}")]);
        shell::run_aside(install.args(&root).args(lock))
    };
    install(&["--locked"]).or_else(|_| {
        // A dependency that was withdrawn since then makes a lock file useless.
        eprintln!("Trying once more, with the newest dependencies that fit.");
        install(&[])
    })
}

/// The second word of `program --version`, or None without the program.
fn installed_version(program: &str) -> Option<String> {
    shell::version(program)?.split_whitespace().nth(1).map(str::to_owned)
}

/// Installs a package of npm into `.tools` unless it is there at this `version`; returns its folder.
fn install_npm(package: &'static str, version: &str, why: &str) -> Result<PathBuf> {
    let folder = shell::tools_folder().join("node_modules").join(package);
    if npm_version(&folder).as_deref() == Some(version) {
        return Ok(folder);
    }
    if shell::version("npm").is_none() {
        install_debian("npm", "it brings the checkers of the page")?;
    }
    eprintln!("Installing {package} {version} with npm into .tools: {why}.");
    let mut npm = shell::command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
    npm.arg("--prefix").arg(shell::tools_folder()).arg(format!("{package}@{version}"));
    shell::run_aside(&mut npm)?;
    Ok(folder)
}

/// The version of the package in `folder`, or None when there is none.
fn npm_version(folder: &Path) -> Option<String> {
    let manifest: Value = shell::read(&folder.join("package.json")).ok()?.parse().ok()?;
    manifest["version"].as_str().map(str::to_owned)
}

/// What judges the page for readers with disabilities: axe-core.
pub(crate) fn install_axe() -> Result {
    install_npm("axe-core", pins::AXE_CORE, "it checks that everybody can use the page").map(drop)
}

/// What makes the wasm smaller and faster; the build works without it.
pub(crate) fn install_wasm_opt() -> Result {
    install_npm("binaryen", pins::BINARYEN, "its wasm-opt makes the page smaller").map(drop)
}

/// What driving the page needs: a Chromium.
pub(crate) fn install_browser() -> Result {
    if acceptance::chromium().is_some() {
        return Ok(());
    }
    install_debian("chromium", "the page is tested in a real browser")
}

/// What judges our tables: RocksDB's own programs.
pub(crate) fn install_rocksdb_tools() -> Result {
    if ["sst_dump", "ldb"].iter().all(|program| acceptance::on_path(program).is_some()) {
        return Ok(());
    }
    install_debian("rocksdb-tools", "RocksDB reads our tables, and we read its")
}

/// Installs a package of Debian, which needs root.
fn install_debian(package: &'static str, why: &str) -> Result {
    let is_root = shell::capture(shell::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !is_root || acceptance::on_path("apt-get").is_none() {
        let remedy = format!("install it ({why}); on Debian: sudo apt-get install {package}");
        return Err(Failure::Missing { what: package, remedy });
    }
    eprintln!("Installing {package} with apt-get: {why}.");
    shell::run_aside(shell::command("apt-get").args(["-q", "update"]))?;
    let mut install = shell::command("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    shell::run_aside(install.args(["-q", "install", "-y", "--no-install-recommends", package]))
}
