//! The whole public tree of Google's APIs: every binding becomes a route that
//! leads to its rpc, and every OpenAPI document is valid. One test, since
//! each part needs the contract of every package.

mod documents;
mod packages;
mod serving;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use agentgen_codegen::diagnostic::codes;
use agentgen_codegen::emit::OpenApiVersion;
use packages::Package;

/// What is found in the tree as `tests/node/package-lock.json` pins it.
const FOUND: Found = Found { services: 1966, bindings: 15_381, conflicts: 56, documents: 978 };

/// What was found, added up.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    services: usize,
    /// Bindings that `google.api.http` states.
    bindings: usize,
    /// Those of them that match the requests of another one in their package.
    conflicts: usize,
    /// Each package has one of the default version, and one of another.
    documents: usize,
}

impl Found {
    fn add(&mut self, other: &Self) {
        self.services += other.services;
        self.bindings += other.bindings;
        self.conflicts += other.conflicts;
        self.documents += other.documents;
    }
}

#[test]
fn every_binding_of_the_public_tree_is_routed_and_described() {
    let packages = packages::all();
    let folder = documents::folder();
    let (next, total) = (AtomicUsize::new(0), Mutex::new(Found::default()));
    let wrong = Mutex::new(Vec::new());
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime starts");
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(package) = packages.get(index) else { return };
            let other = [OpenApiVersion::V3_0, OpenApiVersion::V3_2][index % 2];
            let (found, faults) = runtime.block_on(judge(package, other, &folder));
            total.lock().expect("no thread panics").add(&found);
            wrong.lock().expect("no thread panics").extend(faults);
        }
    };
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(2, usize::from);
        (0..workers).map(|_| scope.spawn(work)).for_each(drop);
    });
    let wrong = wrong.into_inner().expect("no thread panics");
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
    documents::validate(&folder);
    assert_eq!(total.into_inner().expect("no thread panics"), FOUND);
}

/// What is found in one package, and what is wrong with it.
async fn judge(
    package: &Package,
    other: OpenApiVersion,
    folder: &std::path::Path,
) -> (Found, Vec<String>) {
    let loaded = package.load();
    let conflict = codes::ROUTE_DUPLICATE.name;
    let errors = || loaded.diagnostics.iter().filter(|found| found.is_error());
    let mut wrong: Vec<_> =
        errors().filter(|found| found.code != conflict).map(ToString::to_string).collect();
    let contract = &loaded.contract;
    let methods = contract.services().flat_map(|service| &service.methods);
    let served = methods.flat_map(|method| &method.http).filter(|binding| binding.explicit);
    let conflicts = errors().filter(|found| found.code == conflict).count();
    let found = Found {
        services: contract.services().count(),
        bindings: served.count() + conflicts,
        conflicts,
        documents: documents::write(contract, other, &folder.join(&package.name)),
    };
    wrong.extend(serving::faults(contract).await);
    (found, wrong)
}
