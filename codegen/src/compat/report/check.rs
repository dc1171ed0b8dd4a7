//! The whole of a check, from two sides to a report.

use std::path::Path;

use super::assemble::assemble;
use super::place::View;
use super::{Bump, Report, Settings};
use crate::compat::input::{InputError, Side, select};
use crate::compat::pair::Comparison;

/// Compares two sides. Fails where one of them cannot be judged.
pub fn check(old: &Side, new: &Side, settings: &Settings) -> Result<Report, InputError> {
    let selection = select(old, new)?;
    let (old_schema, new_schema) = selection.read()?;
    let (old_path, new_path) = (|file: &str| old.path_of(file), |file: &str| new.path_of(file));
    let old_config = |file: &str, path: &[i32]| old.configured_place(file, path);
    let new_config = |file: &str, path: &[i32]| new.configured_place(file, path);
    let old_view = View::new(&old_schema, old.texts(), &old_path, &old_config);
    let new_view = View::new(&new_schema, new.texts(), &new_path, &new_config);
    let comparison = Comparison::new(&old_schema, &new_schema);
    let mut report = assemble(&comparison, &old_view, &new_view, settings);
    if is_lone_file(old) && is_lone_file(new) {
        // A file that is given by itself goes by any name.
        report.findings.retain(|found| found.finding.rule != "file-renamed");
    }
    if selection.is_empty() {
        report.bump = Bump::None;
    }
    report.name(old.argument(), new.argument());
    Ok(report)
}

fn is_lone_file(side: &Side) -> bool {
    let argument = Path::new(side.argument());
    let text = argument.extension().is_some_and(|end| end == "proto") || side.argument() == "-";
    text && side.heads().iter().filter(|head| !head.is_import).count() == 1
}

impl Report {
    /// Says what was compared.
    fn name(&mut self, baseline: &str, subject: &str) {
        subject.clone_into(&mut self.subject);
        self.name_baseline(baseline);
    }

    /// Says what was compared against, in other words than those it was opened
    /// by.
    pub fn name_baseline(&mut self, baseline: &str) {
        self.baselines = vec![baseline.to_owned()];
        for found in &mut self.findings {
            found.against.clone_from(&self.baselines);
        }
    }
}
