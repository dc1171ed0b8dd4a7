//! Rules against payloads: over random edits of random schemas, no rule calls
//! compatible what a reader misreads, and what rules call a break on the wire
//! or in JSON has a payload that shows it.
//!
//! Every case is made from its number alone. `AGENTGEN_CASE=N` runs one of
//! them, `AGENTGEN_CASES=N` another count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use agentgen_codegen::compat::finding::{Axis, Finding, Verdict};
use agentgen_codegen::compat::pair::Comparison;
use agentgen_codegen::compat::schema::MessageId;
use agentgen_codegen::compat::witness::json::{self, UnknownNames};
use agentgen_codegen::compat::witness::{
    Direction, Encoding, Exchange, ReadError, Tree, Types, binary, elements_of, witness,
};
use agentgen_codegen::compat::{rules, walk};
use fastrand::Rng;

use super::edits::edit;
use super::exceptions::WITHOUT_PAYLOAD;
use super::image::Image;
use super::random;
use super::schemas::Contract;

/// How many cases run without `AGENTGEN_CASES`.
const CASES: u64 = 250;
/// How many values of each message each side writes.
const VALUES: usize = 12;

/// What stands against the rules.
#[derive(Default)]
struct Tally {
    compared: usize,
    rejected: usize,
    exchanges: usize,
    differences: usize,
    breaks: usize,
    /// Rules that alone told of a misreading, and of how many.
    alone: BTreeMap<&'static str, usize>,
    problems: Vec<String>,
}

fn cases() -> Vec<u64> {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    match number("AGENTGEN_CASE") {
        Some(case) => vec![case],
        None => (0..number("AGENTGEN_CASES").unwrap_or(CASES)).collect(),
    }
}

/// Both texts of a case and what was edited.
fn texts(case: u64) -> (String, String, String) {
    let mut rng = Rng::with_seed(case);
    let old = Contract::random(&mut rng);
    let mut new = old.clone();
    let edits: Vec<_> = (0..rng.usize(1..4)).map(|_| edit(&mut new, &mut rng)).collect();
    (old.text(), new.text(), edits.join(", "))
}

/// A case, if both of its sides compile.
fn on_case(case: u64, tally: &mut Tally, judge: impl Fn(&Case<'_, '_, '_>, &mut Tally)) {
    let (before, after, edits) = texts(case);
    let (Ok(old), Ok(new)) = (Image::of(&before), Image::of(&after)) else {
        tally.rejected += 1;
        return;
    };
    tally.compared += 1;
    let (old, new) = (old.schema(), new.schema());
    let cx = Comparison::new(&old, &new);
    let findings = walk::run(&cx, rules::all());
    for found in &findings {
        let stated = rules::find(found.rule).expect("a rule").directions;
        assert_eq!(
            found.directions.worst(stated),
            stated,
            "case {case}: worse than stated: {found:?}"
        );
    }
    let (old, new) = (Types::new(&old), Types::new(&new));
    let title = format!("case {case}: {edits}");
    if cases().len() == 1 {
        eprintln!("{before}\n{after}");
    }
    judge(&Case { cx: &cx, old: &old, new: &new, findings: &findings, number: case, title }, tally);
}

struct Case<'x, 'c, 'a> {
    cx: &'x Comparison<'c, 'a>,
    old: &'x Types<'c, 'a>,
    new: &'x Types<'c, 'a>,
    findings: &'x [Finding],
    number: u64,
    title: String,
}

