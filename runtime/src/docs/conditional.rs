//! What a browser says of a file: whether it reads gzip, and whether it has
//! the file already.

use http::{HeaderMap, HeaderName, header};

/// Whether the caller takes gzip (RFC 9110, 12.5.3).
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let refused = |parameters: &str| {
        parameters.trim().strip_prefix("q=").is_some_and(|q| q.parse().is_ok_and(|q: f32| q <= 0.0))
    };
    let quality = |wanted: &str| {
        elements(headers, &header::ACCEPT_ENCODING).find_map(|element| {
            let (coding, parameters) = element.split_once(';').unwrap_or((element, ""));
            coding.trim().eq_ignore_ascii_case(wanted).then(|| !refused(parameters))
        })
    };
    quality("gzip").or_else(|| quality("*")).unwrap_or(false)
}

/// Whether the caller has the representation with this tag.
pub(super) fn has(headers: &HeaderMap, tag: &str) -> bool {
    elements(headers, &header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// The elements of a header that is a list.
fn elements<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, http::HeaderValue::from_static(value))])
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let taken = |value| takes_gzip(&with(header::ACCEPT_ENCODING, value));
        assert!(taken("gzip, deflate, br") && taken("br;q=1.0, GZIP;q=0.5") && taken("*"));
        assert!(!taken("br") && !taken("gzip;q=0, *") && !taken("identity"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_known_tag_is_found_in_a_list() {
        let known = |value| has(&with(header::IF_NONE_MATCH, value), "\"b\"");
        assert!(known("\"a\", \"b\"") && known("W/\"b\"") && known("*"));
        assert!(!known("\"a\"") && !known("b"));
    }
}
