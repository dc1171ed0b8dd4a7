//! Which elements a rule is about.

/// The selector of a rule.
#[derive(Clone, Debug)]
pub(super) enum Selector {
    /// The element of this full name.
    Exact(String),
    /// Every element whose full name begins so; with a dot at the end, or
    /// empty for all.
    Below(String),
}

impl Selector {
    /// Reads `a.b.C`, `a.b.*` or `*`.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let below = match text {
            "*" => Some(""),
            _ => text.strip_suffix('*').filter(|before| before.ends_with('.')),
        };
        let name = below.map_or(text, |before| before.trim_end_matches('.'));
        let is_part = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
        };
        let valid = below == Some("") || name.split('.').all(is_part);
        match below {
            _ if !valid && text.contains('*') => Err("`*` stands alone or behind the last dot"),
            _ if !valid => Err("it is no dotted name"),
            Some(before) => Ok(Self::Below(before.to_owned())),
            None => Ok(Self::Exact(name.to_owned())),
        }
    }

    pub(super) fn matches(&self, full_name: &str) -> bool {
        match self {
            Self::Exact(name) => name == full_name,
            Self::Below(prefix) => full_name.starts_with(prefix.as_str()),
        }
    }

    /// Whether it can be about several elements.
    pub(super) fn is_wildcard(&self) -> bool {
        matches!(self, Self::Below(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_names_or_everything_below_a_name() {
        let matches = |text: &str, name: &str| Selector::parse(text).expect(text).matches(name);
        assert!(matches("a.B", "a.B") && !matches("a.B", "a.B.C"));
        assert!(matches("a.*", "a.B.C") && !matches("a.*", "ab.C") && !matches("a.*", "a"));
        assert!(matches("*", "a"));
        for wrong in ["", "a..b", ".a", "a.", "a.*.b", "a*", "**", "a b", "é"] {
            assert!(Selector::parse(wrong).is_err(), "{wrong}");
        }
    }
}
