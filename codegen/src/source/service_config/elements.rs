//! Every element of an encoded file that can have options.

use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value,
};

/// An element on its way past a visitor.
pub(super) struct Element<'e> {
    /// The full name, `package.Service.Method`.
    pub(super) full_name: &'e str,
    /// The descriptor path of its options: numbers and indexes.
    pub(super) options_path: &'e [i32],
    /// The descriptor.
    pub(super) message: &'e mut DynamicMessage,
    /// The field of its options.
    pub(super) options: &'e FieldDescriptor,
}

impl Element<'_> {
    /// The full name of the message of its options.
    pub(super) fn options_type(&self) -> String {
        message_of(self.options).map(|it| it.full_name().to_owned()).unwrap_or_default()
    }
}

/// Shows every element of a file to a visitor, outer ones first.
pub(super) fn visit(file: &mut DynamicMessage, visitor: &mut dyn FnMut(Element<'_>)) {
    let package = file.get_field_by_name("package");
    let package = package.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    children(file, &package, &mut Vec::new(), visitor);
}

fn children(
    parent: &mut DynamicMessage,
    scope: &str,
    path: &mut Vec<i32>,
    visitor: &mut dyn FnMut(Element<'_>),
) {
    for field in parent.descriptor().fields() {
        // What has a name and options is an element.
        let Some(options) = message_of(&field).and_then(|of| options_of(&of)) else { continue };
        if !field.is_list() || !parent.has_field(&field) {
            continue;
        }
        let Value::List(items) = parent.get_field_mut(&field) else { continue };
        for (index, item) in (0_i32..).zip(items) {
            let Value::Message(message) = item else { continue };
            let name = message.get_field_by_name("name");
            let name = name.and_then(|value| value.as_str().map(str::to_owned));
            let dot = if scope.is_empty() { "" } else { "." };
            let full_name = format!("{scope}{dot}{}", name.unwrap_or_default());
            path.extend([number(&field), index]);
            let options_path = [path.as_slice(), &[number(&options)]].concat();
            visitor(Element {
                full_name: &full_name,
                options_path: &options_path,
                message,
                options: &options,
            });
            children(message, &full_name, path, visitor);
            path.truncate(path.len() - 2);
        }
    }
}

fn message_of(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    match field.kind() {
        Kind::Message(message) => Some(message),
        _ => None,
    }
}

fn options_of(element: &MessageDescriptor) -> Option<FieldDescriptor> {
    element.get_field_by_name("name")?;
    element.get_field_by_name("options")
}

fn number(field: &FieldDescriptor) -> i32 {
    field.number().cast_signed()
}
