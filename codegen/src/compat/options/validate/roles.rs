//! The rules of `buf.validate` by number: what each is called and what it does
//! to the set of values that a field accepts.

/// What a rule does. Those of one family read their value as the family says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Const,
    Lt,
    Lte,
    Gt,
    Gte,
    In,
    NotIn,
    Length,
    MinLength,
    MaxLength,
    Bytes,
    MinBytes,
    MaxBytes,
    MinItems,
    MaxItems,
    Pattern,
    Prefix,
    Suffix,
    Contains,
    NotContains,
    /// A format that has a name; set by `true`.
    Format,
    /// A format that is chosen by number.
    KnownRegex,
    /// Only with [`KnownRegex`](Self::KnownRegex): `false` takes more.
    Strict,
    /// Accepts less when it is set.
    Flag,
    DefinedOnly,
    Within,
    Items,
    Keys,
    Values,
    /// The allowed, the forbidden and the one allowed set of paths.
    Paths,
    NotPaths,
    ConstPaths,
    /// Says nothing about values.
    Example,
}

/// How the values of a type are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    /// Integers in this range; zigzag where the last says so.
    Varint(i128, i128, bool),
    Fixed32(bool),
    Fixed64(bool),
    Float,
    Double,
    Bool,
    Enum,
    Text,
    Bytes,
    /// Seconds and nanoseconds.
    Time,
    /// Rules about what a list, a map or a message holds.
    None,
}

/// A field of `FieldRules`: its number, its name, its values and its rules.
pub(super) struct Family {
    pub(super) tag: u32,
    pub(super) name: &'static str,
    pub(super) scalar: Scalar,
    pub(super) rules: &'static [(u32, &'static str, Role)],
}

const INT32: Scalar = Scalar::Varint(i32::MIN as i128, i32::MAX as i128, false);
const INT64: Scalar = Scalar::Varint(i64::MIN as i128, i64::MAX as i128, false);
const UINT32: Scalar = Scalar::Varint(0, u32::MAX as i128, false);
const UINT64: Scalar = Scalar::Varint(0, u64::MAX as i128, false);
const SINT32: Scalar = Scalar::Varint(i32::MIN as i128, i32::MAX as i128, true);
const SINT64: Scalar = Scalar::Varint(i64::MIN as i128, i64::MAX as i128, true);

const fn family(
    tag: u32,
    name: &'static str,
    scalar: Scalar,
    rules: &'static [(u32, &'static str, Role)],
) -> Family {
    Family { tag, name, scalar, rules }
}

pub(super) static FAMILIES: &[Family] = &[
    family(1, "float", Scalar::Float, FLOATS),
    family(2, "double", Scalar::Double, FLOATS),
    family(3, "int32", INT32, INTEGERS),
    family(4, "int64", INT64, INTEGERS),
    family(5, "uint32", UINT32, INTEGERS),
    family(6, "uint64", UINT64, INTEGERS),
    family(7, "sint32", SINT32, INTEGERS),
    family(8, "sint64", SINT64, INTEGERS),
    family(9, "fixed32", Scalar::Fixed32(false), INTEGERS),
    family(10, "fixed64", Scalar::Fixed64(false), INTEGERS),
    family(11, "sfixed32", Scalar::Fixed32(true), INTEGERS),
    family(12, "sfixed64", Scalar::Fixed64(true), INTEGERS),
    family(13, "bool", Scalar::Bool, BOOL),
    family(14, "string", Scalar::Text, STRING),
    family(15, "bytes", Scalar::Bytes, BYTES),
    family(16, "enum", Scalar::Enum, ENUM),
    family(18, "repeated", Scalar::None, REPEATED),
    family(19, "map", Scalar::None, MAP),
    family(20, "any", Scalar::Text, ANY),
    family(21, "duration", Scalar::Time, TIME),
    family(22, "timestamp", Scalar::Time, TIMESTAMP),
    family(28, "field_mask", Scalar::Text, FIELD_MASK),
];

type Rules = &'static [(u32, &'static str, Role)];

const INTEGERS: Rules = &[
    (1, "const", Role::Const),
    (2, "lt", Role::Lt),
    (3, "lte", Role::Lte),
    (4, "gt", Role::Gt),
    (5, "gte", Role::Gte),
    (6, "in", Role::In),
    (7, "not_in", Role::NotIn),
    (8, "example", Role::Example),
    (9, "example", Role::Example),
];

const FLOATS: Rules = &[
    (1, "const", Role::Const),
    (2, "lt", Role::Lt),
    (3, "lte", Role::Lte),
    (4, "gt", Role::Gt),
    (5, "gte", Role::Gte),
    (6, "in", Role::In),
    (7, "not_in", Role::NotIn),
    (8, "finite", Role::Flag),
    (9, "example", Role::Example),
];

const BOOL: Rules = &[(1, "const", Role::Const), (2, "example", Role::Example)];

const ENUM: Rules = &[
    (1, "const", Role::Const),
    (2, "defined_only", Role::DefinedOnly),
    (3, "in", Role::In),
    (4, "not_in", Role::NotIn),
    (5, "example", Role::Example),
];

