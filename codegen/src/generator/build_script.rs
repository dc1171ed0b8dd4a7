//! In a build script: the tree in `OUT_DIR/agentgen`, a file a package that
//! `agentgen::include!` finds, what cargo has to watch, and the warnings that it
//! shows.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Error, Generator, inputs};
use crate::contract::{Contract, Package};
use crate::diagnostic::Diagnostic;
use crate::emit::OutputFile;
use crate::output;

/// The folder of the tree in `OUT_DIR`.
const TREE: &str = "agentgen";

/// The module of the tree where it is included.
const MODULE: &str = "agentgen_tree";

/// The file that `agentgen::include!()` takes; no package can have its name.
const WHOLE: &str = "agentgen-tree";

pub(super) fn generate(generator: &Generator) -> Result<(), Error> {
    let Some(out_dir) = std::env::var_os("OUT_DIR").map(PathBuf::from) else {
        let help = "OUT_DIR is not set: outside of a build script, choose a folder with `out_dir`";
        return Err(Error::message(help.to_owned()));
    };
    let outcome = generator.files();
    let mut watched: Vec<PathBuf> = match &outcome {
        Ok((loaded, _)) => loaded.sources.paths().into_iter().map(Path::to_owned).collect(),
        Err(error) => error.files().iter().chain(&generator.protos).cloned().collect(),
    };
    // A file that comes into a folder, or leaves it, counts as well; but for a folder that
    // this writes into.
    let folders = generator.protos.iter().filter(|input| input.is_dir());
    let outside =
        |folder: &&PathBuf| folder.canonicalize().is_ok_and(|folder| !out_dir.starts_with(folder));
    watched.extend(folders.filter(outside).cloned());
    watched.extend(generator.baseline.iter().flat_map(|it| it.files().map(Path::to_owned)));
    watch(&watched).map_err(|error| untold(&error))?;
    let (loaded, files) = outcome?;
    warn(&super::warnings(&loaded)).map_err(|error| untold(&error))?;
    let tree = out_dir.join(TREE);
    output::write(&tree, &files).map_err(|error| Error::write(&tree, &error))?;
    for file in includes(&loaded.contract).into_iter().chain([inputs::file(generator)]) {
        let path = out_dir.join(&file.path);
        std::fs::write(&path, &file.contents).map_err(|error| Error::write(&path, &error))?;
    }
    Ok(())
}

/// Speaks cargo's protocol, for which standard output is the only way.
fn watch(files: &[PathBuf]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for file in files {
        writeln!(out, "cargo::rerun-if-changed={}", file.display())?;
    }
    out.flush()
}

/// Shows findings that keep nothing from being made, a line each.
pub(super) fn warn(found: &[Diagnostic]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for found in found {
        writeln!(out, "cargo::warning={}", found.to_string().replace('\n', " "))?;
    }
    out.flush()
}

pub(super) fn untold(error: &io::Error) -> Error {
    Error::message(format!("cannot tell cargo: {error}"))
}

/// A file a package, and one for the whole tree.
fn includes(contract: &Contract) -> Vec<OutputFile> {
    let packages = contract.packages.iter().map(|package| {
        let exported = std::iter::once(MODULE).chain(package.modules.iter().map(String::as_str));
        let exported: Vec<&str> = exported.collect();
        include(&package.name, &format!("pub use {}::*;\n", exported.join("::")))
    });
    let roots = contract.packages.iter().filter_map(root).map(|root| format!("{root}, "));
    let mut roots: Vec<String> = roots.collect();
    roots.sort();
    roots.dedup();
    let whole = format!("pub use {MODULE}::{{{}}};\n", roots.concat().trim_end_matches(", "));
    packages.chain([include(WHOLE, &whole)]).collect()
}

/// What the root module holds of a package; everything, where it has no name.
fn root(package: &Package) -> Option<&str> {
    package.modules.first().map(String::as_str).or(Some("*"))
}

/// One crate rarely uses all that a contract offers; lints about that are
/// silenced here, where the contract comes in, and not in the generated code.
const ALLOW: &str = "\
    #[allow(unused, unreachable_pub, clippy::duplicate_mod, reason = \"one crate rarely uses all\")]";

fn include(name: &str, exports: &str) -> OutputFile {
    let module = format!("{ALLOW}\n#[path = \"{TREE}/mod.rs\"]\nmod {MODULE};\n");
    OutputFile { path: format!("{name}.rs"), contents: format!("{module}{ALLOW}\n{exports}") }
}
