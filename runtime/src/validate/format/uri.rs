//! URIs and relative references as RFC 3986 writes them, with the zones of
//! RFC 6874.

use percent_encoding::percent_decode_str;

use super::ip;

const SUB_DELIMITERS: &[u8] = b"!$&'()*+,;=";

/// `scheme ":" hier-part [ "?" query ] [ "#" fragment ]`
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
    scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && scheme.bytes().all(is_scheme)
        && with_tail(rest, |path| is_hierarchy(path, true))
}

/// A URI, or the same without a scheme, where no colon stands in the first
/// segment of the path.
pub(super) fn is_reference(text: &str) -> bool {
    is_uri(text) || with_tail(text, |path| is_hierarchy(path, false))
}

/// Splits query and fragment off and checks them.
fn with_tail(text: &str, is_head: impl Fn(&str) -> bool) -> bool {
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (head, query) = text.split_once('?').unwrap_or((text, ""));
    let is_tail = |b| is_path_byte(b) || b == b'/' || b == b'?';
    is_head(head) && is_made_of(query, is_tail) && is_made_of(fragment, is_tail)
}

fn is_hierarchy(text: &str, colon_allowed: bool) -> bool {
    let is_path = |path: &str| is_made_of(path, |b| is_path_byte(b) || b == b'/');
    if let Some(rest) = text.strip_prefix("//") {
        let end = rest.find('/').unwrap_or(rest.len());
        return is_authority(&rest[..end]) && is_path(&rest[end..]);
    }
    let first = text.split('/').next().unwrap_or_default();
    is_path(text) && (colon_allowed || !first.contains(':'))
}

/// `[ userinfo "@" ] host [ ":" port ]`
fn is_authority(text: &str) -> bool {
    let (user, host) = text.split_once('@').unwrap_or(("", text));
    let is_user = |b| is_name_byte(b) || b == b':';
    is_made_of(user, is_user) && is_host(host)
}

fn is_host(text: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    if let Some(rest) = text.strip_prefix('[') {
        let Some((literal, port)) = rest.rsplit_once(']') else { return false };
        return is_literal(literal)
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (name, port) = text.split_once(':').unwrap_or((text, ""));
    is_made_of(name, is_name_byte) && is_text(name) && is_port(port)
}

/// What stands in brackets: an IPv6 address, with a zone or without, or an
/// address of a later version.
fn is_literal(text: &str) -> bool {
    if let Some(later) = text.strip_prefix('v') {
        let Some((version, address)) = later.split_once('.') else { return false };
        let is_address = |b: u8| is_unreserved(b) || SUB_DELIMITERS.contains(&b) || b == b':';
        return !version.is_empty()
            && version.bytes().all(|b| b.is_ascii_hexdigit())
            && !address.is_empty()
            && address.bytes().all(is_address);
    }
    match text.split_once("%25") {
        None => !text.contains('%') && ip::is_v6(text),
        Some((address, zone)) => {
            !address.contains('%')
                && ip::is_v6(address)
                && !zone.is_empty()
                && is_made_of(zone, is_unreserved)
                && is_text(zone)
        }
    }
}

/// Whether every byte is one of these or begins a percent-encoded one.
fn is_made_of(text: &str, is_byte: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    let is_hex = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_hexdigit());
    while let Some(byte) = bytes.next() {
        let right = match byte {
            b'%' => is_hex(bytes.next()) && is_hex(bytes.next()),
            byte => is_byte(byte),
        };
        if !right {
            return false;
        }
    }
    true
}

/// Whether what is percent-encoded is text.
fn is_text(text: &str) -> bool {
    percent_decode_str(text).decode_utf8().is_ok()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn is_name_byte(byte: u8) -> bool {
    is_unreserved(byte) || SUB_DELIMITERS.contains(&byte)
}

fn is_path_byte(byte: u8) -> bool {
    is_name_byte(byte) || byte == b':' || byte == b'@'
}
