//! How the anchor writes values into its messages: the conventions of Go,
//! which it is written in.

/// Text in double quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// Several texts, each quoted.
pub(super) fn quoted_list(texts: &[&str]) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}

fn escaped(character: char) -> String {
    let short = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\x0c' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0b' => "\\v",
        _ if printable(character) => return character.to_string(),
        _ => {
            let code = u32::from(character);
            return match code {
                0..=0x1f | 0x7f => format!("\\x{code:02x}"),
                0x20..=0xffff => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            };
        }
    };
    short.to_owned()
}

fn printable(character: char) -> bool {
    // The standard library escapes what it cannot print, and combining marks
    // only where a text begins with them.
    let text = ['a', character].iter().collect::<String>();
    character == '\'' || !text.escape_debug().any(|escaped| escaped == '\\')
}

/// A floating-point number: the shortest digits that read back as the same
/// number, with an exponent below 0.0001 and from a million on. Digits
/// come from `{:e}`, so that both widths keep their own shortest form.
pub(super) fn float(scientific: &str) -> String {
    let negative = scientific.starts_with('-');
    let sign = if negative { "-" } else { "" };
    let unsigned = scientific.trim_start_matches('-');
    if unsigned == "NaN" {
        return "NaN".to_owned();
    }
    let Some((mantissa, exponent)) = unsigned.split_once('e') else {
        return format!("{}Inf", if negative { "-" } else { "+" });
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let digits = mantissa.replace('.', "");
    let body = if (-4..6).contains(&exponent) {
        positional(&digits, exponent)
    } else {
        format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
    };
    format!("{sign}{body}")
}

fn positional(digits: &str, exponent: i32) -> String {
    let point = usize::try_from(exponent + 1).unwrap_or_default();
    if exponent < 0 {
        let zeros = usize::try_from(-exponent - 1).unwrap_or_default();
        return format!("0.{}{digits}", "0".repeat(zeros));
    }
    match digits.split_at_checked(point) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{fraction}"),
        None => format!("{digits}{}", "0".repeat(point - digits.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_as_go_escapes_it() {
        assert_eq!(quoted("a'b\"c\\\n\u{1}é\u{301}\u{2028}\u{200b}😀"), {
            "\"a'b\\\"c\\\\\\n\\x01é\u{301}\\u2028\\u200b😀\""
        });
    }

    #[test]
    fn numbers_keep_their_shortest_form() {
        let cases =
            [(0.1, "0.1"), (-2.0, "-2"), (1e-5, "1e-05"), (0.00012, "0.00012"), (1e6, "1e+06")];
        for (number, text) in cases {
            assert_eq!(float(&format!("{number:e}")), text);
        }
        assert_eq!(float(&format!("{:e}", 0.1_f32)), "0.1");
        assert_eq!(float(&format!("{:e}", f64::NEG_INFINITY)), "-Inf");
    }
}
