//! What an accepted break is recognised by.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::compat::finding::Finding;

/// The fingerprint of a finding: its rule, its element, and the values that
/// its message quotes.
///
/// Places are left out, so that it survives edits around the element, and so
/// is the wording, so that it survives a better sentence in a later release. A
/// break that goes further than the accepted one quotes other values.
pub fn fingerprint(finding: &Finding) -> String {
    let values = values(&finding.message);
    digest([finding.rule, &finding.element].into_iter().chain(values))
}

/// A short digest of texts.
pub(in crate::compat) fn digest<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What stands between backticks, and numbers outside of them.
fn values(message: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (index, part) in message.split('`').enumerate() {
        if index % 2 == 1 {
            found.push(part);
        } else {
            let words = part.split(|c: char| !c.is_alphanumeric());
            found.extend(words.filter(|word| word.starts_with(|c: char| c.is_ascii_digit())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compat::finding::{Level, Place, Positions, Verdict};
    use crate::compat::report::testing::finding;
    use crate::compat::schema::FileId;

    fn saying(message: &str) -> Finding {
        let found = finding(Level::Error, Positions::REQUEST, Verdict::Break, Verdict::Ok);
        Finding { message: message.to_owned(), ..found }
    }

    #[test]
    fn wording_and_places_play_no_part() {
        let before = saying("field 2 `title` changed from `int32` to `int64`");
        let mut after = saying("field 2: `title` was `int32` and is `int64` now");
        after.new = Some(Place { file: FileId(3), path: vec![4, 7] });
        assert_eq!(fingerprint(&before), fingerprint(&after));
        assert_eq!(fingerprint(&before).len(), 16);
    }

    #[test]
    fn other_values_elements_and_rules_are_other_breaks() {
        let known = saying("field 2 `title` changed from `int32` to `int64`");
        let mut others = [
            saying("field 2 `title` changed from `int32` to `string`"),
            saying("field 3 `title` changed from `int32` to `int64`"),
            known.clone(),
            known.clone(),
        ];
        others[2].element = "pkg.Other".to_owned();
        others[3].rule = "other-rule";
        assert!(others.iter().all(|other| fingerprint(other) != fingerprint(&known)));
    }
}
