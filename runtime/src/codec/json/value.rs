//! How one value of a Rust type stands in JSON, whatever the cardinality of
//! its field.

use serde::{Deserializer, Serializer};

use super::Scope;
use super::enumeration::Enumeration;

/// A type with one JSON form: scalars, messages and well-known types.
///
/// [`agentgen::messages!`](crate::messages) implements it for messages.
pub trait Value: Default {
    /// Whether JSON `null` is a value of the type, and not its absence.
    const NULLABLE: bool = false;

    /// Whether this is the value that implicit presence leaves out.
    fn is_default(&self) -> bool {
        false
    }

    /// Writes the value.
    ///
    /// # Errors
    /// The value has no JSON form, or the serializer failed.
    fn write<S: Serializer>(&self, scope: Scope<'_>, out: S) -> Result<S::Ok, S::Error>;

    /// Reads a value into this one, which is the type's default. In place: a
    /// message that came back by value would be copied from frame to frame, and
    /// a hundred large ones in one another take more than a thread's stack.
    ///
    /// # Errors
    /// There is no such value; what is here then has no meaning.
    fn read<'de, D: Deserializer<'de>>(
        &mut self,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error>;
}

impl<V: Value> Value for Box<V> {
    const NULLABLE: bool = V::NULLABLE;

    fn is_default(&self) -> bool {
        (**self).is_default()
    }

    fn write<S: Serializer>(&self, scope: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        (**self).write(scope, out)
    }

    fn read<'de, D: Deserializer<'de>>(
        &mut self,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error> {
        (**self).read(scope, input)
    }
}

/// Which JSON form the values of a field have: an `i32` is a number or the
/// name of an enum value.
pub trait Form<T>: Copy {
    /// Whether JSON `null` is a value.
    fn nullable(self) -> bool;

    /// Whether this is the value that implicit presence leaves out.
    fn is_default(self, value: &T) -> bool;

    /// Writes one value.
    ///
    /// # Errors
    /// The value has no JSON form, or the serializer failed.
    fn write<S: Serializer>(self, value: &T, scope: Scope<'_>, out: S) -> Result<S::Ok, S::Error>;

    /// Reads one value into `place`, as [`Value::read`] does; `false` where it is
    /// to be ignored, and the place is as it was.
    ///
    /// # Errors
    /// There is no such value.
    fn read<'de, D: Deserializer<'de>>(
        self,
        place: &mut T,
        scope: Scope<'_>,
        input: D,
    ) -> Result<bool, D::Error>;
}

/// The type's own form.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl<V: Value> Form<V> for Plain {
    fn nullable(self) -> bool {
        V::NULLABLE
    }

    fn is_default(self, value: &V) -> bool {
        value.is_default()
    }

    fn write<S: Serializer>(self, value: &V, scope: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        value.write(scope, out)
    }

    fn read<'de, D: Deserializer<'de>>(
        self,
        place: &mut V,
        scope: Scope<'_>,
        input: D,
    ) -> Result<bool, D::Error> {
        place.read(scope, input).map(|()| true)
    }
}

impl Form<i32> for Enumeration {
    fn nullable(self) -> bool {
        self.is_null()
    }

    fn is_default(self, value: &i32) -> bool {
        *value == 0
    }

    fn write<S: Serializer>(self, value: &i32, _: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        self.write_number(*value, out)
    }

    fn read<'de, D: Deserializer<'de>>(
        self,
        place: &mut i32,
        scope: Scope<'_>,
        input: D,
    ) -> Result<bool, D::Error> {
        let number = input.deserialize_any(self.visitor(scope.ignores_unknown()))?;
        *place = number.unwrap_or(*place);
        Ok(number.is_some())
    }
}
