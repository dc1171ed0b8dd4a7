//! Messages that kept their name: deleted fields and oneofs, required fields,
//! options and features.

use crate::compat::anchor::options;
use crate::compat::anchor::out::Out;
use crate::compat::anchor::pairs::Pair;
use crate::compat::anchor::quote::quoted;
use crate::compat::anchor::view::{FieldView, Owner, View};
use crate::compat::schema::{Field, Label, Message, MessageId, Numbers};

/// What makes a deletion acceptable.
#[derive(Clone, Copy)]
pub(super) enum Unless {
    Never,
    NameReserved,
    NumberReserved,
}

impl Unless {
    pub(super) fn holds(range: Numbers, number: i32) -> bool {
        (range.first..=range.last).contains(&number)
    }
}

/// The name of the feature's value.
pub(super) fn json_format_name(allowed: bool) -> &'static str {
    if allowed { "ALLOW" } else { "LEGACY_BEST_EFFORT" }
}

impl Out<'_, '_, '_> {
    /// A finding at a message.
    pub(super) fn on_message(&mut self, pair: Pair<MessageId>, message: String) {
        let views = self.views;
        let file = views.new.schema.message(pair.new).scope.file;
        self.add(message, views.new.message(pair.new), file, views.old.message(pair.old));
    }
}

pub(super) fn both<'c, 'a>(
    pair: Pair<MessageId>,
    out: &Out<'_, 'c, 'a>,
) -> (&'c Message<'a>, &'c Message<'a>) {
    let views = out.views;
    (views.old.schema.message(pair.old), views.new.schema.message(pair.new))
}

pub(in crate::compat::anchor) fn fields_deleted(pair: Pair<MessageId>, out: &mut Out<'_, '_, '_>) {
    deleted(pair, Unless::Never, out);
}

pub(in crate::compat::anchor) fn fields_deleted_unless_name(
    pair: Pair<MessageId>,
    out: &mut Out<'_, '_, '_>,
) {
    deleted(pair, Unless::NameReserved, out);
}

pub(in crate::compat::anchor) fn fields_deleted_unless_number(
    pair: Pair<MessageId>,
    out: &mut Out<'_, '_, '_>,
) {
    deleted(pair, Unless::NumberReserved, out);
}

fn deleted(pair: Pair<MessageId>, unless: Unless, out: &mut Out<'_, '_, '_>) {
    let (old, new) = both(pair, out);
    for (index, field) in old.fields.iter().enumerate() {
        if has_number(new, index, field) {
            continue;
        }
        let (allowed, suffix) = match unless {
            Unless::Never => (false, String::new()),
            Unless::NameReserved => (
                new.reserved_names.contains(&field.name),
                format!(" without reserving the name {}", quoted(field.name)),
            ),
            Unless::NumberReserved => (
                new.reserved.iter().any(|range| Unless::holds(*range, field.number)),
                format!(" without reserving the number \"{}\"", field.number),
            ),
        };
        if !allowed {
            let view = FieldView { view: out.views.old, field, owner: Owner::Message(pair.old) };
            let description = view.description().replacen('F', "f", 1);
            out.on_message(pair, format!("Previously present {description} was deleted{suffix}."));
        }
    }
}

/// Whether a number is still there; most fields keep their place.
fn has_number(new: &Message<'_>, index: usize, field: &Field<'_>) -> bool {
    new.fields.get(index).is_some_and(|other| other.number == field.number)
        || new.fields.iter().any(|other| other.number == field.number)
}

pub(in crate::compat::anchor) fn oneofs_deleted(pair: Pair<MessageId>, out: &mut Out<'_, '_, '_>) {
    let (old, new) = both(pair, out);
    for oneof in old.oneofs.iter().filter(|oneof| !oneof.synthetic) {
        if !new.oneofs.iter().any(|other| other.name == oneof.name) {
            let (name, message) = (quoted(oneof.name), quoted(new.name));
            out.on_message(
                pair,
                format!("Previously present oneof {name} on message {message} was deleted."),
            );
        }
    }
}

const REQUIRED_FIELDS: &str = "Required fields must always be sent, so if one side does not \
                               know about the required field, this will result in a breakage.";

/// Looks at the label as it is written, and so not at editions.
pub(in crate::compat::anchor) fn required_fields(pair: Pair<MessageId>, out: &mut Out<'_, '_, '_>) {
    let (old, new) = both(pair, out);
    let missing = |from: &Message<'_>, field: &Field<'_>| {
        let required =
            |other: &Field<'_>| other.number == field.number && other.label == Label::Required;
        field.label == Label::Required && !from.fields.iter().any(required)
    };
    for field in old.fields.iter().filter(|field| missing(new, field)) {
        let (message, number) = (quoted(old.name), field.number);
        out.on_message(
            pair,
            format!("Message {message} had required field \"{number}\" deleted. {REQUIRED_FIELDS}"),
        );
    }
    for field in new.fields.iter().filter(|field| missing(old, field)) {
        let view = FieldView { view: out.views.new, field, owner: Owner::Message(pair.new) };
        let (message, number) = (quoted(new.name), field.number);
        let text =
            format!("Message {message} had required field \"{number}\" added. {REQUIRED_FIELDS}");
        out.add(text, view.location(), new.scope.file, None);
    }
}

pub(in crate::compat::anchor) fn descriptor_accessor(
    pair: Pair<MessageId>,
    out: &mut Out<'_, '_, '_>,
) {
    let (old, new) = both(pair, out);
    let removed = |message: &Message<'_>| options::flag(message.options, 2) == Some(true);
    if !removed(old) && removed(new) {
        let views = out.views;
        out.add(
            "Message option \"no_standard_descriptor_accessor\" changed from \"false\" to \
             \"true\"."
                .to_owned(),
            views.new.message_part(pair.new, &[7, 2]),
            new.scope.file,
            views.old.message_part(pair.old, &[7, 2]),
        );
    }
}

pub(in crate::compat::anchor) fn json_format(pair: Pair<MessageId>, out: &mut Out<'_, '_, '_>) {
    let (old, new) = both(pair, out);
    if !old.features.json_allowed || new.features.json_allowed {
        return;
    }
    let message = format!(
        "Message {} JSON format support changed from {} to {}.",
        quoted(new.name),
        json_format_name(true),
        json_format_name(false)
    );
    let place = |view: View<'_, '_>, id| {
        View::feature([7, 12], &[6], |sub| view.message_part(id, sub)).or_else(|| view.message(id))
    };
    let views = out.views;
    out.add(message, place(views.new, pair.new), new.scope.file, place(views.old, pair.old));
}
