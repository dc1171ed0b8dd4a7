//! Every rule's page as a test of the rule: what fires, what stays silent, and
//! what the other rules say on the same pair.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use agentgen_codegen::compat::finding::Finding;
use agentgen_codegen::compat::page::{Case, Page};
use agentgen_codegen::compat::pair::Comparison;
use agentgen_codegen::compat::rule::Rule;
use agentgen_codegen::compat::schema::{EncodedFile, Schema};
use agentgen_codegen::compat::{report, rules, walk};
use agentgen_codegen::source;

/// The name that the texts of pages have as files, unless they say another
/// one in a line of their own that begins with [`MARK`].
const FILE: &str = "contract.proto";
/// Begins a line that names the file of what follows.
const MARK: &str = "// file: ";

/// The files of a page's text.
fn files(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix(MARK), files.last_mut()) {
            (Some(name), _) => files.push((name.to_owned(), String::new())),
            (None, Some((_, text))) => *text += &format!("{line}\n"),
            (None, None) => files.push((FILE.to_owned(), format!("{line}\n"))),
        }
    }
    files
}

/// The encoded descriptors of a page's text and of what it imports.
struct Image(Vec<(Vec<u8>, bool)>);

impl Image {
    fn of(text: &str) -> Result<Self, String> {
        let written = files(text);
        let names: BTreeSet<_> = written.iter().map(|(name, _)| name.clone()).collect();
        let sources = source::from_texts(written).map_err(|error| error.to_string())?;
        let files = sources.pool().files();
        Ok(Self(files.map(|file| (file.encode_to_vec(), !names.contains(file.name()))).collect()))
    }

    fn schema(&self) -> Schema<'_> {
        let files = self.0.iter().map(|(bytes, import)| EncodedFile { bytes, is_import: *import });
        Schema::read(&files.collect::<Vec<_>>()).expect("what was compiled can be read")
    }
}

/// What rules find between two texts, in the order of reports.
fn findings(old: &str, new: &str, rules: Vec<&'static Rule>) -> Result<Vec<Finding>, String> {
    let old = Image::of(old).map_err(|error| format!("old: {error}"))?;
    let new = Image::of(new).map_err(|error| format!("new: {error}"))?;
    let (old, new) = (old.schema(), new.schema());
    let mut found = walk::run(&Comparison::new(&old, &new), rules);
    report::sort(&mut found, &old, &new);
    Ok(found)
}

fn line(finding: &Finding) -> String {
    format!("{} {}: {}\n", finding.level.name(), finding.element, finding.message)
}

/// Every row with its page read. A page that cannot be read is told by the
/// test about that.
fn pages() -> impl Iterator<Item = (&'static Rule, Page<'static>)> {
    rules::all().filter_map(|rule| Some((rule, Page::parse(rule.page).ok()?)))
}

/// Every case, with what it is called in messages.
fn cases() -> impl Iterator<Item = (&'static Rule, Case<'static>, String)> {
    pages().flat_map(|(rule, page)| {
        page.cases.into_iter().map(move |case| {
            let name =
                format!("rules/{}/{}.md:{}: {}", rule.family, rule.name, case.line, case.heading);
            (rule, case, name)
        })
    })
}

fn assert_none(problems: &str) {
    assert!(problems.is_empty(), "\n{problems}");
}

#[test]
fn every_page_is_whole_and_has_the_name_of_its_rule() {
    let mut problems = String::new();
    for rule in rules::all() {
        let page = match Page::parse(rule.page) {
            Ok(page) => page.title,
            Err(error) => {
                let _ = writeln!(problems, "rules/{}/{}.md: {error}", rule.family, rule.name);
                continue;
            }
        };
        if page != rule.name {
            let _ = writeln!(problems, "the page of `{}` has the title `{page}`", rule.name);
        }
    }
    assert_none(&problems);
}

