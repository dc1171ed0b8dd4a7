//! The charset of JSON, which is UTF-8 and no other (RFC 8259, 8.1).

/// Charsets whose bytes are UTF-8; the last is how many spell the first.
const READ: [&str; 3] = ["utf-8", "us-ascii", "utf8"];

/// The charset that a content type names, where it is one that JSON is not read in.
pub(crate) fn unread(content_type: &str) -> Option<&str> {
    let (_, mut rest) = content_type.split_once(';')?;
    loop {
        let mut quoted = false;
        let end = rest.find(|letter| {
            quoted ^= letter == '"';
            letter == ';' && !quoted
        });
        let (parameter, tail) = rest.split_at(end.unwrap_or(rest.len()));
        let other = charset(parameter).filter(|named| {
            !named.is_empty() && !READ.iter().any(|read| read.eq_ignore_ascii_case(named))
        });
        if other.is_some() {
            return other;
        }
        rest = tail.strip_prefix(';')?;
    }
}

fn charset(parameter: &str) -> Option<&str> {
    let (name, value) = parameter.split_once('=')?;
    let named = name.trim().eq_ignore_ascii_case("charset");
    named.then(|| value.trim().trim_matches('"').trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_is_known_however_it_is_written() {
        for read in [
            "application/json",
            "application/json;",
            "application/json; charset=utf-8",
            "application/json;Charset=\"UTF-8\" ; v=1",
            "application/json; charset=US-ASCII",
            "application/json; charset=utf8",
            "application/json; charset=",
            "application/json; note=\"; charset=utf-16\"",
        ] {
            assert_eq!(unread(read), None, "{read}");
        }
    }

    #[test]
    fn another_charset_is_found_behind_any_parameter() {
        for other in [
            "application/json; charset=utf-16",
            "application/json;v=1;CHARSET=\"utf-16\"",
            "application/json; charset=utf-8; charset=utf-16",
            "application/json; note=\";\"; charset=utf-16",
        ] {
            assert_eq!(unread(other), Some("utf-16"), "{other}");
        }
    }
}
