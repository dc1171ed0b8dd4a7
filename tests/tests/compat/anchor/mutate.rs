//! Small changes of descriptors that leave them valid.

use fastrand::Rng;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    FileDescriptorSet, FileOptions, MessageOptions, MethodDescriptorProto, MethodOptions,
};

/// Makes as many changes and names them.
pub(super) fn mutate(files: &mut FileDescriptorSet, seed: u64, count: usize) -> Vec<String> {
    let mut rng = Rng::with_seed(seed);
    let used = used_types(files);
    let mut own: Vec<_> = files
        .file
        .iter_mut()
        .filter(|file| !file.name().starts_with("google/protobuf/") || file.name().contains("util"))
        .collect();
    let mut done = Vec::new();
    for attempt in 0.. {
        if done.len() == count {
            break;
        }
        assert!(attempt < 100 * count, "the files leave too little to change");
        let index = rng.usize(..own.len());
        let file = &mut *own[index];
        let what = match rng.u32(..10) {
            0 => Some(change_file(file, &mut rng)),
            1 | 2 => change_service(file, &mut rng),
            3 | 4 => change_enum(file, &mut rng),
            5 => delete_type(file, &used, &mut rng),
            _ => change_message(file, &mut rng),
        };
        done.extend(what.map(|what| format!("{}: {what}", file.name())));
    }
    done
}

/// The full names that fields, extensions and rpcs refer to.
fn used_types(files: &FileDescriptorSet) -> Vec<String> {
    fn of_message(message: &DescriptorProto, used: &mut Vec<String>) {
        let fields = message.field.iter().chain(&message.extension);
        used.extend(
            fields.flat_map(|field| [field.type_name().to_owned(), field.extendee().to_owned()]),
        );
        message.nested_type.iter().for_each(|nested| of_message(nested, used));
    }
    let mut used = Vec::new();
    for file in &files.file {
        file.message_type.iter().for_each(|message| of_message(message, &mut used));
        for field in &file.extension {
            used.extend([field.type_name().to_owned(), field.extendee().to_owned()]);
        }
        for method in file.service.iter().flat_map(|service| &service.method) {
            used.extend([method.input_type().to_owned(), method.output_type().to_owned()]);
        }
    }
    used
}

fn change_file(file: &mut FileDescriptorProto, rng: &mut Rng) -> String {
    let options = file.options.get_or_insert_with(FileOptions::default);
    let name = match rng.u32(..4) {
        0 => {
            options.go_package = Some(format!("example.com/p{};p", rng.u32(..1000)));
            "go_package"
        }
        1 => {
            options.java_multiple_files = Some(!options.java_multiple_files());
            "java_multiple_files"
        }
        2 => {
            options.java_package = None;
            "java_package"
        }
        _ => {
            options.optimize_for = Some(2);
            "optimize_for"
        }
    };
    format!("option {name}")
}

fn change_service(file: &mut FileDescriptorProto, rng: &mut Rng) -> Option<String> {
    if file.service.is_empty() {
        return None;
    }
    if rng.u32(..6) == 0 {
        let gone = file.service.remove(rng.usize(..file.service.len()));
        return Some(format!("service {} deleted", gone.name()));
    }
    let index = rng.usize(..file.service.len());
    let methods = &mut file.service[index].method;
    if methods.is_empty() {
        return None;
    }
    let index = rng.usize(..methods.len());
    if rng.u32(..5) == 0 {
        let gone = methods.remove(index);
        return Some(format!("rpc {} deleted", gone.name()));
    }
    let other = methods[rng.usize(..methods.len())].clone();
    Some(change_method(&mut methods[index], &other, rng))
}

fn change_method(
    method: &mut MethodDescriptorProto,
    other: &MethodDescriptorProto,
    rng: &mut Rng,
) -> String {
    match rng.u32(..6) {
        0 => method.name = Some(format!("{}Renamed{}", method.name(), rng.u32(..10_000))),
        1 => method.client_streaming = Some(!method.client_streaming()),
        2 => method.server_streaming = Some(!method.server_streaming()),
        3 => method.input_type.clone_from(&other.input_type),
        4 => method.output_type.clone_from(&other.output_type),
        _ => {
            let options = method.options.get_or_insert_with(MethodOptions::default);
            options.idempotency_level = Some(rng.i32(0..3));
        }
    }
    format!("rpc {} changed", method.name())
}

fn change_enum(file: &mut FileDescriptorProto, rng: &mut Rng) -> Option<String> {
    let mut enums: Vec<&mut EnumDescriptorProto> = file.enum_type.iter_mut().collect();
    for message in &mut file.message_type {
        enums.extend(message.enum_type.iter_mut());
        enums.extend(message.nested_type.iter_mut().flat_map(|nested| &mut nested.enum_type));
    }
    if enums.is_empty() {
        return None;
    }
    let index = rng.usize(..enums.len());
    let found = &mut *enums[index];
    let index = rng.usize(..found.value.len());
    let fresh = rng.u32(..100_000);
    let what = match rng.u32(..4) {
        // The first value stays: proto3 wants a zero.
        0 if index > 0 => {
            let gone = found.value.remove(index);
            if rng.bool() {
                found.reserved_name.push(gone.name().to_owned());
            }
            if rng.bool() && !found.value.iter().any(|value| value.number == gone.number) {
                found.reserved_range.push(prost_types::enum_descriptor_proto::EnumReservedRange {
                    start: gone.number,
                    end: gone.number,
                });
            }
            "a value deleted"
        }
        1 => {
            let mut alias = found.value[index].clone();
            alias.name = Some(format!("{}_ALIAS_{fresh}", alias.name()));
            found.options.get_or_insert_default().allow_alias = Some(true);
            found.value.push(alias);
            "an alias added"
        }
        2 if !found.reserved_range.is_empty() => {
            found.reserved_range.pop();
            "a reserved range dropped"
        }
        _ => {
            let value = &mut found.value[index];
            value.name = Some(format!("{}_RENAMED_{fresh}", value.name()));
            "a value renamed"
        }
    };
    Some(format!("enum {}: {what}", found.name()))
}