const TIME: Rules = &[
    (2, "const", Role::Const),
    (3, "lt", Role::Lt),
    (4, "lte", Role::Lte),
    (5, "gt", Role::Gt),
    (6, "gte", Role::Gte),
    (7, "in", Role::In),
    (8, "not_in", Role::NotIn),
    (9, "example", Role::Example),
];

const TIMESTAMP: Rules = &[
    (2, "const", Role::Const),
    (3, "lt", Role::Lt),
    (4, "lte", Role::Lte),
    (5, "gt", Role::Gt),
    (6, "gte", Role::Gte),
    (7, "lt_now", Role::Flag),
    (8, "gt_now", Role::Flag),
    (9, "within", Role::Within),
    (10, "example", Role::Example),
];

const STRING: Rules = &[
    (1, "const", Role::Const),
    (2, "min_len", Role::MinLength),
    (3, "max_len", Role::MaxLength),
    (4, "min_bytes", Role::MinBytes),
    (5, "max_bytes", Role::MaxBytes),
    (6, "pattern", Role::Pattern),
    (7, "prefix", Role::Prefix),
    (8, "suffix", Role::Suffix),
    (9, "contains", Role::Contains),
    (10, "in", Role::In),
    (11, "not_in", Role::NotIn),
    (12, "email", Role::Format),
    (13, "hostname", Role::Format),
    (14, "ip", Role::Format),
    (15, "ipv4", Role::Format),
    (16, "ipv6", Role::Format),
    (17, "uri", Role::Format),
    (18, "uri_ref", Role::Format),
    (19, "len", Role::Length),
    (20, "len_bytes", Role::Bytes),
    (21, "address", Role::Format),
    (22, "uuid", Role::Format),
    (23, "not_contains", Role::NotContains),
    (24, "well_known_regex", Role::KnownRegex),
    (25, "strict", Role::Strict),
    (26, "ip_with_prefixlen", Role::Format),
    (27, "ipv4_with_prefixlen", Role::Format),
    (28, "ipv6_with_prefixlen", Role::Format),
    (29, "ip_prefix", Role::Format),
    (30, "ipv4_prefix", Role::Format),
    (31, "ipv6_prefix", Role::Format),
    (32, "host_and_port", Role::Format),
    (33, "tuuid", Role::Format),
    (34, "example", Role::Example),
    (35, "ulid", Role::Format),
    (37, "protobuf_fqn", Role::Format),
    (38, "protobuf_dot_fqn", Role::Format),
];

const BYTES: Rules = &[
    (1, "const", Role::Const),
    (2, "min_len", Role::MinBytes),
    (3, "max_len", Role::MaxBytes),
    (4, "pattern", Role::Pattern),
    (5, "prefix", Role::Prefix),
    (6, "suffix", Role::Suffix),
    (7, "contains", Role::Contains),
    (8, "in", Role::In),
    (9, "not_in", Role::NotIn),
    (10, "ip", Role::Format),
    (11, "ipv4", Role::Format),
    (12, "ipv6", Role::Format),
    (13, "len", Role::Bytes),
    (14, "example", Role::Example),
    (15, "uuid", Role::Format),
];

const REPEATED: Rules = &[
    (1, "min_items", Role::MinItems),
    (2, "max_items", Role::MaxItems),
    (3, "unique", Role::Flag),
    (4, "items", Role::Items),
];

const MAP: Rules = &[
    (1, "min_pairs", Role::MinItems),
    (2, "max_pairs", Role::MaxItems),
    (4, "keys", Role::Keys),
    (5, "values", Role::Values),
];

const ANY: Rules = &[(2, "in", Role::In), (3, "not_in", Role::NotIn)];

const FIELD_MASK: Rules = &[
    (1, "const", Role::ConstPaths),
    (2, "in", Role::Paths),
    (3, "not_in", Role::NotPaths),
    (4, "example", Role::Example),
];

/// The formats whose values all have another format too.
const NARROWER: &[(&str, &str)] = &[
    ("ipv4", "ip"),
    ("ipv6", "ip"),
    ("hostname", "address"),
    ("ip", "address"),
    ("ipv4", "address"),
    ("ipv6", "address"),
    ("uri", "uri_ref"),
    ("ipv4_with_prefixlen", "ip_with_prefixlen"),
    ("ipv6_with_prefixlen", "ip_with_prefixlen"),
    ("ip_prefix", "ip_with_prefixlen"),
    ("ipv4_prefix", "ip_with_prefixlen"),
    ("ipv6_prefix", "ip_with_prefixlen"),
    ("ipv4_prefix", "ip_prefix"),
    ("ipv6_prefix", "ip_prefix"),
    ("ipv4_prefix", "ipv4_with_prefixlen"),
    ("ipv6_prefix", "ipv6_with_prefixlen"),
];

/// Whether all values of one format have the other one too.
pub(super) fn is_narrower(format: &str, other: &str) -> bool {
    format == other || NARROWER.contains(&(format, other))
}
