//! Who calls. Transports never fill this in: a middleware does, once it has
//! verified a credential.

/// An authenticated caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principal {
    /// A stable name, unique among callers.
    pub subject: String,
    /// What the caller may do, as the contract's auth scopes name it.
    pub scopes: Vec<String>,
}

impl Principal {
    /// A caller with these scopes.
    pub fn new(
        subject: impl Into<String>,
        scopes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self { subject: subject.into(), scopes: scopes.into_iter().map(Into::into).collect() }
    }

    /// Whether the caller has this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own == scope)
    }
}
