//! Which version of which contract a body follows, as `dataschema` says it:
//! `agentgen:/{contract}/{version}/{digest}#{message type}`.

use crate::service::ServiceInfo;

const SCHEME: &str = "agentgen:/";

/// The version of a contract whose package names none.
const UNVERSIONED: &str = "unversioned";

/// What a message says about its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::queue) struct Schema<'a> {
    /// The package without its version; the service's name where there is none.
    pub(in crate::queue) contract: &'a str,
    /// The last part of the package, where it is a version such as `v1` or
    /// `v2beta1`.
    pub(in crate::queue) version: &'a str,
    /// The SHA-256 of the contract's descriptors, in hex.
    pub(in crate::queue) digest: &'a str,
    /// The full name of the message type.
    pub(in crate::queue) message: &'a str,
}

impl<'a> Schema<'a> {
    /// That of a message of a service.
    pub(in crate::queue) fn of(info: &ServiceInfo, message: &'a str) -> Self {
        let (contract, version) = named(info.name);
        Self { contract, version, digest: info.digest, message }
    }

    /// The `dataschema`.
    pub(in crate::queue) fn text(&self) -> String {
        let Self { contract, version, digest, message } = self;
        [SCHEME, contract, "/", version, "/", digest, "#", message].concat()
    }

    /// Reads a `dataschema`; `None` where it is another producer's.
    pub(in crate::queue) fn parse(text: &'a str) -> Option<Self> {
        let (path, message) = text.strip_prefix(SCHEME)?.split_once('#')?;
        let mut parts = path.split('/');
        let mut next = || parts.next().filter(|part| !part.is_empty());
        let (contract, version, digest) = (next()?, next()?, next()?);
        parts.next().is_none().then_some(Self { contract, version, digest, message })
    }
}

/// Contract and version by the full name of a service.
fn named(service: &'static str) -> (&'static str, &'static str) {
    let Some((package, _)) = service.rsplit_once('.') else { return (service, UNVERSIONED) };
    match package.rsplit_once('.') {
        Some((name, version)) if is_version(version) => (name, version),
        _ => (package, UNVERSIONED),
    }
}

/// `v1`, `v1beta2`, `v1p1alpha1`.
fn is_version(part: &str) -> bool {
    let digits = part.strip_prefix('v').unwrap_or_default();
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_survives_its_text() {
        let schema =
            Schema { contract: "a.b", version: "v1", digest: "00ff", message: "a.b.v1.Work" };
        assert_eq!(schema.text(), "agentgen:/a.b/v1/00ff#a.b.v1.Work");
        assert_eq!(Schema::parse(&schema.text()), Some(schema));
        for foreign in
            ["https://x/y#z", "agentgen:/0000#T", "agentgen:/a/b/c/d#T", "agentgen:/a//c#T"]
        {
            assert_eq!(Schema::parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_package_names_contract_and_version() {
        for (service, expected) in [
            ("summarizer.v1.SummarizerAgent", ("summarizer", "v1")),
            ("a.b.v2beta1.S", ("a.b", "v2beta1")),
            ("agentgen.probe.Probe", ("agentgen.probe", UNVERSIONED)),
            ("v1.S", ("v1", UNVERSIONED)),
            ("S", ("S", UNVERSIONED)),
        ] {
            assert_eq!(named(service), expected);
        }
    }
}
