//! The settings, checked once and ready to be sent.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};

use super::{Cors, METHODS, Origins, READ, SHOWN};
use crate::Status;
use crate::server::Body;

/// What replies say to browsers.
#[derive(Debug)]
pub(in crate::server) struct Policy {
    /// `None` is any origin.
    origins: Option<Vec<HeaderValue>>,
    credentials: bool,
    methods: HeaderValue,
    headers: HeaderValue,
    shown: HeaderValue,
    max_age: HeaderValue,
}

impl Policy {
    /// # Errors
    /// `INVALID_ARGUMENT` where an origin, a method or a header is none, or the
    /// settings let every page of the web act for its visitor.
    pub(in crate::server) fn new(cors: &Cors) -> Result<Self, Status> {
        let origins = match &cors.origins {
            Origins::Any if cors.credentials => {
                return Err(wrong("credentials need a list of origins, not every one"));
            }
            Origins::Any => None,
            Origins::These(list) => {
                Some(list.iter().map(|text| origin(text)).collect::<Result<_, _>>()?)
            }
        };
        let methods = cors.methods.as_deref();
        let methods =
            methods.map(|own| list("", own, |name| Method::from_bytes(name.as_bytes()).is_ok()));
        Ok(Self {
            origins,
            credentials: cors.credentials,
            methods: methods.unwrap_or_else(|| Ok(HeaderValue::from_static(METHODS)))?,
            headers: list(READ, &cors.headers, is_header)?,
            shown: list(SHOWN, &cors.shown, is_header)?,
            max_age: cors.max_age.as_secs().into(),
        })
    }

    /// The answer to a browser that asks before it sends a request. `None` for
    /// any other request, `OPTIONS` included.
    pub(in crate::server) fn preflight<B>(&self, request: &Request<B>) -> Option<Response<Body>> {
        let asks = request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let origin = request.headers().get(ORIGIN).filter(|_| asks)?;
        if request.method() != Method::OPTIONS {
            return None;
        }
        let mut response = Response::new(Body::full(""));
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        if self.admit(Some(origin), headers) {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, self.methods.clone());
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, self.headers.clone());
            headers.insert(ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
        }
        Some(response)
    }

    /// Tells the browser of a page of `origin` whether it may show the reply.
    pub(in crate::server) fn mark(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        if self.admit(origin, headers) {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, self.shown.clone());
        }
    }

    /// Whether pages of an origin may call.
    pub(in crate::server) fn allows(&self, origin: &HeaderValue) -> bool {
        self.origins.as_ref().is_none_or(|list| list.contains(origin))
    }

    fn admit(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) -> bool {
        let allowed = match (&self.origins, origin) {
            (None, Some(_)) => Some(HeaderValue::from_static("*")),
            (None, None) => None,
            (Some(list), origin) => {
                // The reply to one origin is not to be kept for another.
                headers.append(VARY, HeaderValue::from_static("origin"));
                list.iter().find(|own| Some(*own) == origin).cloned()
            }
        };
        let Some(allowed) = allowed else { return false };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        if self.credentials {
            let yes = HeaderValue::from_static("true");
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
        }
        true
    }
}

/// An origin as browsers write it.
fn origin(text: &str) -> Result<HeaderValue, Status> {
    let (scheme, authority) = text.split_once("://").unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let plain = |text: &str, also: &str| {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || also.contains(c);
        !text.is_empty() && text.chars().all(allowed)
    };
    if !plain(scheme, "+-.") || !plain(host, "-._[]:") || !plain(authority, "-._[]:") {
        return Err(wrong(&format!(
            "`{text}` is no origin: it is scheme://host or scheme://host:port, in lower case"
        )));
    }
    if text.starts_with("https://") && text.ends_with(":443")
        || text.starts_with("http://") && text.ends_with(":80")
    {
        return Err(wrong(&format!("`{text}`: browsers leave out the scheme's own port")));
    }
    HeaderValue::try_from(text).map_err(|_| wrong(&format!("`{text}` is no origin")))
}

fn is_header(name: &str) -> bool {
    name != "*" && HeaderName::from_bytes(name.as_bytes()).is_ok()
}

/// The names as one header.
fn list(
    known: &'static str,
    own: &[String],
    is_name: impl Fn(&str) -> bool,
) -> Result<HeaderValue, Status> {
    if let Some(name) = own.iter().find(|name| !is_name(name)) {
        return Err(wrong(&format!("`{name}` is no name of a header or method")));
    }
    let known = (!known.is_empty()).then_some(known);
    let all: Vec<_> = known.into_iter().chain(own.iter().map(String::as_str)).collect();
    HeaderValue::try_from(all.join(", ")).map_err(|_| wrong("a list is no header"))
}

fn wrong(text: &str) -> Status {
    Status::invalid_argument(format!("CORS: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(cors: &Cors) -> String {
        Policy::new(cors).unwrap_err().message().to_owned()
    }

    #[test]
    fn settings_that_say_nothing_or_too_much_are_refused() {
        for origin in
            ["app.example", "https://app.example/", "https://", "*", "https://App.example"]
        {
            assert!(refused(&Cors::origins([origin])).contains("no origin"), "{origin}");
        }
        for origin in ["https://app.example:443", "http://app.example:80"] {
            assert!(refused(&Cors::origins([origin])).contains("port"), "{origin}");
        }
        assert!(refused(&Cors::any_origin().credentials()).contains("list of origins"));
        assert!(refused(&Cors::any_origin().allow_headers(["x tenant"])).contains("x tenant"));
        assert!(refused(&Cors::any_origin().methods(["G T"])).contains("G T"));
        for origin in ["http://localhost:3000", "https://[::1]:8443", "chrome-extension://abc"] {
            assert!(Policy::new(&Cors::origins([origin])).is_ok(), "{origin}");
        }
    }
}
