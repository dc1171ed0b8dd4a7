//! The table of what was measured, and the verdict.

use super::measure::{Cost, Costs};
use super::workspace::Variant;
use super::{by_hand, ours};

/// What is measured, where it stands, and the share that it may take.
type Limit = (&'static str, fn(&Costs) -> Cost, f64);

/// The share that ours may take of what the same transports take by hand: both crates,
/// the application alone, and it after a change.
const LIMITS: [Limit; 3] = [
    ("contract and application", |it| it.whole, 0.7),
    ("application", |it| it.app, 1.0 / 3.0),
    ("application, changed", |it| it.changed, 0.5),
];

/// Who is compared with whom, and whether the limits hold: they do where both sides
/// serve the same.
const PAIRS: [(&Variant, &Variant, bool); 6] = [
    (&ours::GRPC, &by_hand::TONIC_AND_AXUM, false),
    (&ours::HTTP, &by_hand::TONIC_AND_AXUM, true),
    (&ours::TRANSPORTS, &by_hand::EVERY_TRANSPORT, true),
    (&ours::TRANSPORTS, &by_hand::TONIC_AND_AXUM, false),
    (&ours::ALL, &by_hand::EVERY_TRANSPORT, false),
    (&ours::MACRO, &by_hand::EVERY_TRANSPORT, false),
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
    let of = |named: &Variant| {
        measured.iter().find(|(it, _)| it.name == named.name).map(|(_, costs)| costs)
    };
    let mut held = true;
    for (variant, peer, limited) in PAIRS {
        let (Some(own), Some(by_hand)) = (of(variant), of(peer)) else { continue };
        println!("{}, of {}:", variant.name, peer.name);
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