fn delete_type(file: &mut FileDescriptorProto, used: &[String], rng: &mut Rng) -> Option<String> {
    let package = file.package().to_owned();
    let is_used = |name: &str| {
        let full = format!(".{package}.{name}");
        used.iter().any(|used| *used == full || used.starts_with(&format!("{full}.")))
    };
    if rng.bool() && !file.enum_type.is_empty() {
        let index = rng.usize(..file.enum_type.len());
        let free = !is_used(file.enum_type[index].name());
        return free.then(|| format!("enum {} deleted", file.enum_type.remove(index).name()));
    }
    if file.message_type.is_empty() {
        return None;
    }
    let index = rng.usize(..file.message_type.len());
    let free = !is_used(file.message_type[index].name());
    free.then(|| format!("message {} deleted", file.message_type.remove(index).name()))
}

fn change_message(file: &mut FileDescriptorProto, rng: &mut Rng) -> Option<String> {
    if file.message_type.is_empty() {
        return None;
    }
    let proto3 = file.syntax() == "proto3";
    let index = rng.usize(..file.message_type.len());
    let mut message = &mut file.message_type[index];
    let own = |nested: &DescriptorProto| !is_entry(nested);
    if rng.bool() && message.nested_type.iter().any(own) {
        let at = message.nested_type.iter().position(own)?;
        message = &mut message.nested_type[at];
    }
    if rng.u32(..5) == 0 {
        return Some(change_ranges(message, rng));
    }
    if message.field.is_empty() {
        return None;
    }
    let index = rng.usize(..message.field.len());
    if rng.u32(..4) == 0 {
        return delete_field(message, index, rng);
    }
    let what = change_field(message, index, proto3, rng)?;
    Some(format!("message {}: {what}", message.name()))
}

/// Whether this is the entry of a map.
fn is_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(MessageOptions::map_entry)
}

fn change_ranges(message: &mut DescriptorProto, rng: &mut Rng) -> String {
    if rng.bool() && !message.reserved_range.is_empty() {
        message.reserved_range.pop();
    } else if rng.bool() && !message.reserved_name.is_empty() {
        message.reserved_name.pop();
    } else if !message.extension_range.is_empty() && message.extension.is_empty() {
        let range = &mut message.extension_range[0];
        if range.end() - range.start() > 2 {
            range.end = Some(range.end() - 1);
        }
    } else {
        message.reserved_name.push(format!("never_{}", rng.u32(..100_000)));
    }
    format!("message {}: ranges", message.name())
}

fn delete_field(message: &mut DescriptorProto, index: usize, rng: &mut Rng) -> Option<String> {
    // A oneof must not become empty.
    if message.field[index].oneof_index.is_some() {
        return None;
    }
    let gone = message.field.remove(index);
    if rng.bool() {
        message.reserved_name.push(gone.name().to_owned());
    }
    if rng.bool() {
        message.reserved_range.push(prost_types::descriptor_proto::ReservedRange {
            start: gone.number,
            end: Some(gone.number() + 1),
        });
    }
    Some(format!("message {}: field {} deleted", message.name(), gone.name()))
}

fn change_field(
    message: &mut DescriptorProto,
    index: usize,
    proto3: bool,
    rng: &mut Rng,
) -> Option<String> {
    let oneof = message.field[index].oneof_index;
    let in_oneof = oneof.is_some();
    let shared = message.field.iter().filter(|field| field.oneof_index == oneof).count() > 1;
    let other = message.field[rng.usize(..message.field.len())].clone();
    let entries: Vec<_> = message
        .nested_type
        .iter()
        .filter(|nested| is_entry(nested))
        .map(|nested| nested.name().to_owned())
        .collect();
    let is_map = |field: &FieldDescriptorProto| {
        entries.iter().any(|entry| field.type_name().ends_with(entry.as_str()))
    };
    let field = &mut message.field[index];
    let fresh = rng.u32(..100_000);
    match rng.u32(..7) {
        0 if !is_map(field) => field.name = Some(format!("{}_renamed_{fresh}", field.name())),
        1 => field.json_name = Some(format!("{}Renamed{fresh}", field.json_name())),
        2 if !is_map(field) && !is_map(&other) => {
            field.r#type = other.r#type;
            field.type_name = other.type_name;
            field.default_value = None;
            field.options = None;
        }
        3 if !is_map(field) => {
            let scalars = [
                Type::Int32,
                Type::Int64,
                Type::Uint32,
                Type::Uint64,
                Type::Bool,
                Type::String,
                Type::Bytes,
                Type::Double,
                Type::Float,
                Type::Fixed32,
                Type::Sint64,
            ];
            field.set_type(scalars[rng.usize(..scalars.len())]);
            field.type_name = None;
            field.default_value = None;
            field.options = None;
        }
        4 if !is_map(field) && !in_oneof => {
            let repeated = field.label() == Label::Repeated;
            field.set_label(if repeated { Label::Optional } else { Label::Repeated });
            field.default_value = None;
            field.options = None;
        }
        5 if in_oneof && shared && !field.proto3_optional() => field.oneof_index = None,
        6 if !proto3 && field.label() == Label::Optional && !in_oneof => {
            field.set_label(Label::Required);
        }
        _ => return None,
    }
    Some(format!("field {} changed", field.name()))
}
