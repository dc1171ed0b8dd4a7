//! A message as a value of an expression.

use std::any::Any;
use std::sync::Arc;

use cel::ExecutionError;
use cel::common::traits::Indexer;
use cel::common::types::{CelString, DYN_TYPE, Type};
use cel::common::value::{CowVal, StaticVal, Val};

use super::{Boxed, value};
use crate::codec::MessageType;

/// The name under which an unknown field is told.
pub(super) const SELECT: &str = "field selection";

/// A message: its fields by their place in the table, those set alone.
#[derive(Clone, Debug)]
pub(super) struct Record(Arc<Fields>);

#[derive(Debug)]
struct Fields {
    of: &'static MessageType,
    own: Type,
    slots: Vec<Option<Boxed>>,
}

impl Record {
    pub(super) fn new(of: &'static MessageType, slots: Vec<Option<Boxed>>) -> Self {
        Self(Arc::new(Fields { of, own: Type::new_struct_type(of.name), slots }))
    }

    /// The field at an index, or `None` where it is not set.
    pub(super) fn slot(&self, index: usize) -> Option<&(dyn Val + 'static)> {
        self.0.slots.get(index)?.as_deref()
    }

    /// Whether a field is set.
    ///
    /// # Errors
    /// There is no such field.
    pub(super) fn has(&self, name: &str) -> Result<bool, ExecutionError> {
        Ok(self.slot(self.index(name)?).is_some())
    }

    /// A field, or the default where it is not set.
    ///
    /// # Errors
    /// There is no such field.
    pub(super) fn field<'b>(&'b self, name: &str) -> Result<CowVal<'b, 'static>, ExecutionError> {
        let index = self.index(name)?;
        Ok(match self.slot(index) {
            Some(value) => CowVal::Borrowed(value),
            None => CowVal::Owned(value::of_absent(&self.0.of.fields[index])),
        })
    }

    fn index(&self, name: &str) -> Result<usize, ExecutionError> {
        let of = self.0.of;
        of.fields.iter().position(|field| field.name == name).ok_or_else(|| {
            ExecutionError::function_error(SELECT, format!("`{}` has no field `{name}`", of.name))
        })
    }
}

impl Val for Record {
    fn get_type(&self) -> &Type {
        &self.0.own
    }

    fn cel_type() -> &'static Type {
        &DYN_TYPE
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        let Some(other) = other.downcast_ref::<Self>() else { return false };
        let equal = |pair: (&Option<Boxed>, &Option<Boxed>)| match pair {
            (Some(one), Some(other)) => one.equals(other.as_ref()),
            (one, other) => one.is_none() && other.is_none(),
        };
        self.0.of.name == other.0.of.name && self.0.slots.iter().zip(&other.0.slots).all(equal)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Record {}

impl Indexer for Record {
    fn get<'b, 'v>(&'b self, name: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        match name.downcast_ref::<CelString>() {
            Some(name) => self.field(name.inner()),
            None => Err(ExecutionError::function_error(SELECT, "a field has a name")),
        }
    }

    fn steal<'v>(self: Box<Self>, name: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Indexer::get(self.as_ref(), name).map(CowVal::into_owned)
    }
}
