//! From the compiler's errors to diagnostics: each error, each label.

use miette::{Diagnostic as Report, LabeledSpan};

use super::texts::{SourceFile, Texts};
use crate::diagnostic::{Code, Diagnostic, codes};

/// Every finding of one compiler error.
pub(super) fn convert(error: &protox::Error, texts: &Texts) -> Vec<Diagnostic> {
    let code = if error.is_parse() { &codes::SYNTAX } else { &codes::DEFINITION };
    let file = error.file().unwrap_or_default();
    let source = texts.file(file);
    let mut found = vec![one(error, code, file, source)];
    found.extend(error.related().into_iter().flatten().map(|error| one(error, code, file, source)));
    found
}

fn one(
    error: &dyn Report,
    code: &'static Code,
    file: &str,
    source: Option<&SourceFile>,
) -> Diagnostic {
    let hint = error.help().map(|help| help.to_string());
    let mut diagnostic = Diagnostic::new(code, wording(error.to_string(), hint.as_deref()));
    diagnostic.hint = hint;
    let Some(source) = source else {
        return diagnostic;
    };
    let mut labels: Vec<LabeledSpan> = error.labels().into_iter().flatten().collect();
    let place =
        |label: &LabeledSpan| source.location(file, label.offset(), label.offset() + label.len());
    if labels.is_empty() {
        let end = source.text().len();
        return diagnostic.at(source.location(file, end, end));
    }
    let primary = labels.remove(primary(&labels));
    diagnostic.location = Some(place(&primary));
    for label in labels {
        diagnostic = diagnostic.related(place(&label), label.label().unwrap_or("here"));
    }
    diagnostic
}

/// The compiler's message, corrected where it names the wrong thing.
fn wording(message: String, hint: Option<&str>) -> String {
    if hint.is_some_and(|hint| hint.starts_with("imports may not")) {
        return "invalid import".to_owned();
    }
    match message.strip_prefix("message numbers") {
        Some(rest) => format!("field numbers{rest}"),
        None => message,
    }
}

/// The label that the error is about; the others say what it collides with.
fn primary(labels: &[LabeledSpan]) -> usize {
    let rank = |label: &LabeledSpan| match label.label().unwrap_or_default() {
        text if text.contains("again") || text == "found here" => 0,
        "defined here" => 1,
        _ => 2,
    };
    let ranked = labels.iter().enumerate().min_by_key(|(_, label)| rank(label));
    ranked.map_or(0, |(index, _)| index)
}
