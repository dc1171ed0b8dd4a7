//! The host that a request is for, and its port. Of what RFC 3986 calls an
//! authority it has no user (RFC 9110, 4.2.4 and 7.2), and its port is a number.

use std::net::Ipv6Addr;

/// A host, an address of IPv6 in its brackets, with its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named<'r> {
    pub(super) host: &'r str,
    port: Option<u16>,
}

impl<'r> Named<'r> {
    /// `None` where the text is no host with or without a port.
    pub(super) fn parse(text: &'r [u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let end = if text.starts_with('[') {
            text.find(']')? + 1
        } else {
            text.find(':').unwrap_or(text.len())
        };
        let (host, rest) = text.split_at_checked(end)?;
        let port = match rest.strip_prefix(':') {
            // A port may be empty (RFC 3986, 3.2.3).
            Some("") => None,
            Some(digits) => Some(port(digits)?),
            None if rest.is_empty() => None,
            None => return None,
        };
        is_host(host).then_some(Self { host, port })
    }

    /// Whether both name one host, whose port is this one where none is said.
    pub(super) fn is_same(self, other: Self, default: Option<u16>) -> bool {
        self.host.eq_ignore_ascii_case(other.host)
            && self.port.or(default) == other.port.or(default)
    }
}

fn port(digits: &str) -> Option<u16> {
    // A number may begin with a plus in Rust, and not here.
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Whether a text is an address of IPv6 in brackets, or a name, which an address of
/// IPv4 is as well.
fn is_host(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let escape = byte == b'%'
            && bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())
            && bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit());
        if !escape && !of_name(byte) {
            return false;
        }
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_a_port_or_without() {
        for (text, host, port) in [
            ("localhost", "localhost", None),
            ("api.example:443", "api.example", Some(443)),
            ("127.0.0.1:0", "127.0.0.1", Some(0)),
            ("[::1]", "[::1]", None),
            ("localhost:", "localhost", None),
            ("[2001:db8::1]:65535", "[2001:db8::1]", Some(65535)),
            ("b%C3%BCcher.example:80", "b%C3%BCcher.example", Some(80)),
        ] {
            assert_eq!(Named::parse(text.as_bytes()), Some(Named { host, port }), "{text}");
        }
        let ports = [":", ":80", "a:evil", "a:99999", "a:+80", "a:80:80", "[::1]80"];
        let names = ["", "x@a", "x:y@a", "two hosts", "a/b", "a%2", "a%zz", "bücher.example"];
        let addresses = ["::1", "[::1", "[a]", "[fe80::1%25eth0]"];
        for bad in ports.iter().chain(&names).chain(&addresses) {
            assert_eq!(Named::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn the_port_of_a_scheme_need_not_be_said() {
        let same = |left: &str, right: &str, default| {
            let [left, right] = [left, right].map(|text| Named::parse(text.as_bytes()).unwrap());
            left.is_same(right, default)
        };
        assert!(same("localhost", "LocalHost", None) && same("a:80", "a", Some(80)));
        assert!(!same("a:80", "a", None) && !same("a:80", "a:81", Some(80)));
        assert!(!same("a", "b", None));
    }
}
