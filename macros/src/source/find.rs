//! Where a contract that a macro names is looked up.

use std::path::PathBuf;

use syn::LitStr;

use crate::report::Report;

/// The folder that paths start from, and the file: in that folder, or in an
/// include folder below it.
pub(super) fn named(
    path: &LitStr,
    includes: &[LitStr],
    report: &mut Report,
) -> Option<(PathBuf, PathBuf)> {
    if path.value().trim().is_empty() {
        report
            .error(path.span(), "no contract is named: state a `.proto` file, or a folder of them");
        return None;
    }
    let wanted = PathBuf::from(path.value());
    let folders = includes.iter().map(|folder| PathBuf::from(folder.value()));
    let names: Vec<_> =
        std::iter::once(PathBuf::new()).chain(folders).map(|folder| folder.join(&wanted)).collect();
    for base in bases(path) {
        if let Some(file) = names.iter().map(|name| base.join(name)).find(|file| file.exists()) {
            return Some((base, file));
        }
    }
    let tried: Vec<_> = names.iter().map(|name| format!("`{}`", name.display())).collect();
    report.error(
        path.span(),
        format!(
            "no such file: tried {}, from the package's folder and from this file's",
            tried.join(" and ")
        ),
    );
    None
}

/// The package's folder.
pub(super) fn package() -> Option<PathBuf> {
    std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)
}

/// The package's folder, and that of the source file.
fn bases(path: &LitStr) -> impl Iterator<Item = PathBuf> {
    let file = path.span().unwrap().local_file();
    let beside = file.and_then(|file| std::path::absolute(file.parent()?).ok());
    package().into_iter().chain(beside)
}
