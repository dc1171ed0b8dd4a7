//! The rules by what they look at. Each states one difference of one pair;
//! which of them run is the settings' matter.

pub(super) mod cardinality;
pub(super) mod defaults;
pub(super) mod deleted;
pub(super) mod enums;
pub(super) mod fields;
pub(super) mod files;
pub(super) mod messages;
pub(super) mod packages;
pub(super) mod ranges;
pub(super) mod services;
pub(super) mod strings;
pub(super) mod types;