impl<'x, 'c, 'a> Case<'x, 'c, 'a> {
    fn exchange(&self, direction: Direction) -> Exchange<'x, 'c, 'a> {
        let (writer, reader) = match direction {
            Direction::Backward => (self.old, self.new),
            Direction::Forward => (self.new, self.old),
        };
        Exchange { cx: self.cx, direction, writer, reader }
    }

    /// The rules that say that this does not work.
    fn told_by(
        &self,
        direction: Direction,
        axis: Axis,
        elements: &[String],
    ) -> BTreeSet<&'static str> {
        let told = self.findings.iter().filter(|finding| {
            let verdict = match direction {
                Direction::Backward => finding.directions.backward,
                Direction::Forward => finding.directions.forward,
            };
            verdict != Verdict::Ok
                && finding.axes.contains(&axis)
                && elements.contains(&finding.element)
        });
        told.map(|finding| finding.rule).collect()
    }

    fn said(&self) -> String {
        let mut said = String::new();
        for finding in self.findings {
            let (rule, element, directions) = (finding.rule, &finding.element, finding.directions);
            let _ = writeln!(said, "    {rule} {element} {directions:?} {:?}", finding.axes);
        }
        said
    }
}

#[test]
fn no_rule_calls_compatible_what_a_reader_misreads() {
    let mut tally = Tally::default();
    for case in cases() {
        on_case(case, &mut tally, misread_and_unsaid);
    }
    eprintln!(
        "{} cases, {} more that no compiler takes; {} payloads, {} misread",
        tally.compared, tally.rejected, tally.exchanges, tally.differences
    );
    eprintln!("told by one rule alone: {:?}", tally.alone);
    tally.assert_none();
    let idle: Vec<_> = NEEDED.iter().filter(|rule| !tally.alone.contains_key(*rule)).collect();
    assert!(cases().len() < 100 || idle.is_empty(), "could be left out unseen: {idle:?}");
}

/// Rules without which some case would fail: the edits reach them.
const NEEDED: &[&str] = &[
    "default-changed",
    "enum-value-added",
    "enum-value-removed-unreserved",
    "enum-value-renamed",
    "enum-value-renumbered",
    "field-json-name-changed",
    "field-presence-changed",
    "field-removed-name-unreserved",
    "field-removed-unreserved",
    "field-renamed",
    "field-renumbered",
    "field-repeated-changed",
    "field-type-changed",
    "oneof-left",
    "required-added",
    "required-removed",
];

fn misread_and_unsaid(case: &Case<'_, '_, '_>, tally: &mut Tally) {
    let mut told = BTreeSet::new();
    let kept: Vec<_> = case.cx.messages.iter().filter_map(|change| change.kept()).collect();
    for (old, new) in kept.into_iter().filter(|(old, _)| !case.cx.old.message(*old).map_entry) {
        for direction in [Direction::Backward, Direction::Forward] {
            let ids = match direction {
                Direction::Backward => (old, new),
                Direction::Forward => (new, old),
            };
            let mut rng = Rng::with_seed(case.number);
            for _ in 0..VALUES {
                let exchange = case.exchange(direction);
                let tree = random::tree(exchange.writer, ids.0, &mut rng, 2);
                for (encoding, axis) in
                    [(Encoding::Binary, Axis::Wire), (Encoding::Json, Axis::Json)]
                {
                    tally.exchanges += 1;
                    for (what, elements) in misreadings(&exchange, encoding, ids, &tree) {
                        tally.differences += 1;
                        let rules = case.told_by(direction, axis, &elements);
                        if let (1, Some(rule)) = (rules.len(), rules.first()) {
                            *tally.alone.entry(*rule).or_default() += 1;
                        }
                        let key = (format!("{direction:?} {axis:?}"), elements.clone());
                        if rules.is_empty() && told.insert(key) {
                            tally.problems.push(format!(
                                "{}\n  {direction:?} {axis:?}: {what}\n  {elements:?}\n{}",
                                case.title,
                                case.said()
                            ));
                        }
                    }
                }
            }
        }
    }
}

/// What a reader makes of a value other than what was meant, each with the
/// elements that it depends on.
fn misreadings(
    exchange: &Exchange<'_, '_, '_>,
    encoding: Encoding,
    ids: (MessageId, MessageId),
    tree: &Tree,
) -> Vec<(String, Vec<String>)> {
    let read = match encoding {
        Encoding::Binary => {
            let bytes = binary::write(exchange.writer, ids.0, tree);
            binary::read(exchange.reader, ids.1, &bytes)
        }
        Encoding::Json => {
            let Ok(json) = json::write(exchange.writer, ids.0, tree) else { return Vec::new() };
            // Names that a later version added are to be passed over; the
            // rules leave them to the contract's option.
            json::read(exchange.reader, ids.1, &json, UnknownNames::Ignore)
        }
    };
    match read {
        Ok(read) => {
            let found = exchange.differences(encoding, ids, tree, &read);
            found.into_iter().map(|found| (found.to_string(), found.elements)).collect()
        }
        Err(error) => vec![(error.to_string(), refused_elements(exchange, encoding, ids, &error))],
    }
}

