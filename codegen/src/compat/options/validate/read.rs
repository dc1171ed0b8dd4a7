//! From the encoded rules of a field to what they accept and how they read.

use std::collections::{BTreeMap, BTreeSet};

use super::super::encoded::Encoded;
use super::accepted::{Accepted, Value};
use super::range::{Bound, Range};
use super::roles::{FAMILIES, Family, Role, Scalar};
use super::scalar::{nanoseconds, show_seconds};

const CEL: u32 = 23;
const CEL_EXPRESSION: u32 = 29;
const IGNORE: u32 = 27;

/// Rules by name, as a contract writes them.
pub(super) type Texts = BTreeMap<String, String>;

/// How deep rules may stand in rules: a list or a map holds neither.
const MAX_DEPTH: usize = 2;

/// What `FieldRules` accept. `declared` are the numbers of the field's enum.
pub(super) fn accepted<'a>(
    rules: &Encoded<'a>,
    declared: &BTreeSet<i128>,
    texts: &mut Texts,
) -> Accepted<'a> {
    accepted_at(0, rules, declared, "", texts)
}

fn accepted_at<'a>(
    depth: usize,
    rules: &Encoded<'a>,
    declared: &BTreeSet<i128>,
    prefix: &str,
    texts: &mut Texts,
) -> Accepted<'a> {
    let ignore = rules.int32(IGNORE);
    if ignore == Some(3) {
        return Accepted::default();
    }
    let mut reader = Reader { depth, accepted: Accepted::default(), declared, texts };
    reader.expressions(rules, prefix);
    let tags: Vec<_> = FAMILIES.iter().map(|family| family.tag).collect();
    let family = rules.last_of(&tags);
    if let Some(family) = FAMILIES.iter().find(|own| Some(own.tag) == family) {
        let name = format!("{prefix}{}", family.name);
        reader.family(family, &rules.message(family.tag), &name);
    }
    let mut accepted = reader.accepted;
    accepted.zero = ignore == Some(1);
    accepted
}

/// The expressions in a message of rules, as conditions, where single ones
/// and whole rules have these tags.
pub(super) fn expressions(
    rules: &Encoded<'_>,
    (cel, cel_expression): (u32, u32),
    prefix: &str,
    texts: &mut Texts,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rule in rules.messages(cel) {
        let expression = rule.text(3).unwrap_or_default();
        let id = rule.filled(1).map_or(String::new(), |id| format!("[{id}]"));
        texts.insert(format!("{prefix}cel{id}"), quoted(expression));
        found.insert(expression.to_owned());
    }
    for expression in rules.texts(cel_expression) {
        texts.insert(format!("{prefix}cel_expression[{expression}]"), "true".to_owned());
        found.insert(expression.to_owned());
    }
    found
}

struct Reader<'r, 'a> {
    depth: usize,
    accepted: Accepted<'a>,
    declared: &'r BTreeSet<i128>,
    texts: &'r mut Texts,
}

