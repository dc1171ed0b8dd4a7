//! Visits every pair once and hands it to the rules that look at its sort.

use super::finding::Finding;
use super::pair::{
    Change, Comparison, EnumChange, EnumValueChange, ExtensionChange, FieldChange, FileChange,
    MessageChange, MethodChange, OneofChange, ServiceChange,
};
use super::rule::{Check, Rule, Sink};

/// The rules that look at one sort of pair.
type Judges<F> = Vec<(&'static Rule, F)>;

/// The rules by what they look at, so that members are paired once for all.
#[derive(Default)]
struct Rules {
    files: Judges<fn(&FileChange<'_, '_>, &mut Sink<'_>)>,
    messages: Judges<fn(&MessageChange<'_, '_>, &mut Sink<'_>)>,
    fields: Judges<fn(&FieldChange<'_, '_>, &mut Sink<'_>)>,
    oneofs: Judges<fn(&OneofChange<'_, '_>, &mut Sink<'_>)>,
    extensions: Judges<fn(&ExtensionChange<'_, '_>, &mut Sink<'_>)>,
    enums: Judges<fn(&EnumChange<'_, '_>, &mut Sink<'_>)>,
    values: Judges<fn(&EnumValueChange<'_, '_>, &mut Sink<'_>)>,
    services: Judges<fn(&ServiceChange<'_, '_>, &mut Sink<'_>)>,
    methods: Judges<fn(&MethodChange<'_, '_>, &mut Sink<'_>)>,
    whole: Judges<fn(&Comparison<'_, '_>, &mut Sink<'_>)>,
}

impl Rules {
    fn sorted(rules: impl IntoIterator<Item = &'static Rule>) -> Self {
        let mut sorted = Self::default();
        for rule in rules {
            match rule.check {
                Check::File(check) => sorted.files.push((rule, check)),
                Check::Message(check) => sorted.messages.push((rule, check)),
                Check::Field(check) => sorted.fields.push((rule, check)),
                Check::Oneof(check) => sorted.oneofs.push((rule, check)),
                Check::Extension(check) => sorted.extensions.push((rule, check)),
                Check::Enum(check) => sorted.enums.push((rule, check)),
                Check::EnumValue(check) => sorted.values.push((rule, check)),
                Check::Service(check) => sorted.services.push((rule, check)),
                Check::Method(check) => sorted.methods.push((rule, check)),
                Check::Whole(check) => sorted.whole.push((rule, check)),
            }
        }
        sorted
    }
}

/// Everything that these rules find, in the order of the pairs.
pub fn run<'r>(
    comparison: &Comparison<'_, '_>,
    rules: impl IntoIterator<Item = &'static Rule> + 'r,
) -> Vec<Finding> {
    let rules = Rules::sorted(rules);
    let mut found = Vec::new();
    for &change in &comparison.files {
        for (rule, check) in &rules.files {
            check(&FileChange { cx: comparison, change }, &mut Sink::new(rule, &mut found));
        }
    }
    messages(comparison, &rules, &mut found);
    for &change in &comparison.extensions {
        for (rule, check) in &rules.extensions {
            check(&ExtensionChange { cx: comparison, change }, &mut Sink::new(rule, &mut found));
        }
    }
    enums(comparison, &rules, &mut found);
    services(comparison, &rules, &mut found);
    for (rule, check) in &rules.whole {
        check(comparison, &mut Sink::new(rule, &mut found));
    }
    found
}

/// The members of map entries are no fields of a contract: rules about fields
/// look at the map. What did not change has nothing to tell.
fn messages(cx: &Comparison<'_, '_>, rules: &Rules, found: &mut Vec<Finding>) {
    for &change in &cx.messages {
        for (rule, check) in &rules.messages {
            check(&MessageChange { cx, change }, &mut Sink::new(rule, found));
        }
    }
    for &(old_message, new_message) in cx.changed_messages() {
        let (old, new) = (cx.old.message(old_message), cx.new.message(new_message));
        if !rules.fields.is_empty() {
            for change in cx.fields(old, new) {
                let pair = FieldChange { cx, old_message, new_message, change };
                for (rule, check) in &rules.fields {
                    check(&pair, &mut Sink::new(rule, found));
                }
            }
        }
        if !rules.oneofs.is_empty() {
            for change in cx.oneofs(old, new) {
                let pair = OneofChange { cx, old_message, new_message, change };
                for (rule, check) in &rules.oneofs {
                    check(&pair, &mut Sink::new(rule, found));
                }
            }
        }
    }
}

fn enums(cx: &Comparison<'_, '_>, rules: &Rules, found: &mut Vec<Finding>) {
    for &change in &cx.enums {
        for (rule, check) in &rules.enums {
            check(&EnumChange { cx, change }, &mut Sink::new(rule, found));
        }
        let Change::Kept { old: old_enum, new: new_enum } = change else { continue };
        if rules.values.is_empty() {
            continue;
        }
        for (old, new) in cx.values(cx.old.enumeration(old_enum), cx.new.enumeration(new_enum)) {
            let pair = EnumValueChange { cx, old_enum, new_enum, old, new };
            for (rule, check) in &rules.values {
                check(&pair, &mut Sink::new(rule, found));
            }
        }
    }
}

fn services(cx: &Comparison<'_, '_>, rules: &Rules, found: &mut Vec<Finding>) {
    for &change in &cx.services {
        for (rule, check) in &rules.services {
            check(&ServiceChange { cx, change }, &mut Sink::new(rule, found));
        }
        let Change::Kept { old: old_service, new: new_service } = change else { continue };
        for change in cx.methods(cx.old.service(old_service), cx.new.service(new_service)) {
            let pair = MethodChange { cx, old_service, new_service, change };
            for (rule, check) in &rules.methods {
                check(&pair, &mut Sink::new(rule, found));
            }
        }
    }
}
