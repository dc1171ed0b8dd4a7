//! The crates that are built: of each variant a contract and an application,
//! or the application alone where a macro makes the contract.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::contract;

/// Of the workspace. Crates of a registry are not compiled incrementally, and these of
/// ours stand for such.
const MANIFEST: &str = "[workspace]
resolver = \"3\"
members = [\"*/contract\", \"*/app\"]
exclude = [\"target\"]

[profile.dev]
debug = \"line-tables-only\"

[profile.dev.package.agentgen]
incremental = false

[profile.dev.package.agentgen-macros]
incremental = false
";

/// One way to serve the contract.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    /// The dependencies of the crate with the generated code, and its build
    /// script; `None` where a macro makes it.
    pub(crate) contract: Option<Contract>,
    /// The dependencies of the application.
    pub(crate) dependencies: &'static str,
    /// `main.rs`.
    pub(crate) main: fn() -> String,
    /// The module that implements a service; some number in it, which changes
    /// nothing else.
    pub(crate) service: fn(usize, usize) -> String,
}

/// The crate that holds generated code.
pub(crate) struct Contract {
    pub(crate) dependencies: &'static str,
    pub(crate) build_dependencies: &'static str,
    pub(crate) build: &'static str,
    pub(crate) lib: &'static str,
}

/// A folder for all of them, with the target folder that they share.
pub(crate) struct Workspace {
    folder: PathBuf,
    pub(crate) release: bool,
}

impl Workspace {
    pub(crate) fn new(release: bool) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile-bench");
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        fs::create_dir_all(&folder).expect("it can be written");
        fs::copy(lock, folder.join("Cargo.lock")).expect("the workspace has one");
        fs::write(folder.join("Cargo.toml"), MANIFEST).expect("it can be written");
        Self { folder, release }
    }

    /// Puts the crates of a variant in place.
    pub(crate) fn write(&self, variant: &Variant) {
        let Variant { name, dependencies, .. } = variant;
        let mut linked = String::new();
        if let Some(it) = &variant.contract {
            let manifest = format!(
                "{}[dependencies]\n{}\n[build-dependencies]\n{}",
                package(&contract_of(variant)),
                it.dependencies,
                it.build_dependencies
            );
            self.put(&format!("{name}/contract/Cargo.toml"), &rooted(&manifest));
            self.put(&format!("{name}/contract/build.rs"), it.build);
            self.put(&format!("{name}/contract/src/lib.rs"), it.lib);
            self.put(&proto_of(variant), &contract::text());
            linked =
                format!("contract = {{ package = \"{name}-contract\", path = \"../contract\" }}\n");
        } else {
            self.put(&proto_of(variant), &contract::text());
        }
        let manifest =
            format!("{}[dependencies]\n{linked}{dependencies}", package(&app_of(variant)));
        self.put(&format!("{name}/app/Cargo.toml"), &rooted(&manifest));
        self.put(&format!("{name}/app/src/main.rs"), &(variant.main)());
        for service in 0..contract::SERVICES {
            self.write_service(variant, service, 0);
        }
    }

    /// Writes the implementation of a service.
    pub(crate) fn write_service(&self, variant: &Variant, service: usize, number: usize) {
        let path = format!("{}/app/src/agent{service}.rs", variant.name);
        self.put(&path, &(variant.service)(service, number));
    }

    /// Adds a comment to the contract.
    pub(crate) fn comment(&self, variant: &Variant, number: usize) {
        let text = format!("{}// Changed {number} times.\n", contract::text());
        self.put(&proto_of(variant), &text);
    }

    /// Forgets what was compiled of a package.
    pub(crate) fn clean(&self, package: &str) {
        let status = self.cargo("clean").args(["--package", package]).status();
        assert!(status.expect("cargo runs").success(), "{package} cannot be cleaned");
    }

    /// Builds a variant with everything that it needs.
    pub(crate) fn build(&self, variant: &Variant) -> super::measure::Cost {
        super::measure::run(self.cargo("build").args(["--package", &app_of(variant)]))
    }

    /// The size of the program, without symbols.
    pub(crate) fn size(&self, variant: &Variant) -> u64 {
        let profile = if self.release { "release" } else { "debug" };
        let program = self.folder.join("target").join(profile).join(app_of(variant));
        let stripped = self.folder.join("stripped");
        let status = Command::new("strip").arg("-o").arg(&stripped).arg(&program).status();
        let read = if status.is_ok_and(|status| status.success()) { stripped } else { program };
        fs::metadata(read).expect("it was built").len()
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.arg(command).arg("--quiet").current_dir(&self.folder);
        cargo.env("CARGO_TARGET_DIR", self.folder.join("target"));
        // As users build: the change of an application is compiled with what is left of before.
        cargo.env_remove("CARGO_INCREMENTAL");
        if self.release {
            cargo.arg("--release");
        }
        cargo
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("it can be written");
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return;
        }
        fs::write(path, text).expect("it can be written");
    }
}

/// The package of the generated code.
pub(crate) fn contract_of(variant: &Variant) -> String {
    format!("{}-contract", variant.name)
}

/// The package of the application.
pub(crate) fn app_of(variant: &Variant) -> String {
    format!("{}-app", variant.name)
}

fn proto_of(variant: &Variant) -> String {
    let side = if variant.contract.is_some() { "contract" } else { "app" };
    format!("{}/{side}/bench.proto", variant.name)
}

fn package(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n")
}

/// A manifest whose `ROOT` is this repository.
fn rooted(manifest: &str) -> String {
    manifest.replace("ROOT", concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