impl<'a> Reader<'_, 'a> {
    fn expressions(&mut self, rules: &Encoded<'a>, prefix: &str) {
        let found = expressions(rules, (CEL, CEL_EXPRESSION), prefix, self.texts);
        if !found.is_empty() {
            self.accepted.opaque.insert("cel", found);
        }
    }

    fn family(&mut self, family: &Family, rules: &Encoded<'a>, name: &str) {
        self.accepted.zero_value = match family.scalar {
            Scalar::Text | Scalar::Bytes => Some(Value::Text(b"")),
            Scalar::None => None,
            _ => Some(Value::Number(0)),
        };
        for (tag, rule, role) in family.rules {
            if *role != Role::Example && rules.has(*tag) {
                self.rule(*role, family, rules, *tag, &format!("{name}.{rule}"));
            }
        }
        self.bounds(family, rules);
        let known: BTreeSet<_> = family.rules.iter().map(|rule| rule.0).collect();
        // Rules that a contract predefines extend the family's message.
        for (tag, value) in rules.values().filter(|(tag, _)| !known.contains(tag)) {
            let rule = format!("{tag}: {value:?}");
            self.accepted.opaque.entry("predefined").or_default().insert(rule);
            self.texts.insert(format!("{name}.({tag})"), format!("{value:?}"));
        }
    }

    fn rule(&mut self, role: Role, family: &Family, rules: &Encoded<'a>, tag: u32, name: &str) {
        let mut said = None;
        let accepted = &mut self.accepted;
        match role {
            Role::Const | Role::In => {
                let values: BTreeSet<_> = values(family.scalar, rules, tag).collect();
                let values = match accepted.only.take() {
                    Some(only) => only.intersection(&values).copied().collect(),
                    None => values,
                };
                accepted.only = Some(values);
            }
            Role::NotIn => accepted.except.extend(values(family.scalar, rules, tag)),
            Role::Pattern => {
                let pattern = BTreeSet::from([rules.text(tag).unwrap_or_default().to_owned()]);
                accepted.opaque.insert("pattern", pattern);
            }
            Role::Prefix => accepted.prefix = rules.bytes(tag).unwrap_or_default(),
            Role::Suffix => accepted.suffix = rules.bytes(tag).unwrap_or_default(),
            Role::Contains => accepted.contains = rules.bytes(tag).unwrap_or_default(),
            Role::NotContains => accepted.not_contains = rules.bytes(tag),
            Role::Paths => accepted.paths = Some(rules.texts(tag).into_iter().collect()),
            Role::NotPaths => accepted.not_paths = rules.texts(tag).into_iter().collect(),
            Role::ConstPaths => {
                let paths = format!("{:?}", rules.message(tag).texts(1));
                accepted.opaque.insert("const", BTreeSet::from([paths.clone()]));
                said = Some(paths);
            }
            Role::Within => {
                let distance = nanoseconds(&rules.message(tag));
                accepted.within = Some(distance);
                said = Some(show_seconds(distance));
            }
            Role::Items => self.inside("items", rules, tag, name),
            Role::Keys => self.inside("keys", rules, tag, name),
            Role::Values => self.inside("values", rules, tag, name),
            Role::Format | Role::KnownRegex | Role::Flag | Role::DefinedOnly => {
                self.condition(role, rules, tag, name);
            }
            // Ranges are read together, and `strict` with what it belongs to.
            _ => {}
        }
        if !matches!(role, Role::Items | Role::Keys | Role::Values) {
            let text = said.unwrap_or_else(|| show(family.scalar, role, rules, tag));
            self.texts.insert(name.to_owned(), text);
        }
    }

    fn condition(&mut self, role: Role, rules: &Encoded<'a>, tag: u32, name: &str) {
        let accepted = &mut self.accepted;
        let short = name.rsplit('.').next().unwrap_or_default();
        match role {
            Role::KnownRegex => {
                let strict = rules.varint(25) != Some(0);
                let regex = format!("{:?} strict: {strict}", rules.int32(tag));
                accepted.opaque.insert("well_known_regex", BTreeSet::from([regex]));
            }
            _ if !rules.flag(tag) => {}
            Role::Format => accepted.format = known(short),
            Role::DefinedOnly if !self.declared.is_empty() => {
                let declared: BTreeSet<_> =
                    self.declared.iter().map(|number| Value::Number(*number)).collect();
                let only = accepted.only.take();
                accepted.only = Some(match only {
                    Some(only) => only.intersection(&declared).copied().collect(),
                    None => declared,
                });
            }
            _ => accepted.flags.extend(known(short)),
        }
    }

    fn inside(&mut self, place: &'static str, rules: &Encoded<'a>, tag: u32, name: &str) {
        let (depth, prefix) = (self.depth + 1, format!("{name}."));
        if depth < MAX_DEPTH {
            let inner = rules.message(tag);
            let inner = accepted_at(depth, &inner, self.declared, &prefix, self.texts);
            self.accepted.inside.insert(place, inner);
        }
    }

    fn bounds(&mut self, family: &Family, rules: &Encoded<'a>) {
        let tags = |role| family.rules.iter().filter(move |rule| rule.2 == role).map(|rule| rule.0);
        let bound = |role, included| {
            let tag = tags(role).find(|tag| rules.has(*tag))?;
            let Value::Number(value) = values(family.scalar, rules, tag).last()? else {
                return None;
            };
            Some(Bound { value, included })
        };
        let low = bound(Role::Gte, true).or_else(|| bound(Role::Gt, false));
        let high = bound(Role::Lte, true).or_else(|| bound(Role::Lt, false));
        let size = |role| tags(role).find_map(|tag| rules.varint(tag));
        let sizes = |exact, least, most| {
            let exact = size(exact);
            Range::between(exact.or(size(least)), exact.or(size(most)))
        };
        let accepted = &mut self.accepted;
        accepted.numbers = Range::new(low, high, family.scalar.domain());
        accepted.items = Range::between(size(Role::MinItems), size(Role::MaxItems));
        let length = sizes(Role::Length, Role::MinLength, Role::MaxLength);
        let bytes = sizes(Role::Bytes, Role::MinBytes, Role::MaxBytes);
        // A character has one to four bytes.
        let ((shortest, longest), (least, most)) = (length.bounds(), bytes.bounds());
        let quarter = if least > 0 { (least + 3) / 4 } else { least };
        let all = Range::default();
        let (length_of_bytes, bytes_of_length) =
            (Range::within(quarter, most), Range::within(shortest, longest.saturating_mul(4)));
        accepted.length =
            if length == all && bytes == all { all } else { length.meet(length_of_bytes) };
        accepted.bytes =
            if length == all && bytes == all { all } else { bytes.meet(bytes_of_length) };
    }
}

