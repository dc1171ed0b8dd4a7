//! Sizes: files, functions, blocks of quoted code, and the paragraph that every
//! file opens with.

use std::collections::BTreeMap;

use proc_macro2::LineColumn;
use syn::spanned::Spanned as _;
use syn::visit::Visit;

use crate::tree::{Source, assert_none, rust};

const FILE_LINES: usize = 400;
/// What a person wrote of an example.
const EXAMPLE_LINES: usize = 80;
const FUNCTION_LINES: usize = 60;
const QUOTE_LINES: usize = 40;

#[test]
fn no_file_is_longer_than_its_budget() {
    let findings: Vec<_> = rust()
        .iter()
        .filter(|source| source.text.lines().count() > FILE_LINES)
        .map(|source| format!("{}: {} lines", source.path, source.text.lines().count()))
        .collect();
    assert_none(&format!("files over {FILE_LINES} lines"), &findings);
}

#[test]
fn an_example_stays_below_eighty_lines_an_agent() {
    let mut examples = BTreeMap::<String, (usize, usize)>::new();
    let sources = rust();
    let written = sources.iter().filter(|source| !source.path.ends_with("/tests.rs"));
    for source in written {
        if let Some((name, _)) =
            source.path.strip_prefix("examples/").and_then(|path| path.split_once('/'))
        {
            let (lines, agents) = examples.entry(name.to_owned()).or_default();
            *lines += source.text.lines().count();
            *agents += source.text.matches("#[agent_service").count();
        }
    }
    assert!(examples.len() >= 3, "{examples:?}");
    let findings: Vec<_> = examples
        .iter()
        .filter(|(_, (lines, agents))| *lines >= EXAMPLE_LINES * (*agents).max(1))
        .collect();
    assert!(findings.is_empty(), "written by hand, {EXAMPLE_LINES} lines an agent: {findings:?}");
}

#[test]
fn half_of_all_files_are_short() {
    let mut lengths: Vec<_> = rust().iter().map(|source| source.text.lines().count()).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median < 150, "half of all files stay under 150 lines; the median is {median}");
}

#[test]
fn every_file_opens_with_why_it_exists() {
    let opens = |source: &Source| {
        source.text.lines().find(|line| !line.is_empty()).is_some_and(|l| l.starts_with("//!"))
    };
    let exempt = |source: &Source| source.path.starts_with("tests/ui/");
    let findings: Vec<_> = rust()
        .into_iter()
        .filter(|source| !opens(source) && !exempt(source))
        .map(|source| source.path)
        .collect();
    assert_none("files that do not open with `//!`", &findings);
}

#[test]
fn functions_and_quote_blocks_keep_their_budget() {
    let mut findings = Vec::new();
    for source in rust().iter().filter(|source| !source.path.starts_with("tests/ui/")) {
        let file = syn::parse_file(&source.text).expect("sources parse");
        let mut visitor =
            Lengths { path: &source.path, findings: &mut findings, in_test: source.is_test() };
        visitor.visit_file(&file);
    }
    assert_none("functions or quote blocks over their budget", &findings);
}

struct Lengths<'a> {
    path: &'a str,
    findings: &'a mut Vec<String>,
    in_test: bool,
}

impl Lengths<'_> {
    fn check(&mut self, what: &str, start: LineColumn, end: LineColumn, limit: usize) {
        let lines = end.line - start.line + 1;
        if lines > limit && !self.in_test {
            self.findings.push(format!("{}:{}: {what}: {lines} lines", self.path, start.line));
        }
    }
}

impl<'ast> Visit<'ast> for Lengths<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let outer = self.in_test;
        self.in_test |= item.ident == "tests";
        syn::visit::visit_item_mod(self, item);
        self.in_test = outer;
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let span = item.span();
        self.check(&format!("fn {}", item.sig.ident), span.start(), span.end(), FUNCTION_LINES);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        let span = item.span();
        self.check(&format!("fn {}", item.sig.ident), span.start(), span.end(), FUNCTION_LINES);
        syn::visit::visit_impl_item_fn(self, item);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        if item
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident.to_string().starts_with("quote"))
        {
            let span = item.span();
            self.check("quote block", span.start(), span.end(), QUOTE_LINES);
        }
        syn::visit::visit_macro(self, item);
    }
}
