//! The one registry of native rules: a row of data and a small pure function
//! each, a Markdown page each. `rules`, `explain`, profiles and tests read it.

mod errors;
mod events;
mod lifecycle;
mod rest;
mod row;
mod rpc;
mod validation;
mod wire;

use super::rule::Rule;

/// Every family, in the order that they are listed.
static FAMILIES: &[&[Rule]] = &[
    wire::RULES,
    rpc::RULES,
    rest::RULES,
    validation::RULES,
    events::RULES,
    errors::RULES,
    lifecycle::RULES,
];

/// Every rule, family by family.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// The rule with this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.name == name)
}

/// The name of the rule that a mistaken name comes nearest to, if one is near.
pub fn nearest(name: &str) -> Option<&'static str> {
    let scored = all().map(|rule| (rule.name, strsim::jaro_winkler(name, rule.name)));
    let best = scored.max_by(|(_, left), (_, right)| left.total_cmp(right));
    best.filter(|(_, score)| *score > 0.8).map(|(name, _)| name)
}
