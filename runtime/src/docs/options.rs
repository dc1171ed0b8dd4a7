//! Where the docs page stands, if anywhere.

use crate::Status;

/// How the docs page is served.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Docs {
    /// The path of the page; `/docs` by default, `None` serves no page.
    ///
    /// A path starts with `/` and has segments of letters, digits and `-._~`.
    /// Where it belongs to a route of a contract too, the route wins.
    pub path: Option<String>,
}

impl Default for Docs {
    fn default() -> Self {
        Self { path: Some("/docs".to_owned()) }
    }
}

impl Docs {
    /// The path without a slash at its end; `""` is the root.
    ///
    /// # Errors
    /// It is no path that a page can stand at.
    pub(super) fn prefix(&self) -> Result<Option<&str>, Status> {
        let Some(path) = &self.path else { return Ok(None) };
        let prefix = path.strip_suffix('/').unwrap_or(path);
        let plain = |char: char| char.is_ascii_alphanumeric() || "-._~".contains(char);
        let segment =
            |text: &str| !text.is_empty() && text.chars().all(plain) && !matches!(text, "." | "..");
        let well_formed =
            path.starts_with('/') && (prefix.is_empty() || prefix.split('/').skip(1).all(segment));
        if well_formed {
            return Ok(Some(prefix));
        }
        Err(Status::invalid_argument(format!(
            "the docs page cannot stand at {path:?}: write a path such as \"/docs\", of letters, \
             digits and \"-._~\""
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Option<String> {
        let docs = Docs { path: Some(path.to_owned()) };
        docs.prefix().ok().flatten().map(str::to_owned)
    }

    #[test]
    fn a_slash_at_the_end_makes_no_difference() {
        assert_eq!(at("/docs"), at("/docs/"));
        assert_eq!(at("/internal/api-docs").as_deref(), Some("/internal/api-docs"));
        assert_eq!(at("/").as_deref(), Some(""));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for path in ["", "docs", "//", "/a//b", "/a/../b", "/a?b", "/a b", "/%64", "https://a/b"] {
            assert_eq!(at(path), None, "{path}");
        }
    }
}
