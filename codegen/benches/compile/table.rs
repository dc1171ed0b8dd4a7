//! The table of what was measured, and the verdict.

use super::measure::{Cost, Costs};
use super::workspace::Variant;

/// What is measured, where it stands, and the share that it may take.
type Limit = (&'static str, fn(&Costs) -> Cost, f64);

/// The share of what tonic with axum handlers takes that ours may take with
/// every transport: both crates, the application alone, and it after a change.
const LIMITS: [Limit; 3] = [
    ("contract and application", |it| it.whole, 0.7),
    ("application", |it| it.app, 1.0 / 3.0),
    ("application, changed", |it| it.changed, 0.5),
];

pub(crate) fn print(variants: &[Variant], costs: &[Costs]) {
    println!(
        "{:16} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "CPU s", "both", "app", "app chg", "ctr chg", "MB"
    );
    for (variant, it) in variants.iter().zip(costs) {
        println!(
            "{:16} {:9.2} {:9.2} {:9.2} {:9.2} {:9.2}",
            variant.name,
            it.whole.as_secs_f64(),
            it.app.as_secs_f64(),
            it.changed.as_secs_f64(),
            it.contract_changed.as_secs_f64(),
            megabytes(it.size),
        );
    }
}

/// Whether ours stays within the limits; prints each share.
pub(crate) fn judge(by_hand: &Costs, all: &Costs, in_macro: &Costs, release: bool) -> bool {
    let mut held = true;
    for (what, of, limit) in LIMITS {
        let ratio = of(all).as_secs_f64() / of(by_hand).as_secs_f64();
        println!("{what}: {ratio:.2} of {limit:.2}");
        held &= ratio <= limit;
    }
    let ratio = in_macro.whole.as_secs_f64() / by_hand.whole.as_secs_f64();
    println!("the macro, both in one crate: {ratio:.2}");
    let size = megabytes(all.size) / megabytes(by_hand.size);
    println!("program: {size:.2}{}", if release { " of 1.00" } else { "" });
    held && (!release || size <= 1.0)
}

/// In units of 1,000,000 bytes.
#[expect(clippy::cast_precision_loss, reason = "it is printed with two digits")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
