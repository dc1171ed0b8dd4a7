//! One HTTP request, concrete.

use std::fmt::{self, Write as _};

use super::router::{concrete, fillings};
use crate::compat::options::Binding;
use crate::contract::Template;

/// Verb, path and query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) verb: String,
    pub(super) segments: Vec<String>,
    /// What follows the colon.
    pub(super) custom: Option<String>,
    pub(super) query: Vec<(String, String)>,
}

impl Call {
    /// Requests that a binding takes, on paths that other templates take too
    /// among them.
    pub(super) fn samples(binding: &Binding<'_>, others: &[&Template]) -> Vec<Self> {
        let paths = fillings(&binding.template, others);
        paths.into_iter().map(|segments| Self::of(binding, segments)).collect()
    }

    pub(super) fn of(binding: &Binding<'_>, segments: Vec<String>) -> Self {
        // Any verb is one that nothing else is likely to state.
        let verb = if binding.verb == "*" { "PUT".to_owned() } else { binding.verb.clone() };
        Self { verb, segments, custom: binding.template.verb.clone(), query: Vec::new() }
    }

    pub(super) fn template(&self) -> Template {
        concrete(&self.segments, self.custom.clone())
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.verb)?;
        self.segments.iter().try_for_each(|segment| write!(f, "/{}", escaped(segment)))?;
        if let Some(custom) = &self.custom {
            write!(f, ":{custom}")?;
        }
        for (index, (name, value)) in self.query.iter().enumerate() {
            let separator = if index == 0 { '?' } else { '&' };
            write!(f, "{separator}{}={}", escaped(name), escaped(value))?;
        }
        Ok(())
    }
}

/// Percent-encoded, all but what RFC 3986 leaves unreserved.
fn escaped(text: &str) -> String {
    let mut result = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            result.push(char::from(byte));
        } else {
            let _ = write!(result, "%{byte:02X}");
        }
    }
    result
}
