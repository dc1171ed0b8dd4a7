//! The id of a rule as the `reason` of a `google.rpc.BadRequest.FieldViolation`,
//! which has to match `[A-Z][A-Z0-9_]+[A-Z0-9]` and be of 63 characters at most. Two
//! ids that a contract makes up may give one reason: `a.b` and `a-b` do.

/// The most characters of a reason.
const LONGEST: usize = 63;

/// What stands before an id that is too short for a reason, or begins with no letter.
const PREFIX: &str = "RULE_";

/// `string.min_len` as `STRING_MIN_LEN`: letters in upper case, with an underscore
/// between the words of `camelCase` and for every run of other characters.
pub(super) fn reason(rule: &str) -> String {
    let mut out = String::with_capacity(rule.len());
    let mut before = '.';
    for own in rule.chars() {
        let is_word = own.is_ascii_alphanumeric();
        let is_hump = own.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (is_hump || !is_word) && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        if is_word {
            out.push(own.to_ascii_uppercase());
        }
        before = own;
    }
    if !out.starts_with(|first: char| first.is_ascii_uppercase()) || out.len() < 3 {
        out.insert_str(0, PREFIX);
    }
    out.truncate(LONGEST);
    out.truncate(out.trim_end_matches('_').len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_gives_a_reason_of_the_form_that_the_standard_asks_for() {
        let long = "a".repeat(62) + ".b";
        for (rule, wanted) in [
            ("string.min_len", "STRING_MIN_LEN"),
            ("int32.gt_lt_exclusive", "INT32_GT_LT_EXCLUSIVE"),
            ("stay.order", "STAY_ORDER"),
            ("stayOrder", "STAY_ORDER"),
            ("HTTPOnly", "HTTPONLY"),
            ("it is -- late!", "IT_IS_LATE"),
            ("__x__y__", "X_Y"),
            ("ab", "RULE_AB"),
            ("2nd", "RULE_2ND"),
            ("größe", "GR_E"),
            ("…", "RULE"),
            ("", "RULE"),
            (&long, &long[..62].to_uppercase()),
        ] {
            let reason = reason(rule);
            assert_eq!(reason, wanted, "{rule}");
            assert!((3..=63).contains(&reason.len()), "{rule}");
        }
    }
}
