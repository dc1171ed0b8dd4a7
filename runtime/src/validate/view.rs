//! A look into a message behind a pointer: one field at a time, borrowed,
//! whatever its Rust type.

use std::any::Any as Anything;
use std::collections::BTreeMap;
use std::fmt;

use prost_types::{Any, Duration, FieldMask, ListValue, Struct, Timestamp};

use crate::codec::Message;

/// What a field holds.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// Nothing: a field with presence that is not set.
    Absent,
    /// One value.
    One(Value<'a>),
    /// A list.
    List(&'a dyn List),
    /// A map.
    Map(&'a dyn Map),
}

/// One value.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// `bool`
    Bool(bool),
    /// A signed number, or the number of an enum value.
    Int(i64),
    /// An unsigned number.
    Uint(u64),
    /// `float` or `double`
    Float(f64),
    /// `string`
    Text(&'a str),
    /// `bytes`
    Bytes(&'a [u8]),
    /// `google.protobuf.Duration`
    Duration(&'a Duration),
    /// `google.protobuf.Timestamp`
    Timestamp(&'a Timestamp),
    /// `google.protobuf.Any`
    Any(&'a Any),
    /// `google.protobuf.FieldMask`
    Mask(&'a FieldMask),
    /// Any other message.
    Message(&'a dyn Message),
}

/// Reads the field at an index of a message's table.
pub type ViewOf = for<'a> fn(&'a dyn Message, usize) -> View<'a>;

/// A message whose fields can be read by their index.
///
/// [`agentgen::views!`](crate::views) makes a message one value of a field.
pub trait Views: Message + Sized {
    /// The field at this index of the message's table.
    fn field(&self, index: usize) -> View<'_>;
}

/// The [`ViewOf`] of a type: what [`Rules::view`](super::Rules::view) of
/// generated code points at. A message of another type holds nothing.
pub fn view_of<M: Views>(message: &dyn Message, index: usize) -> View<'_> {
    let message: &dyn Anything = message;
    message.downcast_ref::<M>().map_or(View::Absent, |message| message.field(index))
}

/// A Rust type of one value.
pub trait Single {
    /// The value.
    fn value(&self) -> Value<'_>;
}

/// A Rust type of a field.
pub trait Viewed {
    /// What the field holds.
    fn view(&self) -> View<'_>;
}

/// The elements of a list.
pub trait List {
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The element at an index, from 0.
    fn get(&self, index: usize) -> Option<Value<'_>>;
}

/// The entries of a map.
pub trait Map {
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Calls `visit` with each key and value, in the order of the keys.
    fn each(&self, visit: &mut dyn FnMut(Value<'_>, Value<'_>));
}

macro_rules! singles {
    ($($type:ty, $own:ident => $value:expr;)*) => {$(
        impl Single for $type {
            fn value(&self) -> Value<'_> {
                let $own = self;
                $value
            }
        }

        impl Viewed for $type {
            fn view(&self) -> View<'_> {
                View::One(self.value())
            }
        }
    )*};
}

singles! {
    bool, own => Value::Bool(*own);
    i32, own => Value::Int(i64::from(*own));
    i64, own => Value::Int(*own);
    u32, own => Value::Uint(u64::from(*own));
    u64, own => Value::Uint(*own);
    f32, own => Value::Float(f64::from(*own));
    f64, own => Value::Float(*own);
    String, own => Value::Text(own);
    Vec<u8>, own => Value::Bytes(own);
    Duration, own => Value::Duration(own);
    Timestamp, own => Value::Timestamp(own);
    Any, own => Value::Any(own);
    FieldMask, own => Value::Mask(own);
    (), own => Value::Message(own);
    Struct, own => Value::Message(own);
    ListValue, own => Value::Message(own);
    prost_types::Value, own => Value::Message(own);
}

impl<T: Single> Single for Box<T> {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl<T: Single> Viewed for Box<T> {
    fn view(&self) -> View<'_> {
        View::One(self.value())
    }
}

impl<T: Single> Viewed for Option<T> {
    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Absent, |value| View::One(value.value()))
    }
}

impl<T: Single> Viewed for Vec<T> {
    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

impl<T: Single> List for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> Option<Value<'_>> {
        self.as_slice().get(index).map(Single::value)
    }
}

impl<K: Single, V: Single> Viewed for BTreeMap<K, V> {
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
}

impl<K: Single, V: Single> Map for BTreeMap<K, V> {
    fn len(&self) -> usize {
        self.len()
    }

    fn each(&self, visit: &mut dyn FnMut(Value<'_>, Value<'_>)) {
        for (key, value) in self {
            visit(key.value(), value.value());
        }
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("Absent"),
            Self::One(value) => value.fmt(f),
            Self::List(list) => write!(f, "List({})", list.len()),
            Self::Map(map) => write!(f, "Map({})", map.len()),
        }
    }
}

/// Makes messages values of fields, for [`Views`] of other messages.
#[doc(hidden)]
#[macro_export]
macro_rules! views {
    ($($message:ty),* $(,)?) => {$(
        impl $crate::validate::Single for $message {
            fn value(&self) -> $crate::validate::Value<'_> {
                $crate::validate::Value::Message(self)
            }
        }

        impl $crate::validate::Viewed for $message {
            fn view(&self) -> $crate::validate::View<'_> {
                $crate::validate::View::One($crate::validate::Single::value(self))
            }
        }
    )*};
}
