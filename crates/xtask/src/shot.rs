//! `cargo xtask shot`: pictures of the page, to be looked at by a person.

use std::{fs, path::PathBuf, time::Duration};

use acceptance::{Browser, Page, Scheme, Site, Viewport};
use argh::FromArgs;

use crate::{
    dist,
    failure::{Failure, Result},
    shell::file_failure,
    tools,
};

/// Take pictures of the page at three sizes, light and dark.
#[derive(FromArgs)]
#[argh(subcommand, name = "shot")]
pub(crate) struct Shot {
    /// where the pictures go
    #[argh(positional)]
    folder: PathBuf,

    /// expression of JavaScript to evaluate before each picture; a promise is awaited
    #[argh(option)]
    script: Option<String>,

    /// milliseconds of play before each picture [default: 2000]
    #[argh(option, default = "2000")]
    wait: u64,

    /// the fragment of the link to open, such as #v1...
    #[argh(option, default = "String::new()")]
    hash: String,

    /// the language that the browser asks for [default: en]
    #[argh(option, default = "\"en\".to_owned()")]
    lang: String,

    /// show `dist` as it is, instead of building it first
    #[argh(switch)]
    as_built: bool,
}

impl Shot {
    /// Takes all pictures, or says why not.
    pub(crate) fn run(&self) -> Result {
        tools::install_browser()?;
        if !self.as_built {
            dist::build()?;
        }
        fs::create_dir_all(&self.folder)
            .map_err(|reason| file_failure(&self.folder, reason.to_string()))?;
        let site = Site::dist()?;
        let url = format!("{}{}", site.url(), self.hash);
        let mut browser = Browser::launch()?;
        let mut complaints = Vec::new();
        for viewport in Viewport::ALL {
            for scheme in Scheme::ALL {
                let name =
                    format!("{}x{}-{}.png", viewport.width, viewport.height, scheme.as_str());
                let file = self.folder.join(name);
                let mut page = browser.page()?;
                page.set_viewport(viewport)?;
                page.set_scheme(scheme)?;
                page.set_language(&self.lang)?;
                page.goto(&url)?;
                self.play(&mut page)?;
                page.screenshot(&file)?;
                println!("{}", file.display());
                complaints.append(&mut page.errors()?);
                page.close()?;
            }
        }
        complaints.dedup();
        for complaint in &complaints {
            println!("the page complains: {complaint}");
        }
        if complaints.is_empty() {
            Ok(())
        } else {
            Err(Failure::Complaints { count: complaints.len() })
        }
    }

    fn play(&self, page: &mut Page) -> Result {
        page.pass(Duration::from_millis(self.wait))?;
        if let Some(script) = &self.script {
            page.eval(script)?;
            // Two frames: one in which the page draws, one that shows it.
            page.pass(Duration::from_millis(120))?;
        }
        Ok(())
    }
}
