//! Which files are emitted, and the numbers of their messages and enums.
//!
//! Emitted are the inputs and every file that declares a type which an emitted
//! one names in a field or an rpc. A file that is imported for its options
//! alone is not.

use std::collections::{BTreeMap, HashSet};

use prost_reflect::{EnumDescriptor, FileDescriptor, Kind, MessageDescriptor};

use super::{Lowering, is_well_known};
use crate::contract::model::{EnumId, MessageId, Package};
use crate::contract::names;
use crate::source::Sources;

/// `FileDescriptorProto.package`.
const PACKAGE: i32 = 2;

/// The emitted files of one package.
pub(super) struct PackagePlan {
    /// The protobuf name.
    pub(super) name: String,
    /// The files, sorted by name, each with whether its services are emitted.
    pub(super) files: Vec<(FileDescriptor, bool)>,
}

/// The packages to emit, sorted by name.
pub(super) fn plan(sources: &Sources) -> Vec<PackagePlan> {
    let inputs: HashSet<&str> = sources.inputs().iter().map(String::as_str).collect();
    let mut seen = HashSet::new();
    let mut queue = Vec::new();
    let named = |name: &str| sources.pool().get_file_by_name(name);
    for file in sources.inputs().iter().filter_map(|name| named(name)) {
        if !is_well_known(file.name()) && seen.insert(file.name().to_owned()) {
            queue.push(file);
        }
    }
    let mut packages: BTreeMap<String, Vec<(FileDescriptor, bool)>> = BTreeMap::new();
    while let Some(file) = queue.pop() {
        let with_services = inputs.contains(file.name());
        for used in uses(&file, with_services) {
            if !is_well_known(used.name()) && seen.insert(used.name().to_owned()) {
                queue.push(used);
            }
        }
        let package = packages.entry(file.package_name().to_owned()).or_default();
        package.push((file, with_services));
    }
    let plan = packages.into_iter().map(|(name, mut files)| {
        files.sort_by(|a, b| a.0.name().cmp(b.0.name()));
        PackagePlan { name, files }
    });
    plan.collect()
}

/// The files whose types a file names.
fn uses(file: &FileDescriptor, with_services: bool) -> Vec<FileDescriptor> {
    let mut used = Vec::new();
    for message in messages(file) {
        for field in message.fields() {
            match field.kind() {
                Kind::Message(message) => used.push(message.parent_file()),
                Kind::Enum(enumeration) => used.push(enumeration.parent_file()),
                _ => {}
            }
        }
    }
    if with_services {
        for method in file.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
            used.push(method.input().parent_file());
            used.push(method.output().parent_file());
        }
    }
    used
}

/// The messages of a file, outer before inner, in declaration order.
pub(super) fn messages(file: &FileDescriptor) -> Vec<MessageDescriptor> {
    let mut stack: Vec<_> = file.messages().collect();
    stack.reverse();
    let mut all = Vec::new();
    while let Some(message) = stack.pop() {
        let inner: Vec<_> = message.child_messages().collect();
        stack.extend(inner.into_iter().rev());
        all.push(message);
    }
    all
}

/// The enums of a file: those of the file, then those of each message.
pub(super) fn enums(file: &FileDescriptor) -> Vec<EnumDescriptor> {
    let mut all: Vec<_> = file.enums().collect();
    all.extend(messages(file).iter().flat_map(|message| message.child_enums().collect::<Vec<_>>()));
    all
}

/// Adds the packages, and gives every message and enum its number, so that
/// fields can name types that are lowered later.
pub(super) fn number(lowering: &mut Lowering<'_>, plan: &[PackagePlan]) {
    for package in plan {
        let mut lowered = Package {
            name: package.name.clone(),
            modules: package.name.split('.').filter(|s| !s.is_empty()).map(names::snake).collect(),
            ..Package::default()
        };
        if let Some((file, _)) = package.files.first() {
            lowered.location = lowering.spans.place(file.name(), &[PACKAGE]);
        }
        let docs =
            package.files.iter().map(|(file, _)| lowering.spans.docs(file.name(), &[PACKAGE]));
        lowered.docs = docs.into_iter().find(|docs| !docs.is_empty()).unwrap_or_default();
        for (file, _) in &package.files {
            lowered.files.push(file.name().to_owned());
            for message in messages(file) {
                let id = MessageId(lowering.messages.len());
                lowering.messages.insert(message.full_name().to_owned(), id);
                lowered.messages.push(id);
            }
            for enumeration in enums(file) {
                let id = EnumId(lowering.enums.len());
                lowering.enums.insert(enumeration.full_name().to_owned(), id);
                lowered.enums.push(id);
            }
        }
        lowering.contract.packages.push(lowered);
    }
}
