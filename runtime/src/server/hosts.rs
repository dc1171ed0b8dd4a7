//! The names under which a server may be called.
//!
//! A page of another site can make a browser call a server on its own machine:
//! the site's name is given the address 127.0.0.1 after the page was loaded
//! (DNS rebinding). The browser then sends that name as the host, and so gives
//! the page away.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderValue, Request, Uri, Version, header};

use super::authority::Named;
use crate::Status;
use crate::status::Reason;

/// The names that are answered to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hosts {
    /// Every name.
    Any,
    /// The names of the own machine.
    Loopback,
    /// These names.
    Only(Vec<String>),
}

impl Hosts {
    /// The names that were asked for; else those of the own machine for a
    /// server that only this can reach, and every name for others.
    pub(super) fn new(asked: Option<Vec<String>>, bound: SocketAddr) -> Self {
        match asked {
            Some(names) if names.iter().any(|name| name == "*") => Self::Any,
            Some(names) => Self::Only(names),
            None if bound.ip().to_canonical().is_loopback() => Self::Loopback,
            None => Self::Any,
        }
    }

    /// # Errors
    /// The request names another host or what is none, two different ones over HTTP/2, or
    /// none although its protocol asks for one.
    pub(super) fn check<B>(&self, request: &Request<B>) -> Result<(), Status> {
        let mut values = request.headers().get_all(header::HOST).iter();
        let host = values.next();
        let target = request.uri().authority();
        let missing = host.is_none() && target.is_none() && request.version() == Version::HTTP_11;
        if missing || values.next().is_some() {
            return Err(malformed("an HTTP/1.1 request has exactly one Host header"));
        }
        let open = !matches!(self, Self::Only(_));
        if open && target.is_none() && host.is_some_and(is_plain) {
            return Ok(());
        }
        let host = host.map(|host| named(host.as_bytes())).transpose()?;
        // Over HTTP/1 the target is what counts (RFC 9112, 3.2.2).
        let host = host.filter(|_| target.is_none() || request.version() > Version::HTTP_11);
        let target = target.map(|target| named(target.as_str().as_bytes())).transpose()?;
        if let (Some(host), Some(target)) = (host, target)
            && !host.is_same(target, port_of_scheme(request.uri()))
        {
            // RFC 9113, 8.3.1: such a request is malformed.
            return Err(malformed("the Host header names another host than :authority"));
        }
        match host.or(target).filter(|own| !self.allows(own.host)) {
            None => Ok(()),
            Some(other) => Err(self.misdirected(other.host)),
        }
    }

    pub(super) fn allows(&self, host: &str) -> bool {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let bare = bare.strip_suffix('.').unwrap_or(bare);
        match self {
            Self::Any => true,
            Self::Loopback => match bare.parse::<IpAddr>() {
                Ok(address) => address.to_canonical().is_loopback(),
                Err(_) => bare.eq_ignore_ascii_case("localhost"),
            },
            Self::Only(names) => {
                names.iter().any(|name| name.trim_matches(['[', ']']).eq_ignore_ascii_case(bare))
            }
        }
    }

    fn misdirected(&self, host: &str) -> Status {
        let allowed = match self {
            Self::Only(names) => names.join(", "),
            Self::Any | Self::Loopback => "localhost and loopback addresses".to_owned(),
        };
        tracing::debug!(host, "another host is asked for; Server::allowed_hosts adds names");
        let text = format!("this server is not called `{host}`: it answers to {allowed}");
        Reason::UnknownHost.status(text)
    }
}

/// Whether a host is one of the usual names of the own machine, spelt as usual:
/// nearly every request's, which need not be parsed for that.
fn is_plain(host: &HeaderValue) -> bool {
    let mut parts = host.as_bytes().splitn(2, |byte| *byte == b':');
    let name = parts.next().unwrap_or_default();
    let port = parts.next().unwrap_or_default();
    let fits = port.len() < 5 || (port.len() == 5 && port <= b"65535".as_slice());
    let port = fits && port.iter().all(u8::is_ascii_digit);
    port && matches!(name, b"localhost" | b"127.0.0.1")
}

