//! The anchor: buf's breaking-change rules, found and placed exactly as buf
//! 1.75 does, so that who uses it can change over without a surprise. What it
//! does not see is not seen here either; the native rules see more.
//!
//! Rules are rows of a table and look at one pair each; pairs are built once
//! and every rule of a sort is asked about each of them.

mod annotation;
mod categories;
mod declared;
mod input;
mod keep;
mod options;
mod out;
mod pairs;
mod quote;
mod rules;
mod run;
mod settings;
mod table;
mod view;

pub use annotation::{Annotation, Position};
pub use categories::{Category, Version};
pub use settings::{Checks, Settings};
pub(super) use settings::{default_rules, known_names, replacements_of, rules_named};

use super::input::Side;
use super::schema::Schema;
use input::{Files, Input};
use keep::Keep;
use pairs::Views;
use view::View;

/// Compares what was selected of both sides and says what the anchor says, in
/// its order.
pub fn check<'a>(
    old: &Schema<'a>,
    new: &Schema<'a>,
    old_side: &Side,
    new_side: &Side,
    settings: &Settings,
) -> Vec<Annotation> {
    let views = Views {
        old: View { schema: old, texts: old_side.texts() },
        new: View { schema: new, texts: new_side.texts() },
    };
    let input = Input { views, old: Files(old_side), new: Files(new_side) };
    let rules: Vec<_> = settings.rules().collect();
    let keep = Keep::new(&input, settings);
    let found = run::run(&rules, &input).into_iter().filter(|found| keep.keeps(found));
    annotation::sorted(found.map(|found| found.annotation(new_side)).collect())
}
