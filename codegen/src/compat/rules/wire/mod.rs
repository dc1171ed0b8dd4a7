//! What the binary encoding, JSON and generated code see of messages, fields
//! and enums.

mod enums;
mod extensions;
mod features;
mod fields;
mod files;
mod moves;
mod oneofs;
mod presence;
mod reserved;
mod types;

pub(super) use types::told;

use crate::compat::rule::Rule;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[
    fields::REMOVED,
    fields::REMOVED_UNRESERVED,
    fields::REMOVED_NAME_UNRESERVED,
    fields::RENUMBERED,
    fields::RENAMED,
    fields::RENAMED_JSON_KEPT,
    fields::JSON_NAME_CHANGED,
    types::TYPE,
    types::MESSAGE_TYPE,
    types::ENUM_TYPE,
    types::REPEATED,
    presence::PRESENCE,
    presence::REQUIRED_ADDED,
    presence::REQUIRED_REMOVED,
    presence::DEFAULT,
    oneofs::JOINED,
    oneofs::LEFT,
    oneofs::RENAMED,
    oneofs::MEMBER_ADDED,
    enums::VALUE_ADDED,
    enums::VALUE_REMOVED,
    enums::VALUE_REMOVED_UNRESERVED,
    enums::VALUE_RENAMED,
    enums::VALUE_RENUMBERED,
    enums::ALIAS_ORDER,
    enums::DEFAULT,
    features::CLOSEDNESS,
    features::UTF8,
    features::JSON_FORMAT,
    features::DELIMITED,
    reserved::REMOVED,
    reserved::REUSED,
    reserved::EXTENSION_RANGE,
    extensions::REMOVED,
    extensions::RENUMBERED,
    extensions::RENAMED,
    extensions::TYPE,
    moves::REMOVED,
    moves::RENAMED,
    moves::MOVED_PACKAGE,
    moves::MOVED_FILE,
    moves::ANY_TYPE_URL,
    files::REMOVED,
    files::RENAMED,
    files::PACKAGE_REMOVED,
    files::PACKAGE_RENAMED,
    files::PUBLIC_IMPORT,
];
