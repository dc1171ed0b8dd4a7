//! The types of `google.protobuf` that the runtime brings: their Rust types, as
//! prost maps them, and their tables.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// Name in `google.protobuf`, Rust type, static in the runtime's `codec::wkt`.
pub(super) const TYPES: [(&str, &str, &str); 18] = [
    ("Any", "::agentgen::wkt::Any", "ANY"),
    ("BoolValue", "bool", "BOOL_VALUE"),
    ("BytesValue", "::std::vec::Vec<u8>", "BYTES_VALUE"),
    ("DoubleValue", "f64", "DOUBLE_VALUE"),
    ("Duration", "::agentgen::wkt::Duration", "DURATION"),
    ("Empty", "()", "EMPTY"),
    ("FieldMask", "::agentgen::wkt::FieldMask", "FIELD_MASK"),
    ("FloatValue", "f32", "FLOAT_VALUE"),
    ("Int32Value", "i32", "INT32_VALUE"),
    ("Int64Value", "i64", "INT64_VALUE"),
    ("ListValue", "::agentgen::wkt::ListValue", "LIST_VALUE"),
    ("NullValue", "::agentgen::wkt::NullValue", "NULL_VALUE"),
    ("StringValue", "::std::string::String", "STRING_VALUE"),
    ("Struct", "::agentgen::wkt::Struct", "STRUCT"),
    ("Timestamp", "::agentgen::wkt::Timestamp", "TIMESTAMP"),
    ("UInt32Value", "u32", "UINT32_VALUE"),
    ("UInt64Value", "u64", "UINT64_VALUE"),
    ("Value", "::agentgen::wkt::Value", "VALUE"),
];

/// The Rust type of the type with this full name.
pub(super) fn rust_type(name: &str) -> TokenStream {
    row(name).and_then(|(_, path, _)| path.parse().ok()).unwrap_or_default()
}

/// The table of the type with this full name.
pub(super) fn table(name: &str) -> TokenStream {
    let table = row(name).map(|(_, _, table)| Ident::new(table, Span::call_site()));
    quote! { ::agentgen::codec::wkt::#table }
}

fn row(name: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let short = name.strip_prefix("google.protobuf.")?;
    TYPES.iter().find(|(name, _, _)| *name == short)
}
