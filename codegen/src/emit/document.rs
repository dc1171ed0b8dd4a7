//! What the documents share: how they are printed, and which version of the
//! contract they say they are.

use serde_json::Value;

use crate::contract::{Contract, Service};

/// A document as text: indented by two, with a line feed at the end.
pub(super) fn pretty(document: &Value) -> String {
    format!("{document:#}\n")
}

/// The version of a document about these services: that of their package, such
/// as `v1`, or one of the contract's digest where they have none in common.
pub(super) fn version(contract: &Contract, services: &[&Service]) -> String {
    let mut versions = services.iter().map(|service| package_version(service));
    let first = versions.next().flatten();
    match first {
        Some(version) if versions.all(|other| other == Some(version)) => version.to_owned(),
        _ => of_digest(&contract.digest),
    }
}

/// The start of a digest as a semantic version, which generators make that of a
/// package. The letter, as of `git describe`, keeps it one where the digest has only
/// digits, of which the first may be 0.
fn of_digest(digest: &str) -> String {
    format!("0.0.0-g{}", digest.chars().take(12).collect::<String>())
}

/// The last segment of the service's package, where it is a version.
fn package_version(service: &Service) -> Option<&str> {
    let (package, _) = service.full_name.rsplit_once('.')?;
    let last = package.rsplit('.').next()?;
    let digits = last.strip_prefix('v')?;
    digits.starts_with(|first: char| first.is_ascii_digit()).then_some(last)
}

/// The title of a document about these services: the one service, or the
/// packages they stand in.
pub(super) fn title(contract: &Contract, services: &[&Service]) -> String {
    if let [service] = services {
        return service.name.clone();
    }
    let packages: Vec<_> = contract
        .packages
        .iter()
        .filter(|package| !package.services.is_empty() && !package.name.is_empty())
        .map(|package| package.name.as_str())
        .collect();
    if packages.is_empty() { "agents".to_owned() } else { packages.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_of_digits_alone_is_a_semantic_version_too() {
        assert_eq!(of_digest("d4f1202dc2601234"), "0.0.0-gd4f1202dc260");
        // A number with a leading zero is no identifier of a pre-release.
        assert_eq!(of_digest("0123456789012345"), "0.0.0-g012345678901");
    }
}
