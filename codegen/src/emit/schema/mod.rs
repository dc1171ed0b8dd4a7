//! JSON Schema 2020-12 of the canonical proto3 JSON form of messages: one
//! walker, shared by the schema files, the OpenAPI and the AsyncAPI document.
//!
//! Unknown properties are allowed, since peers of the next version may add
//! fields; unknown enum numbers are not described. What else differs between
//! what is written and what may be read is up to the [`Dialect`].

mod definition;
mod describe;
mod dialect;
mod file;
mod oneof;
mod rules;
mod value;
mod well_known;

pub(super) use describe::Describe;
pub(super) use dialect::Dialect;
pub(super) use file::JSON_SCHEMA;
pub(super) use value::Constrained;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::contract::{
    Cardinality, Contract, Field, FieldBehavior, FieldRef, Kind, MessageId, Rules, TypeRef,
};

/// A JSON object under construction.
pub(super) type Object = Map<String, Value>;

/// Builds schemas that refer to each other below one document, and remembers
/// which definitions they need.
pub(super) struct Schemas<'a> {
    contract: &'a Contract,
    /// What a reference starts with, such as `#/components/schemas/`.
    base: &'static str,
    dialect: Dialect,
    /// What is referred to, with `None` until it is built.
    definitions: BTreeMap<Definition, Option<Value>>,
}

/// Something that a reference can name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Definition {
    Message(MessageId),
    Enum(crate::contract::EnumId),
}

impl<'a> Schemas<'a> {
    /// Starts a document whose definitions stand below `base`.
    pub(super) fn new(contract: &'a Contract, base: &'static str, dialect: Dialect) -> Self {
        Self { contract, base, dialect, definitions: BTreeMap::new() }
    }

    /// The schema of a message, by reference where it is one of the contract.
    pub(super) fn of(&mut self, reference: &TypeRef) -> Value {
        self.value(&Kind::Message(reference.clone()), &Rules::default()).schema
    }

    /// Whether a document must hold the field: the contract says so, or leaving
    /// it out means a value that its rules refuse. What is written here holds what
    /// the encoding requires.
    pub(super) fn is_required(&self, field: &Field) -> bool {
        if self.dialect == Dialect::Written {
            return field.cardinality == Cardinality::Required;
        }
        let absent_is_zero = matches!(
            field.cardinality,
            Cardinality::Implicit | Cardinality::Repeated | Cardinality::Map(_)
        );
        field.cardinality == Cardinality::Required
            || field.behavior.contains(&FieldBehavior::Required)
            || field.rules.required && !matches!(field.cardinality, Cardinality::Oneof(_))
            || absent_is_zero && rules::refuses_zero(self.contract, field)
    }

    /// The schema of a message without the fields at these paths, in place.
    pub(super) fn without(&mut self, message: MessageId, paths: &[&[FieldRef]]) -> Value {
        definition::message(self, message, paths)
    }

    /// The definitions that were referred to, and those that they refer to, by
    /// full protobuf name.
    pub(super) fn into_definitions(mut self) -> Object {
        while let Some(next) = self.unbuilt() {
            let schema = match next {
                Definition::Message(id) => definition::message(&mut self, id, &[]),
                Definition::Enum(id) => definition::enumeration(self.contract.enumeration(id)),
            };
            self.definitions.insert(next, Some(schema));
        }
        let contract = self.contract;
        let named: BTreeMap<_, _> = self
            .definitions
            .into_iter()
            .filter_map(|(definition, schema)| Some((definition.name(contract), schema?)))
            .collect();
        named.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
    }

    fn unbuilt(&self) -> Option<Definition> {
        self.definitions.iter().find(|(_, schema)| schema.is_none()).map(|(next, _)| *next)
    }

    fn refer(&mut self, definition: Definition) -> Value {
        self.definitions.entry(definition).or_default();
        json!({ "$ref": format!("{}{}", self.base, definition.name(self.contract)) })
    }
}

impl Definition {
    fn name(self, contract: &Contract) -> &str {
        match self {
            Self::Message(id) => &contract.message(id).full_name,
            Self::Enum(id) => &contract.enumeration(id).full_name,
        }
    }
}
