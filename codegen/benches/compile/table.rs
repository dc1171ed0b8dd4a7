//! The table of what was measured, and the verdict.

use super::measure::{Cost, Costs};
use super::workspace::Variant;
use super::{by_hand, ours};

/// What is measured, where it stands, and the share that it may take.
type Limit = (&'static str, fn(&Costs) -> Cost, f64);

/// The share of what tonic with axum handlers takes that ours may take with
/// every transport: both crates, the application alone, and it after a change.
const LIMITS: [Limit; 3] = [
    ("contract and application", |it| it.whole, 0.7),
    ("application", |it| it.app, 1.0 / 3.0),
    ("application, changed", |it| it.changed, 0.5),
];

pub(crate) fn print(measured: &[(Variant, Costs)]) {
    println!(
        "{:16} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "CPU s", "both", "app", "app chg", "ctr chg", "MB"
    );
    for (variant, it) in measured {
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

/// Whether ours stays within the limits, as far as it was measured; prints each
/// share of what it takes by hand.
pub(crate) fn judge(measured: &[(Variant, Costs)], release: bool) -> bool {
    let of = |name: &str| measured.iter().find(|(it, _)| it.name == name).map(|(_, costs)| costs);
    let Some(by_hand) = of(by_hand::TONIC_AND_AXUM.name) else { return true };
    let mut held = true;
    for (variant, limited) in [
        (ours::GRPC, false),
        (ours::HTTP, false),
        (ours::TRANSPORTS, true),
        (ours::ALL, false),
        (ours::MACRO, false),
    ] {
        let Some(own) = of(variant.name) else { continue };
        println!("{}, of {}:", variant.name, by_hand::TONIC_AND_AXUM.name);
        for (what, part, limit) in LIMITS {
            let ratio = part(own).as_secs_f64() / part(by_hand).as_secs_f64();
            println!("  {what}: {ratio:.2}{}", limit_text(limited, limit));
            held &= !limited || ratio <= limit;
        }
        let size = megabytes(own.size) / megabytes(by_hand.size);
        println!("  program: {size:.2}{}", limit_text(limited && release, 1.0));
        held &= !(limited && release) || size <= 1.0;
    }
    held
}

fn limit_text(limited: bool, limit: f64) -> String {
    if limited { format!(" of {limit:.2}") } else { String::new() }
}

/// In units of 1,000,000 bytes.
#[expect(clippy::cast_precision_loss, reason = "it is printed with two digits")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
