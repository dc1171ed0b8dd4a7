//! The options of Google's API files that rules read. Their numbers are
//! registered and will not change.

use super::encoded::{Encoded, Packed};

/// `google.api.http`
pub const HTTP: u32 = 72_295_728;
/// `google.api.field_behavior`
pub const FIELD_BEHAVIOR: u32 = 1052;
/// `google.longrunning.operation_info`
pub const OPERATION_INFO: u32 = 1049;

/// What a field is to callers: `google.api.field_behavior` as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Behavior(u16);

impl Behavior {
    /// Every request must set it.
    pub const REQUIRED: Self = Self(1 << 2);
    /// Only the server sets it; what a request says is ignored.
    pub const OUTPUT_ONLY: Self = Self(1 << 3);
    /// Only requests hold it; no reply does.
    pub const INPUT_ONLY: Self = Self(1 << 4);
    /// It is set once.
    pub const IMMUTABLE: Self = Self(1 << 5);

    /// Whether it holds this one.
    pub fn has(self, one: Self) -> bool {
        self.0 & one.0 == one.0
    }
}

/// The behaviour that the options of a field state.
pub fn behavior(field_options: &[u8]) -> Behavior {
    let numbers = Encoded::new(field_options).numbers(FIELD_BEHAVIOR, Packed::Varint);
    let known = numbers.into_iter().filter(|number| *number < 16);
    Behavior(known.fold(0, |set, number| set | 1 << number))
}

/// The types of a long-running operation, as the contract writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation<'a> {
    /// The type of the result.
    pub response: &'a str,
    /// The type of the progress.
    pub metadata: &'a str,
}

/// `google.longrunning.operation_info` of an rpc.
pub fn operation_info(method_options: &[u8]) -> Option<Operation<'_>> {
    let info = Encoded::new(method_options).message_if_set(OPERATION_INFO)?;
    Some(Operation {
        response: info.text(1).unwrap_or_default(),
        metadata: info.text(2).unwrap_or_default(),
    })
}

/// One rule of `google.api.http`, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRule<'a> {
    /// The HTTP method as written; `*` for any.
    pub verb: &'a str,
    /// The path template.
    pub path: &'a str,
    /// The request field that is the body, `*`, or nothing.
    pub body: &'a str,
    /// The reply field that is the response, or nothing.
    pub response_body: &'a str,
}

/// The rules of an rpc, the primary one first; those without a method and
/// bindings inside of bindings are left out, as the emitters do.
pub fn http_rules(method_options: &[u8]) -> Vec<HttpRule<'_>> {
    let Some(rule) = Encoded::new(method_options).message_if_set(HTTP) else {
        return Vec::new();
    };
    let additional = rule.messages(11);
    std::iter::once(&rule).chain(&additional).filter_map(http_rule).collect()
}

const CUSTOM: u32 = 8;

fn http_rule<'a>(rule: &Encoded<'a>) -> Option<HttpRule<'a>> {
    let pattern = rule.last_of(&[2, 3, 4, 5, 6, CUSTOM])?;
    let (verb, path) = match pattern {
        2 => ("GET", rule.text(2)?),
        3 => ("PUT", rule.text(3)?),
        4 => ("POST", rule.text(4)?),
        5 => ("DELETE", rule.text(5)?),
        6 => ("PATCH", rule.text(6)?),
        _ => {
            let custom = rule.message(CUSTOM);
            (custom.text(1)?, custom.text(2).unwrap_or_default())
        }
    };
    Some(HttpRule {
        verb,
        path,
        body: rule.text(7).unwrap_or_default(),
        response_body: rule.text(12).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behaviour_is_read_packed_and_not() {
        // Tag 1052, wire type 0: 1052 << 3 = 8416 = e0 41; packed: e2 41.
        let both = behavior(&[0xe0, 0x41, 3, 0xe2, 0x41, 2, 2, 9]);
        assert!(both.has(Behavior::OUTPUT_ONLY) && both.has(Behavior::REQUIRED));
        assert!(!both.has(Behavior::IMMUTABLE));
        assert_eq!(behavior(&[0xe0, 0x41, 0xff, 0x01]), Behavior::default());
    }
}
