//! What was removed without a warning to those who use it. That it is gone,
//! and whom this breaks, other rules say.

use crate::compat::finding::Directions;
use crate::compat::options::{Element, deprecated};
use crate::compat::pair::{
    Change, Comparison, EnumValueChange, FieldChange, MethodChange, ServiceChange,
};
use crate::compat::rule::Sink;
use crate::compat::schema::{EnumId, FileId, MessageId, Schema};

pub(super) fn undeprecated(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    services(cx, sink);
    fields(cx, sink);
    values(cx, sink);
}

fn told(sort: &str) -> String {
    format!("the {sort} is gone, and it was not deprecated before")
}

fn is_file_deprecated(schema: &Schema<'_>, file: FileId) -> bool {
    deprecated(Element::File, schema.file(file).options)
}

fn is_message_deprecated(schema: &Schema<'_>, id: MessageId) -> bool {
    let message = schema.message(id);
    deprecated(Element::Message, message.options)
        || match message.scope.parent {
            Some(parent) => is_message_deprecated(schema, parent),
            None => is_file_deprecated(schema, message.scope.file),
        }
}

fn is_enum_deprecated(schema: &Schema<'_>, id: EnumId) -> bool {
    let declared = schema.enumeration(id);
    deprecated(Element::Enum, declared.options)
        || match declared.scope.parent {
            Some(parent) => is_message_deprecated(schema, parent),
            None => is_file_deprecated(schema, declared.scope.file),
        }
}

fn services(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for &change in &cx.services {
        let Some(old_service) = change.before() else { continue };
        let old = cx.old.service(old_service);
        if deprecated(Element::Service, old.options) || is_file_deprecated(cx.old, old.scope.file) {
            continue;
        }
        let Some(new_service) = change.after() else {
            ServiceChange { cx, change }.report(sink, told("service"), Directions::OK);
            continue;
        };
        for pair in cx.methods(old, cx.new.service(new_service)) {
            let Change::Removed(method) = pair else { continue };
            if !deprecated(Element::Method, method.options) {
                let pair = MethodChange { cx, old_service, new_service, change: pair };
                pair.report(sink, told("rpc"), Directions::OK);
            }
        }
    }
}

fn fields(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for (old_message, new_message) in cx.messages.iter().filter_map(|change| change.kept()) {
        let (old, new) = (cx.old.message(old_message), cx.new.message(new_message));
        let kept = |number| new.fields.iter().any(|field| field.number == number);
        if old.map_entry || old.fields.iter().all(|field| kept(field.number)) {
            continue;
        }
        for pair in cx.fields(old, new) {
            let Change::Removed(field) = pair else { continue };
            let warned = deprecated(Element::Field, field.options)
                || is_message_deprecated(cx.old, old_message);
            if !warned {
                let pair = FieldChange { cx, old_message, new_message, change: pair };
                pair.report(sink, told("field"), Directions::OK);
            }
        }
    }
}

fn values(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for (old_enum, new_enum) in cx.enums.iter().filter_map(|change| change.kept()) {
        let (before, after) = (cx.old.enumeration(old_enum), cx.new.enumeration(new_enum));
        let kept = |number| after.values.iter().any(|value| value.number == number);
        if before.values.iter().all(|value| kept(value.number)) {
            continue;
        }
        for (old, new) in cx.values(before, after) {
            let warned = old.iter().all(|(_, value)| deprecated(Element::EnumValue, value.options));
            if new.is_empty() && !warned && !is_enum_deprecated(cx.old, old_enum) {
                let pair = EnumValueChange { cx, old_enum, new_enum, old, new };
                pair.report(sink, told("value"), Directions::OK);
            }
        }
    }
}
