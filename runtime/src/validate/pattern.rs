//! Regular expressions of rules. They are compiled at their first use, once a
//! process; generation has compiled them before and refused what does not.

#[cfg(feature = "pattern")]
use std::sync::OnceLock;

/// A regular expression of a rule.
#[cfg(feature = "pattern")]
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<regex::Regex>>,
}

#[cfg(feature = "pattern")]
impl Pattern {
    /// An expression in the syntax of RE2.
    pub const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// Whether the expression matches somewhere. One that does not compile
    /// matches nothing: a request is refused rather than let through.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        let compiled = self.compiled.get_or_init(|| regex::Regex::new(self.text).ok());
        match (compiled, std::str::from_utf8(text)) {
            (Some(regex), Ok(text)) => regex.is_match(text),
            _ => false,
        }
    }
}

/// Defines a regular expression of a rule.
#[cfg(feature = "pattern")]
#[doc(hidden)]
#[macro_export]
macro_rules! pattern {
    ($name:ident => $text:literal) => {
        static $name: $crate::validate::Pattern = $crate::validate::Pattern::new($text);
    };
}

/// Says which feature a contract with regular expressions needs.
#[cfg(not(feature = "pattern"))]
#[doc(hidden)]
#[macro_export]
macro_rules! pattern {
    ($name:ident => $text:literal) => {
        ::core::compile_error!(
            "the contract has `pattern` rules of buf.validate: enable the feature `pattern` of agentgen"
        );
    };
}
