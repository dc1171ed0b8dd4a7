//! How a field holds its values: one, one or none, a list, a map.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Deserializer, Serialize, Serializer};

use super::key::{Key, KeySeed};
use super::{Form, Scope, Value};

/// The Rust type of a field: a [`Value`], or an `Option`, `Vec` or
/// `BTreeMap` of them.
pub trait Shape {
    /// The type of one value.
    type Item;

    /// Whether there is nothing to write.
    fn is_absent<F: Form<Self::Item>>(&self, form: F) -> bool;

    /// Writes the values.
    ///
    /// # Errors
    /// A value has no JSON form, or the serializer failed.
    fn write<F: Form<Self::Item>, S: Serializer>(
        &self,
        form: F,
        scope: Scope<'_>,
        out: S,
    ) -> Result<S::Ok, S::Error>;

    /// Reads the values; `null` leaves the field as it is.
    ///
    /// # Errors
    /// There are no such values.
    fn read<'de, F: Form<Self::Item>, D: Deserializer<'de>>(
        &mut self,
        form: F,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error>;
}

impl<V: Value> Shape for V {
    type Item = V;

    fn is_absent<F: Form<V>>(&self, form: F) -> bool {
        form.is_default(self)
    }

    fn write<F: Form<V>, S: Serializer>(
        &self,
        form: F,
        scope: Scope<'_>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        form.write(self, scope, out)
    }

    fn read<'de, F: Form<V>, D: Deserializer<'de>>(
        &mut self,
        form: F,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error> {
        read_nullable(self, form, scope, input).map(drop)
    }
}

impl<V: Value> Shape for Option<V> {
    type Item = V;

    fn is_absent<F: Form<V>>(&self, _: F) -> bool {
        self.is_none()
    }

    fn write<F: Form<V>, S: Serializer>(
        &self,
        form: F,
        scope: Scope<'_>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => form.write(value, scope, out),
            None => out.serialize_unit(),
        }
    }

    fn read<'de, F: Form<V>, D: Deserializer<'de>>(
        &mut self,
        form: F,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error> {
        if !read_nullable(self.insert(V::default()), form, scope, input)? {
            *self = None;
        }
        Ok(())
    }
}

impl<V: Value> Shape for Vec<V> {
    type Item = V;

    fn is_absent<F: Form<V>>(&self, _: F) -> bool {
        self.is_empty()
    }

    fn write<F: Form<V>, S: Serializer>(
        &self,
        form: F,
        scope: Scope<'_>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        let mut list = out.serialize_seq(Some(self.len()))?;
        for (index, value) in self.iter().enumerate() {
            list.serialize_element(&Formed { value, form, scope })
                .map_err(|error| scope.at_index(index, error))?;
        }
        list.end()
    }

    fn read<'de, F: Form<V>, D: Deserializer<'de>>(
        &mut self,
        form: F,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error> {
        input.deserialize_any(ListVisitor { list: self, form, scope })
    }
}

impl<K: Key, V: Value> Shape for BTreeMap<K, V> {
    type Item = V;

    fn is_absent<F: Form<V>>(&self, _: F) -> bool {
        self.is_empty()
    }

    fn write<F: Form<V>, S: Serializer>(
        &self,
        form: F,
        scope: Scope<'_>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(self.len()))?;
        for (key, value) in self {
            key.write(&mut map)?;
            map.serialize_value(&Formed { value, form, scope })
                .map_err(|error| scope.at_key(key, error))?;
        }
        map.end()
    }

    fn read<'de, F: Form<V>, D: Deserializer<'de>>(
        &mut self,
        form: F,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error> {
        input.deserialize_any(MapVisitor { map: self, form, scope })
    }
}

/// A value on its way out.
pub(crate) struct Formed<'a, T, F> {
    pub(crate) value: &'a T,
    pub(crate) form: F,
    pub(crate) scope: Scope<'a>,
}

impl<T: Shape, F: Form<T::Item>> Serialize for Formed<'_, T, F> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.value.write(self.form, self.scope, out)
    }
}

/// Reads one value where `null` is its absence, unless the form takes it. Whether
/// there is one.
pub(crate) fn read_nullable<'de, T, F: Form<T>, D: Deserializer<'de>>(
    place: &mut T,
    form: F,
    scope: Scope<'_>,
    input: D,
) -> Result<bool, D::Error> {
    if form.nullable() {
        form.read(place, scope, input)
    } else {
        input.deserialize_option(Nullable { place, form, scope })
    }
}

struct Nullable<'a, T, F> {
    place: &'a mut T,
    form: F,
    scope: Scope<'a>,
}

impl<'de, T, F: Form<T>> Visitor<'de> for Nullable<'_, T, F> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<bool, D::Error> {
        self.form.read(self.place, self.scope, input)
    }
}

struct ListVisitor<'a, T, F> {
    list: &'a mut Vec<T>,
    form: F,
    scope: Scope<'a>,
}

impl<'de, T: Default, F: Form<T>> Visitor<'de> for ListVisitor<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut input: A) -> Result<(), A::Error> {
        let mut index = 0;
        while input
            .next_element_seed(&mut self)
            .map_err(|error| self.scope.at_index(index, error))?
            .is_some()
        {
            index += 1;
        }
        Ok(())
    }
}

/// Reads one element into its place at the end of the list.
impl<'de, T: Default, F: Form<T>> DeserializeSeed<'de> for &mut ListVisitor<'_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        let end = self.list.len();
        self.list.push(T::default());
        if !self.form.read(&mut self.list[end], self.scope, input)? {
            self.list.truncate(end);
        }
        Ok(())
    }
}

struct MapVisitor<'a, K, T, F> {
    map: &'a mut BTreeMap<K, T>,
    form: F,
    scope: Scope<'a>,
}

impl<'de, K: Key, T: Default, F: Form<T>> Visitor<'de> for MapVisitor<'_, K, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<(), A::Error> {
        let Self { map, form, scope } = self;
        while let Some(key) = input.next_key_seed(KeySeed::<K>::new())? {
            let mut value = T::default();
            let there = input
                .next_value_seed(Element { place: &mut value, form, scope })
                .map_err(|error| scope.at_key(&key, error))?;
            match map.entry(key) {
                Entry::Vacant(entry) if there => drop(entry.insert(value)),
                Entry::Vacant(_) => {}
                Entry::Occupied(entry) => {
                    return Err(scope.at_key(entry.key(), A::Error::custom("duplicate key")));
                }
            }
        }
        Ok(())
    }
}

/// Reads one value of a map. Whether there is one.
struct Element<'a, T, F> {
    place: &'a mut T,
    form: F,
    scope: Scope<'a>,
}

impl<'de, T, F: Form<T>> DeserializeSeed<'de> for Element<'_, T, F> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<bool, D::Error> {
        self.form.read(self.place, self.scope, input)
    }
}
