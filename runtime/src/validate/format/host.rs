//! Host names, hosts with ports, and e-mail addresses.

use super::ip;

/// Labels of letters, digits and inner hyphens, the last one no number; a dot
/// at the end is allowed.
pub(super) fn is_hostname(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    let is_number = |label: &str| label.bytes().all(|b| b.is_ascii_digit());
    text.len() <= 253
        && name.split('.').all(is_label)
        && !name.rsplit('.').next().is_some_and(is_number)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// As HTML defines it for `<input type=email>`.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_atom = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b);
    !local.is_empty() && local.bytes().all(is_atom) && domain.split('.').all(is_label)
}

/// A host name or an IP address, of version 6 in brackets, and a port.
pub(in crate::validate) fn is_host_and_port(text: &str, port_required: bool) -> bool {
    if let Some(rest) = text.strip_prefix('[') {
        return match rest.rsplit_once(']') {
            Some((host, "")) => !port_required && ip::is_v6(host),
            Some((host, port)) => ip::is_v6(host) && port.strip_prefix(':').is_some_and(is_port),
            None => false,
        };
    }
    match text.rsplit_once(':') {
        Some((host, port)) => (is_hostname(host) || ip::is_v4(host)) && is_port(port),
        None => !port_required && (is_hostname(text) || ip::is_v4(text)),
    }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
        && text.parse::<u16>().is_ok()
}
