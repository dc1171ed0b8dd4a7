//! What the version at the end of a package promises: `v1` is stable,
//! `v1beta1` and `v1alpha` are not.

use crate::compat::finding::{Directions, Level};
use crate::compat::pair::FileChange;
use crate::compat::rule::Sink;
use crate::compat::schema::{FileId, Schema};

/// What a package promises.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stability {
    /// It has no version.
    Unknown,
    Unstable,
    Stable,
}

impl Stability {
    /// Read off the last part of a package: `v` and a number, with the name
    /// of a stage behind it where it is not stable.
    fn of(package: &str) -> Self {
        let last = package.rsplit('.').next().unwrap_or_default();
        let Some(version) = last.strip_prefix('v') else { return Self::Unknown };
        let stage = version.trim_start_matches(|c: char| c.is_ascii_digit());
        let stages = ["alpha", "beta", "test", "p"];
        match stage {
            _ if stage.len() == version.len() => Self::Unknown,
            "" => Self::Stable,
            _ if stages.iter().any(|known| stage.starts_with(known)) => Self::Unstable,
            _ => Self::Unknown,
        }
    }
}

pub(super) fn lowered(change: &FileChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let (old, new) = (change.cx.old.file(old).package, change.cx.new.file(new).package);
    let levels = (Stability::of(old), Stability::of(new));
    if levels == (Stability::Stable, Stability::Unstable) {
        let message = format!("the package was `{old}`, which is stable, and is `{new}`");
        change.report(sink, message, Directions::OK);
    }
}

pub(super) fn uses_unstable(change: &FileChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(id) = change.change.after() else { return };
    let file = change.cx.new.file(id);
    if file.is_import || Stability::of(file.package) != Stability::Stable {
        return;
    }
    let known = change.change.before().map(|id| unstable(change.cx.old, id)).unwrap_or_default();
    for (name, package) in unstable(change.cx.new, id) {
        if !known.iter().any(|(_, other)| *other == package) {
            let stable = file.package;
            let message = format!(
                "`{stable}` is stable and now imports `{name}` of `{package}`, which is not"
            );
            let finding = change.report(sink, message, Directions::OK);
            if change.change.before().is_none() {
                // A new file has broken no promise yet.
                finding.level = Level::Warning;
            }
        }
    }
}

/// The imports of a file that are not stable, with their packages.
fn unstable<'a>(schema: &Schema<'a>, file: FileId) -> Vec<(&'a str, &'a str)> {
    let imports = schema.file(file).imports.iter();
    let packages = imports.filter_map(|name| {
        let package = schema.file(schema.file_named(name)?).package;
        Some((*name, package))
    });
    packages.filter(|(_, package)| Stability::of(package) == Stability::Unstable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stage_behind_the_version_tells() {
        let stable = ["acme.v1", "v2", "a.b.v12"];
        let unstable = ["acme.v1beta1", "acme.v1alpha", "acme.v1p1beta1", "acme.v1test"];
        let unknown = ["acme", "", "acme.v", "acme.vast", "acme.beta", "acme.v1.inner"];
        let is = |packages: &[&str], level| packages.iter().all(|p| Stability::of(p) == level);
        assert!(is(&stable, Stability::Stable));
        assert!(is(&unstable, Stability::Unstable));
        assert!(is(&unknown, Stability::Unknown));
    }
}
