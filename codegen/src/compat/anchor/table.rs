//! The anchor's rules: which categories hold them in which version of its
//! configuration, and what each looks at. A rule is on by default exactly
//! where FILE holds it.

use super::categories::Category::{self, Csr, File, Package, Wire, WireJson};
use super::categories::{Categories, Version};
use super::input::Input;
use super::out::Out;
use super::pairs::{MethodPair, Pair};
use super::rules::files::FileOption;
use super::rules::{
    cardinality, defaults, deleted, enums, fields, files, messages, packages, ranges, services,
    strings, types,
};
use super::view::FieldView;
use crate::compat::schema::{EnumId, FileId, MessageId, ServiceId};

/// A rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: &'static str,
    /// The categories that hold it; `v1beta1` has its own where it differs
    /// from `v1`, which differs from `v2` in CSR alone.
    categories: Categories,
    v1beta1: Option<Categories>,
    since: Version,
    pub(super) look: Look,
}

/// What a rule looks at.
#[derive(Debug)]
pub(super) enum Look {
    Input(fn(&Input<'_, '_, '_>, &mut Out<'_, '_, '_>)),
    File(fn(Pair<FileId>, &mut Out<'_, '_, '_>)),
    Option(FileOption),
    Message(fn(Pair<MessageId>, &mut Out<'_, '_, '_>)),
    Field(fn(&Pair<FieldView<'_, '_>>, &mut Out<'_, '_, '_>)),
    Enum(fn(Pair<EnumId>, &mut Out<'_, '_, '_>)),
    Service(fn(Pair<ServiceId>, &mut Out<'_, '_, '_>)),
    Method(fn(&MethodPair<'_, '_>, &mut Out<'_, '_, '_>)),
}

impl Rule {
    const fn new(id: &'static str, categories: &[Category], look: Look) -> Self {
        let categories = Categories::of(categories);
        Self { id, categories, v1beta1: None, since: Version::V1Beta1, look }
    }

    const fn since(mut self, version: Version) -> Self {
        self.since = version;
        self
    }

    const fn in_v1beta1(mut self, categories: &[Category]) -> Self {
        self.v1beta1 = Some(Categories::of(categories));
        self
    }

    /// Whether a version of the configuration knows it.
    pub(super) fn known_in(&self, version: Version) -> bool {
        version >= self.since
    }

    /// Whether a category holds it in a version.
    pub(super) fn is_in(&self, category: Category, version: Version) -> bool {
        let categories = match version {
            Version::V1Beta1 => self.v1beta1.unwrap_or(self.categories),
            Version::V1 | Version::V2 => self.categories,
        };
        let exists = category != Csr || version == Version::V2;
        exists && self.known_in(version) && categories.has(category)
    }
}

/// A rule that went, and those that stand for it where it is still named.
pub(super) struct Deprecated {
    pub(super) id: &'static str,
    pub(super) until: Version,
    pub(super) replacements: &'static [&'static str],
}

/// What has gone since.
pub(super) static DEPRECATED: [Deprecated; 5] = [
    Deprecated {
        id: "FIELD_SAME_CTYPE",
        until: Version::V1,
        replacements: &["FIELD_SAME_CPP_STRING_TYPE"],
    },
    Deprecated {
        id: "FIELD_SAME_LABEL",
        until: Version::V1,
        replacements: &[
            "FIELD_SAME_CARDINALITY",
            "FIELD_WIRE_COMPATIBLE_CARDINALITY",
            "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
        ],
    },
    Deprecated {
        id: "FILE_SAME_JAVA_STRING_CHECK_UTF8",
        until: Version::V1,
        replacements: &["FIELD_SAME_JAVA_UTF8_VALIDATION"],
    },
    Deprecated { id: "FILE_SAME_PHP_GENERIC_SERVICES", until: Version::V1, replacements: &[] },
    Deprecated {
        id: "MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT",
        until: Version::V2,
        replacements: &[],
    },
];

const fn option(id: &'static str, option: FileOption) -> Rule {
    Rule::new(id, &[File, Package], Look::Option(option))
}

/// Every rule that does something.
#[rustfmt::skip]
pub(super) static RULES: [Rule; 64] = [
    Rule::new("ENUM_NO_DELETE", &[File, Csr], Look::Input(deleted::enums)),
    Rule::new("ENUM_SAME_JSON_FORMAT", &[File, Package, WireJson, Csr], Look::Enum(enums::json_format)),
    Rule::new("ENUM_SAME_TYPE", &[File, Package], Look::Enum(enums::openness)),
    Rule::new("ENUM_VALUE_NO_DELETE", &[File, Package, Csr], Look::Enum(enums::values_deleted)),
    Rule::new("ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", &[WireJson, Csr], Look::Enum(enums::values_deleted_unless_name)),
    Rule::new("ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED", &[WireJson, Wire, Csr], Look::Enum(enums::values_deleted_unless_number)),
    Rule::new("ENUM_VALUE_SAME_NAME", &[File, Package, WireJson, Csr], Look::Enum(enums::value_names)),
    Rule::new("EXTENSION_MESSAGE_NO_DELETE", &[File, Package, Csr], Look::Message(ranges::extension_ranges)),
    Rule::new("EXTENSION_NO_DELETE", &[File], Look::Input(deleted::extensions)).since(Version::V2),
    Rule::new("FIELD_NO_DELETE", &[File, Package, Csr], Look::Message(messages::fields_deleted)),
    Rule::new("FIELD_NO_DELETE_UNLESS_NAME_RESERVED", &[WireJson, Csr], Look::Message(messages::fields_deleted_unless_name)),
    Rule::new("FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", &[WireJson, Wire, Csr], Look::Message(messages::fields_deleted_unless_number)),
    Rule::new("FIELD_SAME_CARDINALITY", &[File, Package], Look::Field(cardinality::same)).in_v1beta1(&[File, Package, WireJson, Wire]),
    Rule::new("FIELD_SAME_CPP_STRING_TYPE", &[File, Package], Look::Field(strings::cpp_string_type)),
    Rule::new("FIELD_SAME_DEFAULT", &[File, Package, WireJson, Wire, Csr], Look::Field(defaults::same)).since(Version::V2),
    Rule::new("FIELD_SAME_JAVA_UTF8_VALIDATION", &[File, Package], Look::Field(strings::java_utf8_validation)),
    Rule::new("FIELD_SAME_JSON_NAME", &[File, Package, WireJson, Csr], Look::Field(fields::json_name)),
    Rule::new("FIELD_SAME_JSTYPE", &[File, Package], Look::Field(fields::jstype)),
    Rule::new("FIELD_SAME_NAME", &[File, Package, WireJson, Csr], Look::Field(fields::name)),
    Rule::new("FIELD_SAME_ONEOF", &[File, Package, WireJson, Wire, Csr], Look::Field(fields::oneof)),
    Rule::new("FIELD_SAME_TYPE", &[File, Package, Csr], Look::Field(types::same)).in_v1beta1(&[File, Package, WireJson, Wire]),
    Rule::new("FIELD_SAME_UTF8_VALIDATION", &[File, Package], Look::Field(strings::utf8_validation)),
    Rule::new("FIELD_WIRE_COMPATIBLE_CARDINALITY", &[Wire], Look::Field(cardinality::wire)),
    Rule::new("FIELD_WIRE_COMPATIBLE_TYPE", &[Wire], Look::Field(types::wire)).since(Version::V1),
    Rule::new("FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", &[WireJson, Csr], Look::Field(cardinality::wire_json)),
    Rule::new("FIELD_WIRE_JSON_COMPATIBLE_TYPE", &[WireJson, Csr], Look::Field(types::wire_json)).since(Version::V1),
    Rule::new("FILE_NO_DELETE", &[File, Csr], Look::Input(packages::files_deleted)),
    option("FILE_SAME_CC_ENABLE_ARENAS", FileOption::flag("cc_enable_arenas", 31, true)),
    option("FILE_SAME_CC_GENERIC_SERVICES", FileOption::flag("cc_generic_services", 16, false)),
    option("FILE_SAME_CSHARP_NAMESPACE", FileOption::text("csharp_namespace", 37)),
    option("FILE_SAME_GO_PACKAGE", FileOption::text("go_package", 11)),
    option("FILE_SAME_JAVA_GENERIC_SERVICES", FileOption::flag("java_generic_services", 17, false)),
    option("FILE_SAME_JAVA_MULTIPLE_FILES", FileOption::flag("java_multiple_files", 10, false)),
    option("FILE_SAME_JAVA_OUTER_CLASSNAME", FileOption::text("java_outer_classname", 8)),
    option("FILE_SAME_JAVA_PACKAGE", FileOption::text("java_package", 1)),
    option("FILE_SAME_OBJC_CLASS_PREFIX", FileOption::text("objc_class_prefix", 36)),
    option("FILE_SAME_OPTIMIZE_FOR", FileOption::OPTIMIZE_FOR),
    Rule::new("FILE_SAME_PACKAGE", &[File, Package, WireJson, Wire, Csr], Look::File(files::package)).in_v1beta1(&[File]),
    option("FILE_SAME_PHP_CLASS_PREFIX", FileOption::text("php_class_prefix", 40)),
    option("FILE_SAME_PHP_METADATA_NAMESPACE", FileOption::text("php_metadata_namespace", 44)),
    option("FILE_SAME_PHP_NAMESPACE", FileOption::text("php_namespace", 41)),
    option("FILE_SAME_PY_GENERIC_SERVICES", FileOption::flag("py_generic_services", 18, false)),
    option("FILE_SAME_RUBY_PACKAGE", FileOption::text("ruby_package", 45)),
    option("FILE_SAME_SWIFT_PREFIX", FileOption::text("swift_prefix", 39)),
    Rule::new("FILE_SAME_SYNTAX", &[File, Package, Csr], Look::File(files::syntax)),
    Rule::new("MESSAGE_NO_DELETE", &[File, Csr], Look::Input(deleted::messages)),
    Rule::new("MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR", &[File, Package, Csr], Look::Message(messages::descriptor_accessor)),
    Rule::new("MESSAGE_SAME_JSON_FORMAT", &[File, Package, WireJson, Csr], Look::Message(messages::json_format)),
    Rule::new("MESSAGE_SAME_REQUIRED_FIELDS", &[File, Package, WireJson, Wire, Csr], Look::Message(messages::required_fields)),
    Rule::new("ONEOF_NO_DELETE", &[File, Package, Csr], Look::Message(messages::oneofs_deleted)),
    Rule::new("PACKAGE_ENUM_NO_DELETE", &[Package], Look::Input(packages::enums_deleted)),
    Rule::new("PACKAGE_EXTENSION_NO_DELETE", &[Package], Look::Input(packages::extensions_deleted)).since(Version::V2),
    Rule::new("PACKAGE_MESSAGE_NO_DELETE", &[Package], Look::Input(packages::messages_deleted)),
    Rule::new("PACKAGE_NO_DELETE", &[Package], Look::Input(packages::packages_deleted)),
    Rule::new("PACKAGE_SERVICE_NO_DELETE", &[Package], Look::Input(packages::services_deleted)),
    Rule::new("RESERVED_ENUM_NO_DELETE", &[File, Package, WireJson, Wire, Csr], Look::Enum(ranges::reserved_in_enum)),
    Rule::new("RESERVED_MESSAGE_NO_DELETE", &[File, Package, WireJson, Wire, Csr], Look::Message(ranges::reserved_in_message)),
    Rule::new("RPC_NO_DELETE", &[File, Package], Look::Service(services::rpcs_deleted)),
    Rule::new("RPC_SAME_CLIENT_STREAMING", &[File, Package, WireJson, Wire, Csr], Look::Method(services::client_streaming)),
    Rule::new("RPC_SAME_IDEMPOTENCY_LEVEL", &[File, Package, WireJson, Wire, Csr], Look::Method(services::idempotency_level)),
    Rule::new("RPC_SAME_REQUEST_TYPE", &[File, Package, WireJson, Wire, Csr], Look::Method(services::request_type)),
    Rule::new("RPC_SAME_RESPONSE_TYPE", &[File, Package, WireJson, Wire, Csr], Look::Method(services::response_type)),
    Rule::new("RPC_SAME_SERVER_STREAMING", &[File, Package, WireJson, Wire, Csr], Look::Method(services::server_streaming)),
    Rule::new("SERVICE_NO_DELETE", &[File], Look::Input(deleted::services)),
];

/// The rule with this id.
pub(super) fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
