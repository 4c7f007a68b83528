//! The built page, served on loopback.

use std::{
    fs,
    io::Cursor,
    net::SocketAddr,
    path::{Component, Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
};

use tiny_http::{Header, Request, Response, Server};

use crate::Error;

/// A folder served over http on a free loopback port until dropped.
pub struct Site {
    server: Arc<Server>,
    address: SocketAddr,
    worker: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Site({})", self.address)
    }
}

impl Site {
    /// Serves the release build, the folder `dist` at the root of the repository.
    ///
    /// # Errors
    ///
    /// [`Error::NoPage`] when nothing is built.
    pub fn dist() -> Result<Self, Error> {
        Self::serve(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist"))
    }

    /// Serves `folder`, which holds an `index.html`.
    ///
    /// # Errors
    ///
    /// [`Error::NoPage`] when it holds none, [`Error::Io`] when no port can be opened.
    #[expect(clippy::disallowed_methods, reason = "a server answers while the test waits")]
    pub fn serve(folder: &Path) -> Result<Self, Error> {
        let no_page = || Error::NoPage { folder: folder.display().to_string() };
        let folder = folder.canonicalize().map_err(|_| no_page())?;
        if !folder.join("index.html").is_file() {
            return Err(no_page());
        }
        let server = Server::http("127.0.0.1:0").map_err(std::io::Error::other)?;
        let address = server.server_addr().to_ip().expect("an http server listens on an address");
        let server = Arc::new(server);
        let listener = Arc::clone(&server);
        let worker = std::thread::spawn(move || {
            for request in listener.incoming_requests() {
                answer(&folder, request);
            }
        });
        Ok(Self { server, address, worker: Some(worker) })
    }

    /// The page's address, with a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(worker) = self.worker.take() {
            // A panic of the worker has been printed by its thread and failed the page already.
            drop(worker.join());
        }
    }
}

fn answer(folder: &Path, request: Request) {
    let response = match locate(folder, request.url()).map(|path| (fs::read(&path), path)) {
        Some((Ok(bytes), path)) => Response::from_data(bytes).with_header(content_type(&path)),
        Some((Err(_), _)) | None => not_found(),
    };
    // The browser may have closed the connection meanwhile; there is nobody left to tell.
    drop(request.respond(response));
}

fn not_found() -> Response<Cursor<Vec<u8>>> {
    Response::from_data("not found").with_status_code(404)
}

/// The file that `url` means, or None when it points outside of the folder.
fn locate(folder: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    plain.then(|| folder.join(path))
}

fn content_type(path: &Path) -> Header {
    let kind = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    };
    Header::from_bytes("Content-Type", kind).expect("the header is ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, file: Option<&str>) {
        assert_eq!(locate(Path::new("site"), url), file.map(|file| Path::new("site").join(file)));
    }

    #[test]
    fn an_address_names_a_file_of_the_folder() {
        check("/", Some("index.html"));
        check("/?embed=1", Some("index.html"));
        check("/web-1f.js", Some("web-1f.js"));
    }

    #[test]
    fn nothing_outside_of_the_folder_is_served() {
        check("/../Cargo.toml", None);
        check("/a/../../Cargo.toml", None);
    }
}
