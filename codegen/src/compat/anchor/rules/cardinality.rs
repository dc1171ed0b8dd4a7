//! How many values a field holds: for generated code, for the binary encoding
//! and for both encodings.

use crate::compat::anchor::out::Out;
use crate::compat::anchor::pairs::Pair;
use crate::compat::anchor::view::{FieldView, Owner};
use crate::compat::schema::Cardinality;

pub(in crate::compat::anchor) fn same(pair: &Pair<FieldView<'_, '_>>, out: &mut Out<'_, '_, '_>) {
    check(pair, |cardinality| cardinality, out);
}

pub(in crate::compat::anchor) fn wire_json(
    pair: &Pair<FieldView<'_, '_>>,
    out: &mut Out<'_, '_, '_>,
) {
    let group = |cardinality| match cardinality {
        Cardinality::Implicit => Cardinality::Explicit,
        other => other,
    };
    check(pair, group, out);
}

pub(in crate::compat::anchor) fn wire(pair: &Pair<FieldView<'_, '_>>, out: &mut Out<'_, '_, '_>) {
    let group = |cardinality| match cardinality {
        Cardinality::Implicit => Cardinality::Explicit,
        Cardinality::Map => Cardinality::Repeated,
        other => other,
    };
    check(pair, group, out);
}

fn check(
    pair: &Pair<FieldView<'_, '_>>,
    group: impl Fn(Cardinality) -> Cardinality,
    out: &mut Out<'_, '_, '_>,
) {
    // Nobody writes the fields of map entries.
    if pair.old.in_map_entry() && pair.new.in_map_entry() {
        return;
    }
    let (old, new) = (cardinality(&pair.old), cardinality(&pair.new));
    if group(old) != group(new) {
        let what = format!("changed cardinality from \"{}\" to \"{}\".", name(old), name(new));
        out.field(pair, &what, FieldView::location);
    }
}

fn cardinality(field: &FieldView<'_, '_>) -> Cardinality {
    match field.owner {
        Owner::Message(_) => field.view.schema.cardinality(field.field),
        Owner::Extension(extension) => field.view.schema.extension_cardinality(extension),
    }
}

fn name(cardinality: Cardinality) -> &'static str {
    match cardinality {
        Cardinality::Explicit => "optional with explicit presence",
        Cardinality::Implicit => "optional with implicit presence",
        Cardinality::Required => "required",
        Cardinality::Repeated => "repeated",
        Cardinality::Map => "map",
    }
}
