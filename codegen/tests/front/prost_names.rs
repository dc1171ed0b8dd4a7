//! The Rust names and boxes of the contract against what prost-build writes.

use std::collections::BTreeMap;

use agentgen_codegen::contract::{self, Cardinality, Message};
use agentgen_codegen::source::{self, Sources};
use prost_build::Module;
use quote::ToTokens;

const FILES: &[(&str, &str)] = &[
    ("names.proto", include_str!("protos/names.proto")),
    ("groups.proto", include_str!("protos/groups.proto")),
];

/// What prost-build writes for one file's package: the fields of each struct
/// and the variants of each enum, by path inside the package.
type Items = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn every_name_and_box_is_that_of_prost_build() {
    let sources = source::from_texts(FILES.iter().copied()).expect("they compile");
    let (contract, diagnostics) = contract::lower(&sources);
    assert!(!diagnostics.iter().any(agentgen_codegen::Diagnostic::is_error), "{diagnostics:?}");
    for package in &contract.packages {
        let written = written(&sources, &package.name);
        let mut lowered = Items::new();
        for message in package.messages.iter().map(|id| contract.message(*id)) {
            if !message.map_entry {
                add_message(message, &mut lowered);
            }
        }
        for enumeration in package.enums.iter().map(|id| contract.enumeration(*id)) {
            let variants =
                enumeration.values.iter().map(|value| (value.rust.clone(), String::new()));
            lowered.insert(enumeration.rust_path.join("::"), variants.collect());
        }
        assert_eq!(lowered, written, "{}", package.name);
    }
}

fn add_message(message: &Message, items: &mut Items) {
    let boxed = |boxed: bool| if boxed { "Box".to_owned() } else { String::new() };
    let mut fields = BTreeMap::new();
    for oneof in &message.oneofs {
        fields.insert(oneof.rust.clone(), String::new());
        items.insert(oneof.rust_path.join("::"), BTreeMap::new());
    }
    for field in &message.fields {
        match field.cardinality {
            Cardinality::Oneof(oneof) => {
                let path = message.oneofs[oneof].rust_path.join("::");
                let variants = items.entry(path).or_default();
                variants.insert(field.rust.clone(), boxed(field.boxed));
            }
            _ => {
                fields.insert(field.rust.clone(), boxed(field.boxed));
            }
        }
    }
    items.insert(message.rust_path.join("::"), fields);
}

fn written(sources: &Sources, package: &str) -> Items {
    let module = Module::from_protobuf_package_name(package);
    let files = sources.descriptor_set().file.into_iter();
    let requests = files.map(|file| (Module::from_protobuf_package_name(file.package()), file));
    let modules = prost_build::Config::new().generate(requests.collect()).expect("prost-build");
    let file = syn::parse_file(&modules[&module]).expect("prost-build writes Rust");
    let mut items = Items::new();
    collect(&file.items, "", &mut items);
    items
}

fn collect(parsed: &[syn::Item], outer: &str, items: &mut Items) {
    let is_boxed = |tokens: &dyn ToTokens| {
        let text = tokens.to_token_stream().to_string();
        if text.contains("boxed :: Box <") { "Box".to_owned() } else { String::new() }
    };
    for item in parsed {
        match item {
            syn::Item::Struct(item) => {
                let fields = item.fields.iter();
                let fields = fields.filter_map(|field| {
                    Some((field.ident.as_ref()?.to_string(), is_boxed(&field.ty)))
                });
                items.insert(format!("{outer}{}", item.ident), fields.collect());
            }
            syn::Item::Enum(item) => {
                let variants = item.variants.iter();
                let variants =
                    variants.map(|variant| (variant.ident.to_string(), is_boxed(&variant.fields)));
                items.insert(format!("{outer}{}", item.ident), variants.collect());
            }
            syn::Item::Mod(item) => {
                let inner = item.content.as_ref().map_or(&[][..], |(_, inner)| inner);
                collect(inner, &format!("{outer}{}::", item.ident), items);
            }
            _ => {}
        }
    }
}
