//! Options that no other rule reads: that they changed is all that can be
//! said.

use std::collections::{BTreeMap, BTreeSet};

use crate::compat::finding::{Directions, Finding};
use crate::compat::options::{
    AGENTGEN, Element, Encoded, FIELD_BEHAVIOR, HTTP, OPERATION_INFO, VALIDATE, at_option,
};
use crate::compat::pair::{
    Change, Comparison, EnumChange, EnumValueChange, FieldChange, FileChange, MessageChange,
    MethodChange, OneofChange, ServiceChange,
};
use crate::compat::rule::Sink;
use crate::compat::schema::Schema;
use crate::descriptor::Value;

/// The first number of an extension of options; what is below belongs to the
/// language, and so do the features of editions.
const FIRST: u32 = 1000;

/// The options that rules read.
fn is_read(element: Element, number: u32) -> bool {
    match element {
        Element::Method => [HTTP, AGENTGEN, OPERATION_INFO].contains(&number),
        Element::Service => number == AGENTGEN,
        // What `agentgen.v1.field` says is shown in documents and binds nobody.
        Element::Field => [FIELD_BEHAVIOR, VALIDATE, AGENTGEN].contains(&number),
        Element::Message | Element::Oneof => number == VALIDATE,
        Element::File | Element::Enum | Element::EnumValue => false,
    }
}

pub(super) fn changed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    files(cx, sink);
    messages(cx, sink);
    enums(cx, sink);
    services(cx, sink);
}

fn files(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for &change in &cx.files {
        let Some((old, new)) = change.kept() else { continue };
        let options = (cx.old.file(old).options, cx.new.file(new).options);
        let pair = FileChange { cx, change };
        each(cx, Element::File, options, |said| {
            said.point(pair.report(sink, &*said.story, Directions::OK));
        });
    }
}

fn messages(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for &change in &cx.messages {
        let Some((old_message, new_message)) = change.kept() else { continue };
        let (old, new) = (cx.old.message(old_message), cx.new.message(new_message));
        let pair = MessageChange { cx, change };
        each(cx, Element::Message, (old.options, new.options), |said| {
            said.point(pair.report(sink, &*said.story, Directions::OK));
        });
        if old.map_entry {
            continue;
        }
        if !same(&old.fields, &new.fields, |field| (field.number, field.options)) {
            for change in cx.fields(old, new) {
                let Some((old, new)) = change.kept() else { continue };
                let pair = FieldChange { cx, old_message, new_message, change };
                each(cx, Element::Field, (old.options, new.options), |said| {
                    said.point(pair.report(sink, &*said.story, Directions::OK));
                });
            }
        }
        if !same(&old.oneofs, &new.oneofs, |oneof| (oneof.name, oneof.options)) {
            for change in cx.oneofs(old, new) {
                let Some((before, after)) = change.kept() else { continue };
                let options = (old.oneofs[before].options, new.oneofs[after].options);
                let pair = OneofChange { cx, old_message, new_message, change };
                each(cx, Element::Oneof, options, |said| {
                    said.point(pair.report(sink, &*said.story, Directions::OK));
                });
            }
        }
    }
}

fn enums(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for &change in &cx.enums {
        let Some((old_enum, new_enum)) = change.kept() else { continue };
        let (old, new) = (cx.old.enumeration(old_enum), cx.new.enumeration(new_enum));
        let pair = EnumChange { cx, change };
        each(cx, Element::Enum, (old.options, new.options), |said| {
            said.point(pair.report(sink, &*said.story, Directions::OK));
        });
        if same(&old.values, &new.values, |value| (value.number, value.options)) {
            continue;
        }
        for (old, new) in cx.values(old, new) {
            let (Some((_, before)), Some((_, after))) = (old.first(), new.first()) else {
                continue;
            };
            let options = (before.options, after.options);
            let pair = EnumValueChange { cx, old_enum, new_enum, old, new };
            each(cx, Element::EnumValue, options, |said| {
                said.point(pair.report(sink, &*said.story, Directions::OK));
            });
        }
    }
}

