//! IP addresses and prefixes, on top of the standard library's parsers: zones
//! and prefix lengths are what these do not know.

use std::net::{Ipv4Addr, Ipv6Addr};

pub(super) fn is_v4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// With or without a zone, which may be any text but the empty one.
pub(super) fn is_v6(text: &str) -> bool {
    match text.split_once('%') {
        None => text.parse::<Ipv6Addr>().is_ok(),
        Some((address, zone)) => !zone.is_empty() && address.parse::<Ipv6Addr>().is_ok(),
    }
}

/// `strict` refuses bits behind the prefix.
pub(super) fn is_v4_prefix(text: &str, strict: bool) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    match (address.parse::<Ipv4Addr>(), prefix_length(length, 32)) {
        (Ok(address), Some(length)) => {
            !strict || address.to_bits().checked_shl(length).unwrap_or(0) == 0
        }
        _ => false,
    }
}

/// As [`is_v4_prefix`]; a prefix has no zone.
pub(super) fn is_v6_prefix(text: &str, strict: bool) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    match (address.parse::<Ipv6Addr>(), prefix_length(length, 128)) {
        (Ok(address), Some(length)) => {
            !strict || address.to_bits().checked_shl(length).unwrap_or(0) == 0
        }
        _ => false,
    }
}

/// Digits without a leading zero, at most `max`.
fn prefix_length(text: &str, max: u32) -> Option<u32> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|length| plain && *length <= max)
}