/// The elements along a refusal, by the names of both sides.
fn refused_elements(
    exchange: &Exchange<'_, '_, '_>,
    encoding: Encoding,
    ids: (MessageId, MessageId),
    error: &ReadError,
) -> Vec<String> {
    let mut elements = BTreeSet::new();
    let (mut writer, mut reader) = (Some(ids.0), ids.1);
    for name in &error.path {
        elements.insert(exchange.reader.schema.message(reader).full_name.to_string());
        if let Some(writer) = writer {
            elements.insert(exchange.writer.schema.message(writer).full_name.to_string());
        }
        let Some(member) = exchange.reader.members(reader).find(|m| m.full_name() == *name) else {
            break;
        };
        elements.extend(elements_of(exchange.reader, member));
        if let Some(writer) = writer {
            elements.extend(exchange.rivals(encoding, (writer, reader), member));
        }
        let other = writer.and_then(|writer| {
            exchange.writer.members(writer).find(|other| {
                let counterpart = exchange.counterpart(encoding, reader, *other);
                counterpart.is_some_and(|found| found.field.number == member.field.number)
                    || (counterpart.is_none()
                        && (other.field.name == member.field.name
                            || other.field.number == member.field.number))
            })
        });
        if let Some(writer) = writer {
            elements.extend(exchange.namesakes((writer, reader), other, member));
        }
        if let Some(other) = other {
            elements.extend(elements_of(exchange.writer, other));
        }
        let inside =
            |types: &Types<'_, '_>, field: agentgen_codegen::compat::witness::Member<'_, '_>| {
                let entry =
                    types.schema.map_entry(field.field).and_then(|_| types.entry(field.field));
                types.message_of(entry.map_or(field.field, |(_, value)| value.field))
            };
        writer = other.and_then(|other| inside(exchange.writer, other));
        let Some(next) = inside(exchange.reader, member) else { break };
        reader = next;
    }
    elements.into_iter().collect()
}

#[test]
fn what_rules_call_a_break_of_an_encoding_has_a_payload_that_shows_it() {
    let mut tally = Tally::default();
    for case in cases() {
        on_case(case, &mut tally, |case, tally| {
            for finding in case.findings {
                let directions = finding.directions;
                let breaks = directions.backward.max(directions.forward) == Verdict::Break;
                let encoded =
                    finding.axes.iter().any(|axis| matches!(axis, Axis::Wire | Axis::Json));
                if !breaks || !encoded || WITHOUT_PAYLOAD.iter().any(|(r, _)| *r == finding.rule) {
                    continue;
                }
                tally.breaks += 1;
                if witness(case.cx, finding).is_none() {
                    tally.problems.push(format!(
                        "{}\n  {} {}: {} {directions:?} {:?}",
                        case.title, finding.rule, finding.element, finding.message, finding.axes
                    ));
                }
            }
        });
    }
    eprintln!("{} cases, {} breaks", tally.compared, tally.breaks);
    tally.assert_none();
}

impl Tally {
    fn assert_none(&self) {
        let mut by_first: BTreeMap<&str, usize> = BTreeMap::new();
        for problem in &self.problems {
            *by_first.entry(problem.split(':').next().unwrap_or_default()).or_default() += 1;
        }
        let shown: Vec<_> = self.problems.iter().take(20).map(String::as_str).collect();
        let (count, cases) = (self.problems.len(), by_first.len());
        assert!(count == 0, "{count} in {cases} cases\n{}", shown.join("\n"));
        assert!(self.compared > 0, "no case compiles");
    }
}