fn services(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for &change in &cx.services {
        let Some((old_service, new_service)) = change.kept() else { continue };
        let (old, new) = (cx.old.service(old_service), cx.new.service(new_service));
        let pair = ServiceChange { cx, change };
        each(cx, Element::Service, (old.options, new.options), |said| {
            said.point(pair.report(sink, &*said.story, Directions::OK));
        });
        if same(&old.methods, &new.methods, |method| (method.name, method.options)) {
            continue;
        }
        for change in cx.methods(old, new) {
            let Change::Kept { old, new } = change else { continue };
            let pair = MethodChange { cx, old_service, new_service, change };
            each(cx, Element::Method, (old.options, new.options), |said| {
                said.point(pair.report(sink, &*said.story, Directions::OK));
            });
        }
    }
}

/// What is said of an option.
struct Said {
    element: Element,
    number: u32,
    story: String,
}

impl Said {
    /// Points the finding at the option.
    fn point(&self, finding: &mut Finding) {
        at_option(finding, self.element, self.number);
    }
}

/// Whether nothing of two lists differs in what is looked at: most are done
/// here, before they are paired.
fn same<'t, T, K: PartialEq>(old: &'t [T], new: &'t [T], key: impl Fn(&'t T) -> K) -> bool {
    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| key(old) == key(new))
}

/// Reports every option of an element that no rule reads and that differs.
fn each(
    cx: &Comparison<'_, '_>,
    element: Element,
    (old, new): (&[u8], &[u8]),
    mut report: impl FnMut(&Said),
) {
    if old == new {
        return;
    }
    let (before, after) = (custom(element, old), custom(element, new));
    let numbers: BTreeSet<u32> = before.keys().chain(after.keys()).copied().collect();
    for number in numbers {
        let (old, new) = (before.get(&number), after.get(&number));
        if old == new {
            continue;
        }
        let name = name(cx.new, element, number).or_else(|| name(cx.old, element, number));
        let name = name.unwrap_or_else(|| number.to_string());
        let story = match (old, new) {
            (Some(old), Some(new)) => match (shown(old), shown(new)) {
                (Some(old), Some(new)) => format!("was `{old}` and is `{new}`"),
                _ => "has another value than before".to_owned(),
            },
            (None, _) => "was not set and is".to_owned(),
            (_, None) => "was set and is not".to_owned(),
        };
        report(&Said { element, number, story: format!("the option `({name})` {story}") });
    }
}

/// The options of an element that no rule reads, by number.
fn custom(element: Element, options: &[u8]) -> BTreeMap<u32, Vec<Value<'_>>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (number, value) in Encoded::new(options).values() {
        if number >= FIRST && !is_read(element, number) {
            found.entry(number).or_default().push(value);
        }
    }
    found
}

/// The name of the extension with this number, if a file declares it.
fn name(schema: &Schema<'_>, element: Element, number: u32) -> Option<String> {
    let extendee = match element {
        Element::File => "google.protobuf.FileOptions",
        Element::Message => "google.protobuf.MessageOptions",
        Element::Field => "google.protobuf.FieldOptions",
        Element::Oneof => "google.protobuf.OneofOptions",
        Element::Enum => "google.protobuf.EnumOptions",
        Element::EnumValue => "google.protobuf.EnumValueOptions",
        Element::Service => "google.protobuf.ServiceOptions",
        Element::Method => "google.protobuf.MethodOptions",
    };
    let number = i32::try_from(number).ok()?;
    let mut extensions = schema.extensions.iter();
    let own = extensions
        .find(|extension| extension.field.number == number && extension.extendee == extendee)?;
    Some(own.full_name.to_string())
}

/// One number or one text; what else there is would only be bytes.
fn shown(values: &[Value<'_>]) -> Option<String> {
    match values {
        [Value::Varint(number)] => Some(number.to_string()),
        [Value::Bytes(bytes)] => {
            let text = std::str::from_utf8(bytes).ok()?;
            (!text.chars().any(char::is_control)).then(|| text.to_owned())
        }
        _ => None,
    }
}
