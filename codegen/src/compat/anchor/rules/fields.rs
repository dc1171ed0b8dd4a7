//! Names, oneofs and `jstype` of fields, and how messages call a field.

use crate::compat::anchor::options;
use crate::compat::anchor::out::Out;
use crate::compat::anchor::pairs::Pair;
use crate::compat::anchor::quote::quoted;
use crate::compat::anchor::view::{FieldView, Location, Owner};
use crate::compat::schema::Kind;

impl FieldView<'_, '_> {
    /// What messages call it.
    pub(in crate::compat::anchor) fn description(&self) -> String {
        self.describe(&format!(" with name {}", quoted(self.known_name())))
    }

    fn describe(&self, name: &str) -> String {
        let (kind, message) = match self.owner {
            Owner::Message(id) => ("Field", self.view.schema.message(id).name),
            Owner::Extension(extension) => ("Extension", extension.extendee),
        };
        format!("{kind} \"{}\"{name} on message {}", self.field.number, quoted(message))
    }

    /// Its name; that of an extension is the full one.
    fn known_name(&self) -> &str {
        match self.owner {
            Owner::Message(_) => self.field.name,
            Owner::Extension(extension) => &extension.full_name,
        }
    }
}

impl Out<'_, '_, '_> {
    /// A finding about a field: its description and what became of it.
    pub(super) fn field<'f, 'b>(
        &mut self,
        pair: &Pair<FieldView<'f, 'b>>,
        what: &str,
        place: impl Fn(&FieldView<'f, 'b>) -> Option<Location>,
    ) {
        let message = format!("{} {what}", pair.new.description());
        self.add(message, place(&pair.new), pair.new.file(), place(&pair.old));
    }
}

pub(in crate::compat::anchor) fn name(pair: &Pair<FieldView<'_, '_>>, out: &mut Out<'_, '_, '_>) {
    let (old, new) = (pair.old.known_name(), pair.new.known_name());
    if old != new {
        let description = pair.new.describe("");
        out.add(
            format!("{description} changed name from {} to {}.", quoted(old), quoted(new)),
            pair.new.name_location(),
            pair.new.file(),
            pair.old.name_location(),
        );
    }
}

pub(in crate::compat::anchor) fn json_name(
    pair: &Pair<FieldView<'_, '_>>,
    out: &mut Out<'_, '_, '_>,
) {
    if pair.old.is_extension() {
        return;
    }
    let name = |field: &FieldView<'_, '_>| quoted(field.field.json_name.unwrap_or_default());
    let (old, new) = (name(&pair.old), name(&pair.new));
    if old != new {
        let what = format!("changed option \"json_name\" from {old} to {new}.");
        out.field(pair, &what, |field| field.part(&[10]).or_else(|| field.location()));
    }
}

pub(in crate::compat::anchor) fn jstype(pair: &Pair<FieldView<'_, '_>>, out: &mut Out<'_, '_, '_>) {
    if !is_64_bit(pair.old.field.kind) || !is_64_bit(pair.new.field.kind) {
        return;
    }
    let (old, new) = (jstype_name(&pair.old), jstype_name(&pair.new));
    if old != new {
        let (old, new) = (quoted(&old), quoted(&new));
        let what = format!("changed option \"jstype\" from {old} to {new}.");
        out.field(pair, &what, |field| field.part(&[8, 6]).or_else(|| field.location()));
    }
}

fn is_64_bit(kind: Kind) -> bool {
    matches!(kind, Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64)
}

fn jstype_name(field: &FieldView<'_, '_>) -> String {
    match options::number(field.field.options, 6) {
        None | Some(0) => "JS_NORMAL".to_owned(),
        Some(1) => "JS_STRING".to_owned(),
        Some(2) => "JS_NUMBER".to_owned(),
        Some(other) => other.to_string(),
    }
}

pub(in crate::compat::anchor) fn oneof(pair: &Pair<FieldView<'_, '_>>, out: &mut Out<'_, '_, '_>) {
    let what = match (real_oneof(&pair.old), real_oneof(&pair.new)) {
        // The stray letter is the anchor's.
        (Some(old), Some(new)) if old != new => {
            let message = format!(
                "{}q moved from oneof {} to oneof {}.",
                pair.new.description(),
                quoted(old),
                quoted(new)
            );
            let (place, old) = (pair.new.location(), pair.old.location());
            return out.add(message, place, pair.new.file(), old);
        }
        (Some(_), None) => "moved from inside to outside a oneof.",
        (None, Some(_)) => "moved from outside to inside a oneof.",
        _ => return,
    };
    out.field(pair, what, FieldView::location);
}

/// The oneof that a field was put into, by name.
fn real_oneof<'a>(field: &FieldView<'_, 'a>) -> Option<&'a str> {
    let oneof = field.message()?.oneofs.get(field.field.oneof?)?;
    (!oneof.synthetic).then_some(oneof.name)
}
