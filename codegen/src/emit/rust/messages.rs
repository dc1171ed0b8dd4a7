//! `mod.rs` of a package: the message types, through prost-build.
//!
//! prost-build decides on fields and attributes. What it says about them is
//! replaced with the contract's comments, made safe for rustdoc.

use std::collections::HashMap;

use prost::Message as _;
use prost_build::Module as ProstModule;
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet};

use super::{decorate, well_known};
use crate::contract::{Contract, Package};
use crate::diagnostic::{Diagnostic, codes};
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "messages",
    group: Group::Rust,
    doc: "the message types, as prost structs",
    needs: &[],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    let texts = match generate(job.contract) {
        Ok(texts) => texts,
        Err(error) => return output.fail(failure(&error)),
    };
    output.module([""; 0]).describe("The packages of the contract.");
    for (index, package) in job.contract.packages.iter().enumerate() {
        for depth in 1..=package.modules.len() {
            let modules = &package.modules[..depth];
            let names: Vec<&str> = package.name.split('.').take(depth).collect();
            output.module(modules).public().describe_new(format!("`{}`.", names.join(".")));
        }
        let module = output.module(&package.modules);
        module.describe(package_docs(package));
        let Some(text) = texts.get(&ProstModule::from_protobuf_package_name(&package.name)) else {
            continue;
        };
        match syn::parse_file(text) {
            Ok(file) => module.extend(decorate::items(job.contract, index, file.items)),
            Err(error) => output.fail(failure(&error.to_string())),
        }
    }
}

fn package_docs(package: &Package) -> String {
    match package.name.as_str() {
        "" => "The messages and services outside of any package.".to_owned(),
        name => format!("The package `{name}`."),
    }
}

/// The text of every package, without comments.
fn generate(contract: &Contract) -> Result<HashMap<ProstModule, String>, String> {
    let set = FileDescriptorSet::decode(contract.descriptors.as_slice())
        .map_err(|error| error.to_string())?;
    let requests = set.file.into_iter().map(|mut file| {
        strip(&mut file);
        (ProstModule::from_protobuf_package_name(file.package()), file)
    });
    let mut config = prost_build::Config::new();
    config.prost_path("::agentgen::__private::prost").btree_map(["."]).compile_well_known_types();
    for (name, path, _) in well_known::TYPES {
        config.extern_path(format!(".google.protobuf.{name}"), path);
    }
    config.generate(requests.collect()).map_err(|error| error.to_string())
}

/// Removes what would make prost-build say more than the types: comments, which
/// the contract has, and deprecation, which [`super::docs::text`] tells.
fn strip(file: &mut FileDescriptorProto) {
    file.source_code_info = None;
    file.message_type.iter_mut().for_each(strip_message);
    file.enum_type.iter_mut().for_each(strip_enum);
}

fn strip_message(message: &mut DescriptorProto) {
    message.field.iter_mut().for_each(strip_field);
    message.nested_type.iter_mut().for_each(strip_message);
    message.enum_type.iter_mut().for_each(strip_enum);
}

fn strip_field(field: &mut FieldDescriptorProto) {
    if let Some(options) = &mut field.options {
        options.deprecated = None;
    }
}

fn strip_enum(enumeration: &mut prost_types::EnumDescriptorProto) {
    for options in enumeration.value.iter_mut().filter_map(|value| value.options.as_mut()) {
        options.deprecated = None;
    }
}

fn failure(error: &str) -> Diagnostic {
    let message = format!("the message types cannot be made: {error}");
    Diagnostic::new(&codes::MESSAGES_UNMAKEABLE, message)
}
