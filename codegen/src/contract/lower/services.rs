//! Services and the names of what is generated for them.

use std::collections::BTreeSet;

use prost_reflect::ServiceDescriptor;
use prost_types::ServiceOptions;

use super::messages::name_path;
use super::options::{AGENTGEN, Setting};
use super::packages::PackagePlan;
use super::{Lowering, methods};
use crate::contract::model::{Service, ServiceNames};
use crate::contract::{defaults, names};

/// Lowers every service that is emitted.
pub(super) fn lower(lowering: &mut Lowering<'_>, plan: &[PackagePlan]) {
    for (index, package) in plan.iter().enumerate() {
        let mut taken = taken_in(lowering, index);
        let files = package.files.iter().filter(|(_, with_services)| *with_services);
        for descriptor in files.flat_map(|(file, _)| file.services().collect::<Vec<_>>()) {
            let mut service = service(lowering, &descriptor);
            service.rust = unique_names(&service.name, &mut taken);
            lowering.contract.packages[index].services.push(service);
        }
    }
}

fn service(lowering: &mut Lowering<'_>, descriptor: &ServiceDescriptor) -> Service {
    let file = descriptor.parent_file();
    let setting = Setting::extension(lowering.pool, &descriptor.options(), "agentgen.v1.service");
    let scope = methods::Scope {
        file: file.name().to_owned(),
        service: descriptor.clone(),
        place: lowering
            .spans
            .place_within(file.name(), &[descriptor.path(), &[3, AGENTGEN]].concat()),
        setting,
    };
    methods::check_service(lowering, &scope);
    Service {
        name: descriptor.name().to_owned(),
        full_name: descriptor.full_name().to_owned(),
        docs: lowering.spans.docs(file.name(), descriptor.path()),
        location: lowering.spans.place(file.name(), &name_path(descriptor.path())),
        methods: descriptor
            .methods()
            .map(|method| methods::lower(lowering, &scope, &method))
            .collect(),
        deprecated: descriptor
            .service_descriptor_proto()
            .options
            .as_ref()
            .is_some_and(ServiceOptions::deprecated),
        error_shape: defaults::error_shape(scope.setting.enumeration("error_shape")),
        rust: ServiceNames::default(),
    }
}

/// The names that a package's module holds already: its types, their modules,
/// the modules of packages below it, and the codec.
fn taken_in(lowering: &Lowering<'_>, index: usize) -> BTreeSet<String> {
    let contract = &lowering.contract;
    let package = &contract.packages[index];
    let types = package.messages.iter().map(|id| &contract.message(*id).rust_path);
    let types = types.chain(package.enums.iter().map(|id| &contract.enumeration(*id).rust_path));
    let mut taken: BTreeSet<String> = types.filter_map(|path| path.first().cloned()).collect();
    let oneofs = package.messages.iter().flat_map(|id| &contract.message(*id).oneofs);
    taken.extend(oneofs.filter_map(|oneof| oneof.rust_path.first().cloned()));
    let depth = package.modules.len();
    let below =
        contract.packages.iter().filter(|other| other.modules.starts_with(&package.modules));
    taken.extend(below.filter_map(|other| other.modules.get(depth).cloned()));
    taken.insert("codec".to_owned());
    taken.insert("validation".to_owned());
    taken
}

/// The names of a service's items, each with underscores behind it until it
/// differs from every other name in the module.
fn unique_names(service: &str, taken: &mut BTreeSet<String>) -> ServiceNames {
    let mut unique = |mut name: String| {
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        name
    };
    let agent = names::camel(service);
    ServiceNames {
        module: unique(names::snake(service)),
        server: unique(format!("{agent}Server")),
        glue: unique(format!("{agent}Service")),
        client: unique(format!("{agent}Client")),
        agent: unique(agent),
    }
}
