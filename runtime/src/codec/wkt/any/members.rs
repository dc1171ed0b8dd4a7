//! The members of an object, as far as they can be told apart without a type.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{TYPE, VALUE};

/// All members of an object, in their order.
pub(super) struct Members<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(Name(name)) = input.next_key()? {
                    members.push((name, input.next_value()?));
                }
                Ok(Members(members))
            }
        }

        input.deserialize_map(MembersVisitor)
    }
}

/// The members of an `Any` that say what it holds.
#[derive(Default)]
pub(super) struct Head<'a> {
    pub(super) url: Option<String>,
    pub(super) value: Option<&'a RawValue>,
    /// The name of the first other member. Whether each stands there but once is
    /// judged by the type.
    pub(super) others: Option<Cow<'a, str>>,
}

impl<'de> Deserialize<'de> for Head<'de> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_map(HeadVisitor)
    }
}

struct HeadVisitor;

impl<'de> Visitor<'de> for HeadVisitor {
    type Value = Head<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the member {TYPE:?}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<Self::Value, A::Error> {
        let twice = |name| A::Error::custom(format_args!("{name:?} is given twice"));
        let mut head = Head::default();
        while let Some(Name(name)) = input.next_key()? {
            match &*name {
                TYPE if head.url.is_some() => return Err(twice(TYPE)),
                TYPE => head.url = Some(input.next_value()?),
                VALUE if head.value.is_some() => return Err(twice(VALUE)),
                VALUE => head.value = Some(input.next_value()?),
                _ => {
                    input.next_value::<IgnoredAny>()?;
                    head.others.get_or_insert(name);
                }
            }
        }
        Ok(head)
    }
}

/// A name, borrowed where the text has no escapes in it.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(name.into()))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(name.to_owned().into()))
            }
        }

        input.deserialize_str(NameVisitor)
    }
}
