//! Query keys: dotted paths of field names, ending in a map key where the
//! field is a map.

use bytes::BytesMut;

use super::{bind_keyed, submessage};
use crate::codec::{Cardinality, Field, Kind, MessageType, WireError};

/// What a query key names.
#[derive(Clone, Debug)]
pub struct Target {
    /// The path to the field: submessages first.
    pub fields: Vec<&'static Field>,
    /// The key, where the field is a map.
    pub map_key: Option<String>,
}

impl Target {
    /// Appends the fragment that sets what the key names to these texts.
    ///
    /// # Errors
    /// As [`bind`](super::bind); a map takes one text for a key.
    pub fn bind(&self, values: &[&str], out: &mut BytesMut) -> Result<(), WireError> {
        bind_keyed(&self.fields, self.map_key.as_deref(), values, out)
    }
}

/// The field that a query key names, each part by its protobuf or its JSON
/// name: `page.size`, `labels[key]`, `labels.key`. `None` is an unknown key; one
/// that names a field which takes no such text is refused when it is bound.
pub fn query_field(message: &'static MessageType, key: &str) -> Option<Target> {
    let mut fields = Vec::new();
    let (mut message, mut rest) = (message, key);
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        let field = message.field(name)?;
        fields.push(field);
        if matches!(field.cardinality, Cardinality::Map(_)) {
            return Some(Target { fields, map_key: map_key(tail).map(str::to_owned) });
        }
        // What a key says behind a list of messages is for `bind` to refuse.
        if tail.is_empty() || is_message_list(field) {
            return Some(Target { fields, map_key: None });
        }
        rest = tail.strip_prefix('.')?;
        message = submessage(field)?;
    }
}

fn is_message_list(field: &Field) -> bool {
    let message = matches!(field.kind, Kind::Message(_) | Kind::Group(_));
    message && matches!(field.cardinality, Cardinality::Repeated)
}

/// The key in `[key]` or `.key`. A key with brackets of its own, which `[a][b]` looks
/// like, takes the second form.
fn map_key(tail: &str) -> Option<&str> {
    if let Some(key) = tail.strip_prefix('.') {
        return Some(key);
    }
    let key = tail.strip_prefix('[')?.strip_suffix(']')?;
    (!key.contains(['[', ']'])).then_some(key)
}
