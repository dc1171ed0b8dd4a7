//! The versions of OpenAPI. The document is made in the newest one; each older
//! one is a step back from the next: what it cannot say is said as it can.

mod to_3_0;
mod to_3_1;
mod walk;

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

/// A version of the OpenAPI specification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpenApiVersion {
    /// 3.0.3, for tools that know no newer one.
    V3_0,
    /// 3.1.1
    #[default]
    V3_1,
    /// 3.2.0, which describes the items of streams.
    V3_2,
}

/// A text that names no version of OpenAPI that can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownVersion(String);

/// Every version with its number, and what the document says it is.
const VERSIONS: [(OpenApiVersion, &str, &str); 3] = [
    (OpenApiVersion::V3_0, "3.0", "3.0.3"),
    (OpenApiVersion::V3_1, "3.1", "3.1.1"),
    (OpenApiVersion::V3_2, "3.2", "3.2.0"),
];

impl OpenApiVersion {
    /// Every version, the oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        VERSIONS.into_iter().map(|(version, ..)| version)
    }

    /// The number without the patch: `3.1`.
    pub fn number(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> (Self, &'static str, &'static str) {
        VERSIONS.into_iter().find(|(version, ..)| *version == self).unwrap_or(VERSIONS[1])
    }

    /// Brings a document of the newest version to this one.
    pub(super) fn apply(self, document: &mut Value) {
        document["openapi"] = json!(self.row().2);
        if self < Self::V3_2 {
            to_3_1::apply(document);
        }
        if self < Self::V3_1 {
            to_3_0::apply(document);
        }
    }
}

impl fmt::Display for OpenApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

impl FromStr for OpenApiVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        let found = VERSIONS.into_iter().find(|(_, number, full)| [*number, *full].contains(&text));
        found.map(|(version, ..)| version).ok_or_else(|| UnknownVersion(text.to_owned()))
    }
}

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = VERSIONS.iter().map(|(_, number, _)| *number).collect();
        write!(f, "there is no OpenAPI version `{}` here; known are: {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownVersion {}
