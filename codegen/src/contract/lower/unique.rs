//! Names that are ours to choose, made unique: statics and operation ids.

use std::collections::BTreeSet;

use crate::contract::distinct;
use crate::contract::model::{Contract, HttpBinding};

/// Gives every static a name of its own in its package.
pub(super) fn statics(contract: &mut Contract) {
    for package in &contract.packages {
        let mut taken = BTreeSet::new();
        for id in &package.messages {
            let name = &mut contract.messages[id.0].rust_static;
            *name = distinct::distinct(name, &mut taken);
        }
        for id in &package.enums {
            let name = &mut contract.enums[id.0].rust_static;
            *name = distinct::distinct(name, &mut taken);
        }
    }
}

/// Gives every binding an id of its own in the contract.
pub(super) fn operation_ids(contract: &mut Contract) {
    let ids: Vec<_> = bindings(contract)
        .map(|(package, binding)| (package.to_owned(), binding.operation_id.clone()))
        .collect();
    let ids: Vec<_> = ids.iter().map(|(package, id)| (package.as_str(), id.clone())).collect();
    let distinct = distinct::operation_ids(&ids);
    for ((_, binding), id) in bindings(contract).zip(distinct) {
        binding.operation_id = id;
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
