//! Names that are ours to choose, made unique: statics and operation ids.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::defaults;
use crate::contract::model::{Contract, HttpBinding};

/// Gives every static a name of its own in its package.
pub(super) fn statics(contract: &mut Contract) {
    for package in &contract.packages {
        let mut taken = BTreeSet::new();
        for id in &package.messages {
            let name = &mut contract.messages[id.0].rust_static;
            *name = unique(name, &mut taken);
        }
        for id in &package.enums {
            let name = &mut contract.enums[id.0].rust_static;
            *name = unique(name, &mut taken);
        }
    }
}

/// Gives every binding an id of its own in the contract.
pub(super) fn operation_ids(contract: &mut Contract) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, binding) in bindings(contract) {
        *counts.entry(binding.operation_id.clone()).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    for (package, binding) in bindings(contract) {
        let id = &mut binding.operation_id;
        if counts.get(id).is_some_and(|count| *count > 1) && !package.is_empty() {
            *id = format!("{}_{id}", package.replace('.', "_"));
        }
        *id = unique(id, &mut taken);
    }
}

/// Every binding, with the name of its package.
fn bindings(contract: &mut Contract) -> impl Iterator<Item = (&str, &mut HttpBinding)> {
    contract.packages.iter_mut().flat_map(|package| {
        let name = package.name.as_str();
        let methods = package.services.iter_mut().flat_map(|service| &mut service.methods);
        methods.flat_map(|method| &mut method.http).map(move |binding| (name, binding))
    })
}

/// Gives every tool whose name the contract leaves open one of its own.
pub(super) fn tools(contract: &mut Contract) {
    let services = contract.packages.iter().flat_map(|package| {
        package.services.iter().map(|service| (service.name.clone(), package.name.clone()))
    });
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (service, package) in services {
        packages.entry(service).or_default().insert(package);
    }
    for package in &mut contract.packages {
        for service in &mut package.services {
            let shared = packages.get(&service.name).is_some_and(|packages| packages.len() > 1);
            let prefix = if shared { package.name.as_str() } else { "" };
            for method in &mut service.methods {
                let open = method.tool.as_mut().filter(|tool| tool.name.is_empty());
                if let Some(tool) = open {
                    tool.name = defaults::tool_name(prefix, &service.name, &method.name);
                }
            }
        }
    }
}

/// The name, with the first number behind it that nothing has taken.
fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}