/// The name of a rule as it stands in the table.
fn known(name: &str) -> Option<&'static str> {
    let rules = FAMILIES.iter().flat_map(|family| family.rules);
    rules.map(|rule| rule.1).find(|rule| *rule == name)
}

fn values<'a>(
    scalar: Scalar,
    rules: &Encoded<'a>,
    tag: u32,
) -> impl Iterator<Item = Value<'a>> + use<'a> {
    let values: Vec<Value<'a>> = match scalar {
        Scalar::Text | Scalar::Bytes => rules.all_bytes(tag).into_iter().map(Value::Text).collect(),
        Scalar::Time => {
            rules.messages(tag).iter().map(|time| Value::Number(nanoseconds(time))).collect()
        }
        _ => {
            let numbers = rules.numbers(tag, scalar.packed()).into_iter();
            numbers.map(|number| Value::Number(scalar.ordinal(number))).collect()
        }
    };
    values.into_iter()
}

/// The value of a rule as a contract writes it.
fn show(scalar: Scalar, role: Role, rules: &Encoded<'_>, tag: u32) -> String {
    let texts = |scalar: Scalar| -> Vec<String> {
        match scalar {
            Scalar::Text => {
                let all = rules.all_bytes(tag);
                all.iter().map(|text| quoted(&String::from_utf8_lossy(text))).collect()
            }
            Scalar::Bytes => {
                let all = rules.all_bytes(tag);
                all.iter().map(|bytes| format!("\"{}\"", bytes.escape_ascii())).collect()
            }
            Scalar::Time => {
                let all = rules.messages(tag);
                all.iter().map(|time| show_seconds(nanoseconds(time))).collect()
            }
            _ => {
                let all = rules.numbers(tag, scalar.packed());
                all.into_iter().map(|number| scalar.show(number)).collect()
            }
        }
    };
    match role {
        Role::In | Role::NotIn => format!("[{}]", texts(scalar).join(", ")),
        Role::Paths | Role::NotPaths => format!("[{}]", texts(Scalar::Text).join(", ")),
        Role::Pattern => texts(Scalar::Text).pop().unwrap_or_default(),
        Role::Const
        | Role::Lt
        | Role::Lte
        | Role::Gt
        | Role::Gte
        | Role::Prefix
        | Role::Suffix
        | Role::Contains
        | Role::NotContains => texts(scalar).pop().unwrap_or_default(),
        Role::Format | Role::Flag | Role::DefinedOnly | Role::Strict => rules.flag(tag).to_string(),
        _ => rules.varint(tag).unwrap_or(0).to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}