/// # Errors
/// The text is no host.
fn named(text: &[u8]) -> Result<Named<'_>, Status> {
    Named::parse(text).ok_or_else(|| {
        malformed("the host of the request is malformed: it is a name or an address, and a port")
    })
}

/// The port that a target has which says none.
fn port_of_scheme(uri: &Uri) -> Option<u16> {
    match uri.scheme_str()? {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

fn malformed(text: &'static str) -> Status {
    Reason::MalformedRequest.status(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(address: &str) -> Hosts {
        Hosts::new(None, address.parse().unwrap())
    }

    #[test]
    fn only_what_the_own_machine_alone_can_reach_is_bound_to_its_names() {
        for loopback in ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80", "[::ffff:127.0.0.1]:80"] {
            assert_eq!(bound(loopback), Hosts::Loopback, "{loopback}");
        }
        for open in ["0.0.0.0:80", "[::]:80", "192.0.2.1:80"] {
            assert_eq!(bound(open), Hosts::Any, "{open}");
        }
        let asked = |name: &str| Hosts::new(Some(vec![name.into()]), "0.0.0.0:80".parse().unwrap());
        assert_eq!(asked("*"), Hosts::Any);
        assert_eq!(asked("api.example"), Hosts::Only(vec!["api.example".into()]));
    }

    #[test]
    fn names_are_compared_without_port_case_brackets_and_last_dot() {
        let only = Hosts::Only(vec!["Api.example".into(), "[2001:db8::1]".into()]);
        for (hosts, host, allowed) in [
            (&Hosts::Loopback, "localhost:8080", true),
            (&Hosts::Loopback, "LOCALHOST.", true),
            (&Hosts::Loopback, "[::1]:1", true),
            (&Hosts::Loopback, "127.0.0.1", true),
            (&Hosts::Loopback, "localhost.evil.example", false),
            (&Hosts::Loopback, "127.0.0.1.evil.example", false),
            (&Hosts::Loopback, "192.0.2.1", false),
            (&only, "api.EXAMPLE:443", true),
            (&only, "[2001:db8::1]:443", true),
            (&only, "localhost", false),
        ] {
            let request = Request::builder().header("host", host).body(()).unwrap();
            assert_eq!(hosts.check(&request).is_ok(), allowed, "{host}");
        }
    }

    #[test]
    fn host_and_target_must_be_one_that_is_allowed() {
        let check = |version, uri: &str, host: &str| {
            let request = Request::builder().version(version).uri(uri).header("host", host);
            Hosts::Loopback.check(&request.body(()).unwrap()).map_err(|own| own.http())
        };
        for (uri, host, http_1, http_2) in [
            ("http://localhost/", "LOCALHOST:80", Ok(()), Ok(())),
            ("http://evil.example/", "evil.example", Err(421), Err(421)),
            ("http://localhost/", "evil.example", Ok(()), Err(400)),
            ("http://evil.example/", "localhost", Err(421), Err(400)),
            ("http://localhost:81/", "localhost", Ok(()), Err(400)),
            ("http://x@localhost/", "localhost", Err(400), Err(400)),
            ("/", "two hosts", Err(400), Err(400)),
        ] {
            assert_eq!(check(Version::HTTP_11, uri, host), http_1, "{uri} {host}");
            assert_eq!(check(Version::HTTP_2, uri, host), http_2, "{uri} {host}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused_whatever_is_allowed() {
        let only = Hosts::Only(vec!["localhost".into()]);
        for host in ["x@localhost", "localhost:evil", "localhost:99999", ""] {
            for hosts in [&Hosts::Any, &Hosts::Loopback, &only] {
                let request = Request::builder().header("host", host).body(()).unwrap();
                let refused = hosts.check(&request).unwrap_err();
                assert_eq!(refused.http(), 400, "{host} {hosts:?}");
            }
        }
    }
}
