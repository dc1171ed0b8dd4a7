//! Lists, maps, absent values and boxes of what converts.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::{BuildHasher, Hash};

use super::{Convert, WireError};

impl<T: Convert<W>, W> Convert<Option<W>> for Option<T> {
    const ENUM: Option<&'static str> = <T as Convert<W>>::ENUM;

    fn into_wire(self) -> Option<W> {
        self.map(T::into_wire)
    }

    fn from_wire(wire: Option<W>) -> Result<Self, WireError> {
        wire.map(T::from_wire).transpose()
    }
}

impl<T: Convert<W>, W> Convert<Box<W>> for Box<T> {
    const ENUM: Option<&'static str> = <T as Convert<W>>::ENUM;

    fn into_wire(self) -> Box<W> {
        Box::new((*self).into_wire())
    }

    fn from_wire(wire: Box<W>) -> Result<Self, WireError> {
        T::from_wire(*wire).map(Self::new)
    }
}

impl<T: Convert<W>, W> Convert<Vec<W>> for Vec<T> {
    const ENUM: Option<&'static str> = <T as Convert<W>>::ENUM;

    fn into_wire(self) -> Vec<W> {
        self.into_iter().map(T::into_wire).collect()
    }

    fn from_wire(wire: Vec<W>) -> Result<Self, WireError> {
        each(wire, T::from_wire)
    }
}

impl<K, V, KW, VW> Convert<BTreeMap<KW, VW>> for BTreeMap<K, V>
where
    K: Convert<KW> + Ord,
    V: Convert<VW>,
    KW: Debug + Ord,
{
    const ENUM: Option<&'static str> = <V as Convert<VW>>::ENUM;

    fn into_wire(self) -> BTreeMap<KW, VW> {
        pairs_into_wire(self).collect()
    }

    fn from_wire(wire: BTreeMap<KW, VW>) -> Result<Self, WireError> {
        wire.into_iter().map(pair_from_wire).collect()
    }
}

impl<K, V, S, KW, VW> Convert<BTreeMap<KW, VW>> for HashMap<K, V, S>
where
    K: Convert<KW> + Eq + Hash,
    V: Convert<VW>,
    S: BuildHasher + Default,
    KW: Debug + Ord,
{
    const ENUM: Option<&'static str> = <V as Convert<VW>>::ENUM;

    fn into_wire(self) -> BTreeMap<KW, VW> {
        pairs_into_wire(self).collect()
    }

    fn from_wire(wire: BTreeMap<KW, VW>) -> Result<Self, WireError> {
        wire.into_iter().map(pair_from_wire).collect()
    }
}

fn pairs_into_wire<K: Convert<KW>, V: Convert<VW>, KW, VW>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> impl Iterator<Item = (KW, VW)> {
    pairs.into_iter().map(|(key, value)| (key.into_wire(), value.into_wire()))
}

fn pair_from_wire<K: Convert<KW>, V: Convert<VW>, KW: Debug, VW>(
    (key, value): (KW, VW),
) -> Result<(K, V), WireError> {
    let entry = format!("[{key:?}]");
    let value = V::from_wire(value).map_err(|error| error.inside(&entry))?;
    let key = K::from_wire(key).map_err(|error| error.inside(&entry))?;
    Ok((key, value))
}

/// The elements of a list, an error with the index of its element.
pub(super) fn each<T, W>(
    wire: Vec<W>,
    read: impl Fn(W) -> Result<T, WireError>,
) -> Result<Vec<T>, WireError> {
    let elements = wire.into_iter().enumerate();
    elements
        .map(|(index, wire)| read(wire).map_err(|error| error.inside(&format!("[{index}]"))))
        .collect()
}
