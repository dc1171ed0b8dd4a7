//! The one table of emitters. `--emit`, its help, the documentation and the
//! default selection are read from it.

use std::collections::BTreeSet;
use std::fmt;

use super::{AsyncApiBinding, Job, OpenApiVersion, Output, asyncapi, openapi, rust, schema, tools};

/// What an emitter's output is; a group's name selects all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Rust code.
    Rust,
    /// Documents that other tools read.
    Documents,
}

impl Group {
    /// The name that selects every emitter of the group.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Documents => "documents",
        }
    }
}

/// One kind of output.
pub struct Emitter {
    /// The name in `--emit`.
    pub name: &'static str,
    /// What the output is.
    pub group: Group,
    /// One line for help and documentation.
    pub doc: &'static str,
    /// The emitters whose output this one refers to; they are selected with it.
    pub needs: &'static [&'static str],
    /// Adds to the output.
    pub emit: fn(&Job<'_>, &mut Output),
}

impl fmt::Debug for Emitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Emitter").field(&self.name).finish()
    }
}

/// Every emitter, in the order they run.
pub static EMITTERS: &[Emitter] = &[
    rust::DESCRIPTORS,
    rust::MESSAGES,
    rust::CODEC,
    rust::VALIDATION,
    rust::SERVICE,
    rust::GRPC,
    rust::REST,
    rust::SSE,
    rust::QUEUE,
    rust::OPENAPI,
    rust::ASYNCAPI,
    rust::TOOLS,
    rust::CLIENT,
    openapi::OPENAPI,
    asyncapi::ASYNCAPI,
    schema::JSON_SCHEMA,
    tools::TOOLS,
];

/// A choice of emitters, closed over what they need, and of the versions that
/// documents are made in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    names: BTreeSet<&'static str>,
    openapi: Vec<OpenApiVersion>,
    asyncapi: Vec<AsyncApiBinding>,
}

/// A name that is neither an emitter nor a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEmitter(String);

impl Default for Selection {
    /// All of [`Group::Rust`].
    fn default() -> Self {
        Self::group(Group::Rust)
    }
}

impl Selection {
    /// Every emitter of a group.
    pub fn group(group: Group) -> Self {
        let mut selection = Self::none();
        for emitter in EMITTERS.iter().filter(|emitter| emitter.group == group) {
            selection.add(emitter);
        }
        selection
    }

    /// The emitters and groups with these names, and what they need.
    pub fn new<I>(names: I) -> Result<Self, UnknownEmitter>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut selection = Self::none();
        for name in names {
            let name = name.as_ref();
            let mut known = false;
            for emitter in EMITTERS.iter().filter(|e| e.name == name || e.group.name() == name) {
                known = true;
                selection.add(emitter);
            }
            if !known {
                return Err(UnknownEmitter(name.to_owned()));
            }
        }
        Ok(selection)
    }

    /// Makes OpenAPI documents in these versions instead of the default one:
    /// the first is `openapi.json` and served, the others stand beside it.
    /// None at all, and repetitions, count as not said.
    #[must_use]
    pub fn openapi(mut self, versions: impl IntoIterator<Item = OpenApiVersion>) -> Self {
        let mut chosen = Vec::new();
        for version in versions {
            if !chosen.contains(&version) {
                chosen.push(version);
            }
        }
        if !chosen.is_empty() {
            self.openapi = chosen;
        }
        self
    }

    /// Makes an AsyncAPI document in the terms of each of these brokers, beside
    /// the one for all of them. Repetitions count once.
    #[must_use]
    pub fn asyncapi(mut self, bindings: impl IntoIterator<Item = AsyncApiBinding>) -> Self {
        for binding in bindings {
            if !self.asyncapi.contains(&binding) {
                self.asyncapi.push(binding);
            }
        }
        self
    }

    /// The brokers that have AsyncAPI documents of their own.
    pub fn asyncapi_bindings(&self) -> &[AsyncApiBinding] {
        &self.asyncapi
    }

    /// The versions of OpenAPI documents, at least one.
    pub fn openapi_versions(&self) -> &[OpenApiVersion] {
        &self.openapi
    }

    fn none() -> Self {
        let openapi = vec![OpenApiVersion::default()];
        Self { names: BTreeSet::new(), openapi, asyncapi: Vec::new() }
    }

    /// Whether the emitter with this name takes part.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The selected emitters, in the order they run.
    pub fn emitters(&self) -> impl Iterator<Item = &'static Emitter> {
        EMITTERS.iter().filter(|emitter| self.has(emitter.name))
    }

    fn add(&mut self, emitter: &'static Emitter) {
        if self.names.insert(emitter.name) {
            for needed in EMITTERS.iter().filter(|other| emitter.needs.contains(&other.name)) {
                self.add(needed);
            }
        }
    }
}

impl fmt::Display for UnknownEmitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no emitter `{}`; known are: rust, documents", self.0)?;
        EMITTERS.iter().try_for_each(|emitter| write!(f, ", {}", emitter.name))
    }
}

impl std::error::Error for UnknownEmitter {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_no_name_is_a_group() {
        let mut seen = BTreeSet::from([Group::Rust.name(), Group::Documents.name()]);
        for emitter in EMITTERS {
            assert!(seen.insert(emitter.name), "{} is taken", emitter.name);
        }
    }

    #[test]
    fn everything_needed_exists_and_runs_before() {
        for (index, emitter) in EMITTERS.iter().enumerate() {
            for needed in emitter.needs {
                let place = EMITTERS.iter().position(|other| other.name == *needed);
                assert!(place.is_some_and(|place| place < index), "{emitter:?} needs {needed}");
            }
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let error = Selection::new(["gprc"]).expect_err("no such emitter").to_string();
        assert!(error.starts_with("there is no emitter `gprc`; known are: rust, documents"));
    }
}
