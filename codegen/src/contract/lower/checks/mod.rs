//! What holds for the contract as a whole: each check reads the lowered
//! contract and returns findings.

mod clashes;
mod enums;
mod lints;
mod reserved;
mod routes;
mod subjects;
mod tools;

use super::Lowering;
use super::packages::PackagePlan;
use crate::contract::model::Contract;
use crate::diagnostic::Diagnostic;

/// Every check that needs nothing but the contract.
const CHECKS: &[fn(&Contract) -> Vec<Diagnostic>] = &[
    clashes::packages,
    clashes::types,
    clashes::members,
    clashes::methods,
    routes::overlaps,
    routes::bodies,
    subjects::duplicates,
    tools::duplicates,
];

/// Checks the lowered contract.
pub(super) fn run(lowering: &mut Lowering<'_>, plan: &[PackagePlan]) {
    reserved::run(lowering, plan);
    enums::run(lowering, plan);
    lints::zero_values(lowering, plan);
    for check in CHECKS {
        let found = check(&lowering.contract);
        lowering.diagnostics.extend(found);
    }
}
