//! The features of editions, resolved: what holds for an element after its
//! file's syntax or edition and everything around it have had their say.

use crate::descriptor::{Fields, Malformed, Value};

/// Whether a singular field knows absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Absence is a state of its own.
    Explicit,
    /// The default counts as absent.
    Implicit,
    /// Absence is an error.
    LegacyRequired,
}

/// The features that comparison reads. The custom features of languages are
/// `None` where nothing states them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is a feature of its own with two values")]
pub struct Features {
    /// `field_presence`
    pub presence: Presence,
    /// `enum_type = CLOSED`
    pub closed_enum: bool,
    /// `repeated_field_encoding = PACKED`
    pub packed: bool,
    /// `utf8_validation = VERIFY`
    pub utf8_verified: bool,
    /// `message_encoding = DELIMITED`
    pub delimited: bool,
    /// `json_format = ALLOW`
    pub json_allowed: bool,
    /// `(pb.cpp).string_type`, by number
    pub cpp_string_type: Option<i32>,
    /// `(pb.java).utf8_validation`, by number
    pub java_utf8_validation: Option<i32>,
}

/// The number of the features of C++ in a `FeatureSet`.
const PB_CPP: u32 = 1000;
/// The number of the features of Java in a `FeatureSet`.
const PB_JAVA: u32 = 1001;

impl Features {
    /// What proto2 means.
    pub const PROTO2: Self = Self {
        presence: Presence::Explicit,
        closed_enum: true,
        packed: false,
        utf8_verified: false,
        delimited: false,
        json_allowed: false,
        cpp_string_type: None,
        java_utf8_validation: None,
    };

    /// The defaults of edition 2023 and later.
    pub const EDITIONS: Self = Self {
        closed_enum: false,
        packed: true,
        utf8_verified: true,
        json_allowed: true,
        ..Self::PROTO2
    };

    /// What proto3 means.
    pub const PROTO3: Self = Self { presence: Presence::Implicit, ..Self::EDITIONS };

    /// These features, overridden by a `FeatureSet`. Values that are unknown
    /// override nothing.
    pub fn overridden(mut self, set: &[u8]) -> Result<Self, Malformed> {
        for field in Fields::new(set) {
            match field? {
                (1, value) => match value.int32()? {
                    1 => self.presence = Presence::Explicit,
                    2 => self.presence = Presence::Implicit,
                    3 => self.presence = Presence::LegacyRequired,
                    _ => {}
                },
                (2, value) => choose(&mut self.closed_enum, value.int32()?, 2, 1),
                (3, value) => choose(&mut self.packed, value.int32()?, 1, 2),
                (4, value) => choose(&mut self.utf8_verified, value.int32()?, 2, 3),
                (5, value) => choose(&mut self.delimited, value.int32()?, 2, 1),
                (6, value) => choose(&mut self.json_allowed, value.int32()?, 1, 2),
                (PB_CPP, value) => self.cpp_string_type = custom(value)?.or(self.cpp_string_type),
                (PB_JAVA, value) => {
                    self.java_utf8_validation = custom(value)?.or(self.java_utf8_validation);
                }
                _ => {}
            }
        }
        Ok(self)
    }
}

fn choose(feature: &mut bool, value: i32, yes: i32, no: i32) {
    if value == yes || value == no {
        *feature = value == yes;
    }
}

/// The custom features of both languages keep what is compared in field 2.
fn custom(value: Value<'_>) -> Result<Option<i32>, Malformed> {
    let mut found = None;
    for field in Fields::new(value.bytes()?) {
        if let (2, value) = field? {
            found = Some(value.int32()?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_stated_is_overridden() {
        let features = Features::EDITIONS.overridden(&[0x08, 3, 0x28, 2]).expect("well formed");
        let expected =
            Features { presence: Presence::LegacyRequired, delimited: true, ..Features::EDITIONS };
        assert_eq!(features, expected);
    }

    #[test]
    fn custom_features_of_languages_are_read() {
        let set = [0xc2, 0x3e, 2, 0x10, 2, 0xca, 0x3e, 2, 0x10, 1];
        let features = Features::PROTO3.overridden(&set).expect("well formed");
        assert_eq!(features.cpp_string_type, Some(2));
        assert_eq!(features.java_utf8_validation, Some(1));
    }
}
