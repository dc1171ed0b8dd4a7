//! Random edits, as people make them to a contract.

use fastrand::Rng;

use super::schemas::{Contract, Field, Kind, Label, SCALARS};

/// Changes something; says what.
pub(crate) fn edit(contract: &mut Contract, rng: &mut Rng) -> String {
    let at = if rng.f32() < 0.6 { 0 } else { rng.usize(..contract.messages.len()) };
    let choice = rng.usize(..24);
    match choice {
        0 => {
            contract.add_field(at, rng);
            "add a field".to_owned()
        }
        1..=5 => values(contract, rng, choice),
        6 => rename_type(contract, rng),
        7 => {
            contract.proto3 = !contract.proto3;
            "switch the syntax".to_owned()
        }
        8 => swap(contract, at, rng),
        9 => remove(contract, at, rng),
        _ => field(contract, at, rng, choice),
    }
}

fn remove(contract: &mut Contract, at: usize, rng: &mut Rng) -> String {
    let message = &mut contract.messages[at];
    if message.fields.is_empty() {
        return "nothing".to_owned();
    }
    let removed = message.fields.remove(rng.usize(..message.fields.len()));
    if rng.bool() {
        message.reserved.push(removed.number);
    }
    format!("remove {}.{}", message.name, removed.name)
}

fn swap(contract: &mut Contract, at: usize, rng: &mut Rng) -> String {
    let message = &mut contract.messages[at];
    if message.fields.len() < 2 {
        return "nothing".to_owned();
    }
    let (a, b) = (0, rng.usize(1..message.fields.len()));
    let number = message.fields[a].number;
    message.fields[a].number = message.fields[b].number;
    message.fields[b].number = number;
    format!("swap the numbers of two fields of {}", message.name)
}

fn field(contract: &mut Contract, at: usize, rng: &mut Rng, choice: usize) -> String {
    let (kind, label) = (contract.kind(rng, at == 0), contract.label(rng));
    let proto3 = contract.proto3;
    let message = &mut contract.messages[at];
    if message.fields.is_empty() {
        return "nothing".to_owned();
    }
    let index = rng.usize(..message.fields.len());
    let told = format!("{}.{}", message.name, message.fields[index].name);
    let field = &mut message.fields[index];
    match choice {
        10 => field.number = rng.u32(40..60),
        11 => field.name = format!("renamed_{}", rng.u8(..3)),
        12 => {
            let kept = ["fieldA", "fieldB", "fieldC", "fieldD"];
            field.json_name = kept.into_iter().find(|name| {
                name.as_bytes().last().map(u8::to_ascii_lowercase) == field.name.bytes().last()
            });
            field.name = format!("renamed_{}", rng.u8(..3));
        }
        13 | 14 => field.kind = Kind::Scalar(SCALARS[rng.usize(..SCALARS.len())]),
        15 => field.kind = kind,
        16 => relabel(field, label),
        17 => relabel(field, if proto3 { Label::Optional } else { Label::Required }),
        18 => relabel(field, Label::Plain),
        19 => {
            field.label = Label::Plain;
            field.oneof = Some(["one", "other", "third"][rng.usize(..3)]);
        }
        20 => field.oneof = None,
        21 => field.default = [None, Some("1"), Some("7")][rng.usize(..3)],
        22 => field.json_name = [None, Some("custom"), Some("fieldB")][rng.usize(..3)],
        _ => match field.kind {
            Kind::Message(1) => field.kind = Kind::Message(3),
            Kind::Message(_) => field.kind = Kind::Message(rng.usize(1..4)),
            _ => field.packed = Some(rng.bool()),
        },
    }
    format!("change {told} ({choice})")
}

fn relabel(field: &mut Field, label: Label) {
    field.oneof = None;
    field.label = label;
}

fn values(contract: &mut Contract, rng: &mut Rng, choice: usize) -> String {
    let at = rng.usize(..contract.enums.len());
    let found = &mut contract.enums[at];
    let count = found.values.len();
    let index = rng.usize(..count);
    match choice {
        1 => {
            let number = rng.i32(5..9);
            if found.values.iter().all(|(_, known)| *known != number) {
                found.values.push((format!("{}_NEW", found.name), number));
            }
        }
        2 if count > 1 => {
            found.values.remove(index);
        }
        3 => found.values[index].0 = format!("{}_RENAMED", found.name),
        4 => found.values[index].1 = rng.i32(0..9),
        _ => {
            let other = rng.usize(..count);
            let name = found.values[index].0.clone();
            found.values[index].0 = std::mem::replace(&mut found.values[other].0, name);
        }
    }
    format!("change the values of {} ({choice})", found.name)
}

fn rename_type(contract: &mut Contract, rng: &mut Rng) -> String {
    let name = if rng.bool() {
        let at = rng.usize(..contract.messages.len());
        &mut contract.messages[at].name
    } else {
        let at = rng.usize(..contract.enums.len());
        &mut contract.enums[at].name
    };
    name.push_str("Renamed");
    format!("rename a type to {name}")
}
