//! The paths of the docs page, and how browsers may use what stands there.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::{Docs, assets, conditional};
use crate::Status;
use crate::server::Body;

/// The page may load its own files and talk to its own server, nothing else.
/// Swagger UI draws its icons from `data:` and sets styles of elements.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The docs page of a server.
pub(crate) struct Site {
    prefix: String,
    page: Bytes,
}

impl Site {
    /// The page that the options ask for.
    ///
    /// # Errors
    /// It cannot stand where they say.
    pub(crate) fn new(options: &Docs) -> Result<Option<Self>, Status> {
        let Some(prefix) = options.prefix()? else { return Ok(None) };
        let depth = prefix.matches('/').count();
        let root = if depth == 0 { "./".to_owned() } else { "../".repeat(depth) };
        let page = assets::PAGE.replace("{root}", &root).replace("{version}", assets::version());
        Ok(Some(Self { prefix: prefix.to_owned(), page: page.into() }))
    }

    /// Answers a request to read, if its path belongs to the page. `document`
    /// gives the documents by name: the page finds them beside itself, where
    /// no route of a contract can be.
    pub(crate) fn answer(
        &self,
        path: &str,
        headers: &HeaderMap,
        document: impl Fn(&str) -> Option<Response<Body>>,
    ) -> Option<Response<Body>> {
        let below = path.strip_prefix(self.prefix.as_str())?;
        if below.is_empty() {
            return Some(self.redirect());
        }
        match below.strip_prefix('/')? {
            "" => Some(self.page(headers)),
            name => document(name).or_else(|| asset(name, headers)),
        }
    }

    /// The page's links are relative to its folder, wherever a proxy puts it.
    fn redirect(&self) -> Response<Body> {
        let name = self.prefix.rsplit('/').next().unwrap_or_default();
        let mut response = Response::new(Body::full(""));
        *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
        if let Ok(folder) = HeaderValue::try_from(format!("{name}/")) {
            response.headers_mut().insert(header::LOCATION, folder);
        }
        response
    }

    fn page(&self, headers: &HeaderMap) -> Response<Body> {
        let tag = format!("\"{}\"", assets::version());
        let fields = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
        ];
        response(self.page.clone(), headers, &tag, fields)
    }
}

/// A file of the page, as `assets/{version}/{name}`.
fn asset(path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let (version, name) = path.strip_prefix("assets/")?.split_once('/')?;
    let asset = assets::find(name).filter(|_| version == assets::version())?;
    let gzip = conditional::takes_gzip(headers);
    let bytes = if gzip { asset.gzip() } else { asset.plain().ok()? };
    let tag = format!("\"{version}{}\"", if gzip { "-gzip" } else { "" });
    let fields = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::VARY, "accept-encoding"),
    ];
    let mut response = response(bytes, headers, &tag, fields);
    if gzip {
        let coding = HeaderValue::from_static("gzip");
        response.headers_mut().insert(header::CONTENT_ENCODING, coding);
    }
    Some(response)
}

/// A file, or the word that the caller has it.
fn response<const N: usize>(
    bytes: Bytes,
    headers: &HeaderMap,
    tag: &str,
    fields: [(HeaderName, &'static str); N],
) -> Response<Body> {
    let known = conditional::has(headers, tag);
    let mut response = Response::new(Body::full(if known { Bytes::new() } else { bytes }));
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let own = response.headers_mut();
    own.extend(fields.map(|(name, value)| (name, HeaderValue::from_static(value))));
    own.extend(HeaderValue::try_from(tag).map(|tag| (header::ETAG, tag)));
    own.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
