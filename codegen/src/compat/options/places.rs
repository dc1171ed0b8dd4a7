//! Where options stand, as places of findings.

use crate::compat::finding::Place;
use crate::compat::schema::{MessageId, Schema, ServiceId};

/// An rpc, or the option with this number on it.
pub fn method_place(
    schema: &Schema<'_>,
    service: ServiceId,
    method: i32,
    option: Option<u32>,
) -> Place {
    let mut path = schema.service_path(service);
    path.extend([2, method]);
    place(schema.service(service).scope.file, path, 4, option)
}

/// A service, or the option with this number on it.
pub fn service_place(schema: &Schema<'_>, service: ServiceId, option: Option<u32>) -> Place {
    let path = schema.service_path(service);
    place(schema.service(service).scope.file, path, 3, option)
}

/// A field of a message, or the option with this number on it.
pub fn field_place(
    schema: &Schema<'_>,
    message: MessageId,
    field: i32,
    option: Option<u32>,
) -> Place {
    let mut path = schema.message_path(message);
    path.extend([2, field]);
    place(schema.message(message).scope.file, path, 8, option)
}

/// A message, or the option with this number on it.
pub fn message_place(schema: &Schema<'_>, message: MessageId, option: Option<u32>) -> Place {
    let path = schema.message_path(message);
    place(schema.message(message).scope.file, path, 7, option)
}

fn place(
    file: crate::compat::schema::FileId,
    mut path: Vec<i32>,
    options: i32,
    option: Option<u32>,
) -> Place {
    if let Some(number) = option {
        path.extend([options, i32::try_from(number).unwrap_or(i32::MAX)]);
    }
    Place { file, path }
}
