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
            (None, Some((_, text))) => text.extend([line, "\n"]),
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

fn line(finding: &Finding) -> String {
    format!("{} {}: {}\n", finding.level.name(), finding.element, finding.message)
}

/// Every row with its page read. A page that cannot be read is told by the
/// test about that.
fn pages() -> impl Iterator<Item = (&'static Rule, Page<'static>)> {
    rules::all().filter_map(|rule| Some((rule, Page::parse(rule.page).ok()?)))
}

/// A case, both sides of it compiled.
struct Compiled {
    rule: &'static Rule,
    case: Case<'static>,
    /// What it is called in messages.
    name: String,
    /// The old and the new side, or why one does not compile.
    sides: Result<(Image, Image), String>,
}

impl Compiled {
    fn new(rule: &'static Rule, case: Case<'static>) -> Self {
        let name =
            format!("rules/{}/{}.md:{}: {}", rule.family, rule.name, case.line, case.heading);
        let side = |side, text| Image::of(text).map_err(|error| format!("{side}: {error}"));
        let sides = side("old", &case.old).and_then(|old| Ok((old, side("new", &case.new)?)));
        Self { rule, case, name, sides }
    }
}

/// What rules find between two sides, in the order of reports.
fn findings<'a>(
    old: &Schema<'a>,
    new: &Schema<'a>,
    rules: impl IntoIterator<Item = &'static Rule>,
) -> Vec<Finding> {
    let mut found = walk::run(&Comparison::new(old, new), rules.into_iter().collect::<Vec<_>>());
    report::sort(&mut found, old, new);
    found
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

/// All that is held of cases, in one test: compiling them takes most of the
/// time.
#[test]
fn every_case_holds() {
    let cases: Vec<_> =
        pages().flat_map(|(rule, page)| page.cases.into_iter().map(move |it| (rule, it))).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let shares = cases.chunks(cases.len().div_ceil(threads).max(1));
    let judged: Vec<Judged> = std::thread::scope(|scope| {
        let threads: Vec<_> = shares
            .map(|share| {
                let judge = |(rule, case): &(&'static Rule, Case<'static>)| {
                    judge(&Compiled::new(rule, case.clone()))
                };
                scope.spawn(move || share.iter().map(judge).collect::<Vec<_>>())
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a share is judged")).collect()
    });
    let problems: String = judged.iter().map(|judged| judged.problems.as_str()).collect();
    assert_none(&problems);
    // What the rules say on each other's pages: a new rule cannot add noise
    // unseen.
    for family in judged.iter().map(|judged| judged.family).collect::<BTreeSet<_>>() {
        let said = judged.iter().filter(|judged| judged.family == family);
        let said: String = said.map(|judged| judged.others.as_str()).collect();
        insta::assert_snapshot!(format!("said_by_others_{family}"), said);
    }
}

/// What came of a case.
struct Judged {
    family: &'static str,
    /// What is wrong, with the case's name.
    problems: String,
    /// What other rules say.
    others: String,
}

fn judge(compiled: &Compiled) -> Judged {
    let Compiled { rule, case, name, sides } = compiled;
    let mut judged = Judged { family: rule.family, problems: String::new(), others: String::new() };
    let (old, new) = match sides {
        Ok((old, new)) => (old.schema(), new.schema()),
        Err(error) => {
            judged.problems = format!("{name}\n{error}\n");
            return judged;
        }
    };
    let found = findings(&old, &new, rules::all());
    let own = found.iter().filter(|finding| finding.rule == rule.name);
    let mut problems =
        vec![page_says(case, &own.map(line).collect::<String>()), not_stable(&found, &old, &new)];
    problems.extend(found.iter().map(not_whole));
    problems.extend([&old, &new].map(fires_on_equal));
    for problem in problems.into_iter().flatten() {
        let _ = writeln!(judged.problems, "{name}\n{problem}");
    }
    judged.others = others(rule, case, &found);
    judged
}

fn page_says(case: &Case<'_>, found: &str) -> Option<String> {
    let expected = &case.findings;
    (found != expected).then(|| format!("the page says:\n{expected}the rule says:\n{found}"))
}

/// The order of rules in the registry must not show.
fn not_stable<'a>(found: &[Finding], old: &Schema<'a>, new: &Schema<'a>) -> Option<String> {
    let mut reversed: Vec<_> = rules::all().collect();
    reversed.reverse();
    let again = findings(old, new, reversed);
    let lines = |found: &[Finding]| found.iter().map(line).collect::<Vec<_>>();
    (lines(found) != lines(&again)).then(|| "the order depends on that of rules".to_owned())
}

fn not_whole(finding: &Finding) -> Option<String> {
    let rule = rules::find(finding.rule).expect("rules report under their own name");
    let message = &finding.message;
    let sentence = !message.is_empty() && !message.ends_with('.') && !message.contains('\n');
    let known = finding.axes.iter().all(|axis| rule.axes.contains(axis));
    let axes = known && !finding.axes.is_empty();
    let directions = finding.directions.worst(rule.directions) == rule.directions;
    let place = finding.old.is_some() || finding.new.is_some();
    let whole = sentence && axes && directions && place && !finding.element.is_empty();
    (!whole).then(|| format!("message, axes, directions, place or element: {finding:?}"))
}

fn fires_on_equal(side: &Schema<'_>) -> Option<String> {
    let found: String = findings(side, side, rules::all()).iter().map(line).collect();
    (!found.is_empty()).then(|| format!("where nothing changed:\n{found}"))
}

fn others(rule: &Rule, case: &Case<'_>, found: &[Finding]) -> String {
    let others = found.iter().filter(|finding| finding.rule != rule.name);
    let lines = others.fold(String::new(), |mut lines, finding| {
        let _ = write!(lines, "  {}: {}", finding.rule, line(finding));
        lines
    });
    if lines.is_empty() {
        return lines;
    }
    format!("rules/{}/{}: {}\n{lines}\n", rule.family, rule.name, case.heading)
}
