//! Names that become one, or nothing, in Rust. Types, fields and variants get
//! their names from prost-build, so that no suffix can tell them apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::model::{Cardinality, Contract, Location, Message, Package};
use crate::contract::names;
use crate::diagnostic::{Diagnostic, codes};

/// A name and where it comes from.
struct Named<'a> {
    /// What it is, for messages: `message`, `field`.
    what: &'static str,
    /// The name in the `.proto` file.
    name: &'a str,
    /// The name, or path, in Rust.
    rust: String,
    /// Where it is declared.
    place: Location,
}

/// Two names of one scope that are equal in Rust, and names that are empty.
fn clashes<'a>(scope: impl IntoIterator<Item = Named<'a>>) -> Vec<Diagnostic> {
    let mut first: BTreeMap<String, Named<'a>> = BTreeMap::new();
    let mut found = Vec::new();
    for named in scope {
        if named.rust.is_empty() || named.rust.ends_with("::") {
            found.push(unusable(&named));
        } else if let Some(other) = first.get(&named.rust) {
            found.push(clash(&named, other));
        } else {
            first.insert(named.rust.clone(), named);
        }
    }
    found
}

fn clash(named: &Named<'_>, other: &Named<'_>) -> Diagnostic {
    let message = format!(
        "{} `{}` and {} `{}` are both `{}` in Rust",
        other.what, other.name, named.what, named.name, named.rust
    );
    let mut report = Diagnostic::new(&codes::NAME_CLASH, message)
        .at(named.place.clone())
        .hint("rename one of them");
    if !other.place.file.is_empty() {
        report = report.related(other.place.clone(), "the other one");
    }
    report
}

fn unusable(named: &Named<'_>) -> Diagnostic {
    let message = format!("nothing is left of the {} name `{}` in Rust", named.what, named.name);
    Diagnostic::new(&codes::NAME_UNUSABLE, message)
        .at(named.place.clone())
        .hint("use a name with a letter in it")
}

/// Packages of one Rust module.
pub(super) fn packages(contract: &Contract) -> Vec<Diagnostic> {
    let named = contract.packages.iter().map(|package| Named {
        what: "package",
        name: &package.name,
        rust: if package.name.is_empty() { "crate".to_owned() } else { package.modules.join("::") },
        place: package.location.clone(),
    });
    clashes(named)
}

/// Messages, enums and oneofs of one module, and modules of messages that are
/// modules of packages or of generated code too.
pub(super) fn types(contract: &Contract) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for package in &contract.packages {
        found.extend(clashes(types_of(contract, package)));
        found.extend(module_clashes(contract, package));
    }
    found
}

fn types_of<'a>(contract: &'a Contract, package: &'a Package) -> Vec<Named<'a>> {
    let mut types = Vec::new();
    let mut add = |what, name, path: &[String], place: &Location| {
        types.push(Named { what, name, rust: path.join("::"), place: place.clone() });
    };
    for message in package.messages.iter().map(|id| contract.message(*id)) {
        if !message.map_entry {
            add("message", message.name.as_str(), &message.rust_path, &message.location);
        }
    }
    for enumeration in package.enums.iter().map(|id| contract.enumeration(*id)) {
        add("enum", enumeration.name.as_str(), &enumeration.rust_path, &enumeration.location);
    }
    for oneof in package.messages.iter().flat_map(|id| &contract.message(*id).oneofs) {
        add("oneof", oneof.name.as_str(), &oneof.rust_path, &oneof.location);
    }
    types
}

/// Modules of one parent that are one: of a package below, of a message with
/// types inside it, of generated code.
fn module_clashes(contract: &Contract, package: &Package) -> Vec<Diagnostic> {
    let inner: BTreeSet<String> = types_of(contract, package)
        .iter()
        .filter_map(|named| Some(named.rust.split_once("::")?.0.to_owned()))
        .collect();
    let outer = package.messages.iter().map(|id| contract.message(*id));
    let outer = outer.filter(|message| message.rust_path.len() == 1);
    let messages = outer.map(|message| Named {
        what: "message",
        name: &message.name,
        rust: names::snake(&message.name),
        place: message.location.clone(),
    });
    let depth = package.modules.len();
    let below =
        contract.packages.iter().filter(|other| other.modules.starts_with(&package.modules));
    let mut packages: BTreeMap<&str, Named<'_>> = BTreeMap::new();
    for other in below {
        if let Some(module) = other.modules.get(depth) {
            packages.entry(module).or_insert_with(|| Named {
                what: "package",
                name: &other.name,
                rust: module.clone(),
                place: other.location.clone(),
            });
        }
    }
    let generated = generated_modules(package).iter().map(|&module| Named {
        what: "generated module",
        name: module,
        rust: module.to_owned(),
        place: Location::default(),
    });
    let messages = messages.filter(|message| inner.contains(&message.rust));
    clashes(generated.chain(packages.into_values()).chain(messages))
}

/// The modules that generated code adds to a package's own.
fn generated_modules(package: &Package) -> &'static [&'static str] {
    if package.modules.is_empty() { &["codec", "descriptors"] } else { &["codec"] }
}

/// Fields and oneofs of one message, variants of one oneof or enum.
pub(super) fn members(contract: &Contract) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for message in &contract.messages {
        found.extend(clashes(fields_of(message)));
        for oneof in 0..message.oneofs.len() {
            found.extend(clashes(variants_of(message, oneof)));
        }
    }
    for enumeration in &contract.enums {
        // An alias is no variant of its own.
        let mut numbers = BTreeSet::new();
        let values = enumeration.values.iter().filter(|value| numbers.insert(value.number));
        found.extend(clashes(values.map(|value| Named {
            what: "enum value",
            name: &value.name,
            rust: value.rust.clone(),
            place: value.location.clone(),
        })));
    }
    found
}

fn fields_of(message: &Message) -> impl Iterator<Item = Named<'_>> {
    let fields =
        message.fields.iter().filter(|field| !matches!(field.cardinality, Cardinality::Oneof(_)));
    let fields = fields.map(|field| Named {
        what: "field",
        name: &field.name,
        rust: field.rust.clone(),
        place: field.location.clone(),
    });
    fields.chain(message.oneofs.iter().map(|oneof| Named {
        what: "oneof",
        name: &oneof.name,
        rust: oneof.rust.clone(),
        place: oneof.location.clone(),
    }))
}

fn variants_of(message: &Message, oneof: usize) -> impl Iterator<Item = Named<'_>> {
    let fields = message.fields.iter();
    let fields = fields.filter(move |field| field.cardinality == Cardinality::Oneof(oneof));
    fields.map(|field| Named {
        what: "field",
        name: &field.name,
        rust: field.rust.clone(),
        place: field.location.clone(),
    })
}

/// Rpcs of one trait, and services whose names leave nothing.
pub(super) fn methods(contract: &Contract) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for service in contract.services() {
        found.extend(clashes([Named {
            what: "service",
            name: &service.name,
            rust: names::camel(&service.name),
            place: service.location.clone(),
        }]));
        found.extend(clashes(service.methods.iter().map(|method| Named {
            what: "rpc",
            name: &method.name,
            rust: method.rust.clone(),
            place: method.location.clone(),
        })));
    }
    found
}