#[test]
fn every_row_has_a_page_in_its_family_and_every_page_a_row() {
    let rows: BTreeSet<String> =
        rules::all().map(|rule| format!("{}/{}.md", rule.family, rule.name)).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut files = BTreeSet::new();
    for family in fs::read_dir(&root).into_iter().flatten().flatten() {
        for page in fs::read_dir(family.path()).expect("a folder for each family").flatten() {
            let (family, page) = (family.file_name(), page.file_name());
            files.insert(format!("{}/{}", family.to_string_lossy(), page.to_string_lossy()));
        }
    }
    let differences: Vec<_> = rows.symmetric_difference(&files).collect();
    assert!(
        differences.is_empty(),
        "a row without a page or a page without a row: {differences:?}"
    );
}

#[test]
fn rows_are_well_formed_and_names_are_unique() {
    let mut names = BTreeSet::new();
    let mut problems = String::new();
    for rule in rules::all() {
        let kebab =
            rule.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let summary = !rule.summary.is_empty()
            && !rule.summary.ends_with('.')
            && !rule.summary.contains('\n');
        if !kebab || !summary || rule.axes.is_empty() || !names.insert(rule.name) {
            let _ = writeln!(problems, "`{}`: name, summary or axes", rule.name);
        }
    }
    assert_none(&problems);
}

#[test]
fn every_rule_fires_and_stays_silent_as_its_page_says() {
    let mut problems = String::new();
    for (rule, case, name) in cases() {
        match findings(&case.old, &case.new, vec![rule]) {
            Err(error) => {
                let _ = writeln!(problems, "{name}\n{error}");
            }
            Ok(found) => {
                let found: String = found.iter().map(line).collect();
                if found != case.findings {
                    let expected = &case.findings;
                    let _ = writeln!(
                        problems,
                        "{name}\nthe page says:\n{expected}the rule says:\n{found}"
                    );
                }
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn findings_are_whole() {
    let mut problems = String::new();
    for (_, case, name) in cases() {
        for finding in findings(&case.old, &case.new, rules::all().collect()).unwrap_or_default() {
            let rule = rules::find(finding.rule).expect("rules report under their own name");
            let sentence = !finding.message.is_empty()
                && !finding.message.ends_with('.')
                && !finding.message.contains('\n');
            let axes = finding.axes.iter().all(|axis| rule.axes.contains(axis))
                && !finding.axes.is_empty();
            let place = finding.old.is_some() || finding.new.is_some();
            if !sentence || !axes || !place || finding.element.is_empty() {
                let _ = writeln!(problems, "{name}\nmessage, axes, place or element: {finding:?}");
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn no_rule_fires_where_nothing_changed() {
    let mut problems = String::new();
    for (_, case, name) in cases() {
        for text in [&case.old, &case.new] {
            let found = findings(text, text, rules::all().collect()).unwrap_or_default();
            found.iter().for_each(|finding| {
                problems += &format!("{name}\n{} {}", finding.rule, line(finding))
            });
        }
    }
    assert_none(&problems);
}

/// What the rules say on each other's pages, family by family: a new rule
/// cannot add noise unseen.
#[test]
fn what_other_rules_say_is_recorded() {
    let families: BTreeSet<_> = rules::all().map(|rule| rule.family).collect();
    for family in families {
        let mut said = String::new();
        for (rule, case, name) in cases().filter(|(rule, ..)| rule.family == family) {
            let found = findings(&case.old, &case.new, rules::all().collect()).unwrap_or_default();
            let others: String = found
                .iter()
                .filter(|finding| finding.rule != rule.name)
                .map(|finding| format!("  {}: {}", finding.rule, line(finding)))
                .collect();
            if !others.is_empty() {
                // Without the line, which moves as the page is edited.
                let name = name.split_once(".md:").map_or(&*name, |(page, _)| page);
                let _ = writeln!(said, "{name}: {}\n{others}", case.heading);
            }
        }
        insta::assert_snapshot!(format!("said_by_others_{family}"), said);
    }
}

/// The order of rules in the registry must not show.
#[test]
fn the_order_of_findings_is_stable() {
    for (_, case, name) in cases() {
        let forwards = findings(&case.old, &case.new, rules::all().collect()).unwrap_or_default();
        let mut reversed: Vec<_> = rules::all().collect();
        reversed.reverse();
        let backwards = findings(&case.old, &case.new, reversed).unwrap_or_default();
        let lines = |found: &[Finding]| found.iter().map(line).collect::<Vec<_>>();
        assert_eq!(lines(&forwards), lines(&backwards), "{name}");
    }
}
