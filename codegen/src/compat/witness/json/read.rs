//! Reads as runtimes do: JSON names and field names, `null` for absent, no
//! field or member of a oneof twice.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::scalar::{Scalar, key, scalar};
use super::well_known;
use crate::compat::schema::{Cardinality, Field, MessageId};
use crate::compat::witness::binary::set;
use crate::compat::witness::error::ReadError;
use crate::compat::witness::required;
use crate::compat::witness::tree::{Slot, Tree, Value};
use crate::compat::witness::types::{Member, Types};

/// What a reader does with names of fields and enum values that it does not
/// know. Refusing is the default of runtimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownNames {
    /// The payload is refused.
    Refuse,
    /// They are passed over.
    Ignore,
}

type Outcome<T> = Result<T, ReadError>;

/// What a reader makes of JSON.
pub fn read(
    types: &Types<'_, '_>,
    id: MessageId,
    json: &Json,
    unknown: UnknownNames,
) -> Outcome<Tree> {
    let tree = read_partial(types, id, json, unknown)?;
    match required::missing(types, id, &tree).into_iter().next() {
        Some(error) => Err(error),
        None => Ok(tree),
    }
}

/// The same, whether or not all is there that has to be.
pub(in crate::compat::witness) fn read_partial(
    types: &Types<'_, '_>,
    id: MessageId,
    json: &Json,
    unknown: UnknownNames,
) -> Outcome<Tree> {
    Reader { types, unknown }.message(id, json)
}

/// One reading, passed along.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r, 's, 'a> {
    pub(super) types: &'r Types<'s, 'a>,
    unknown: UnknownNames,
}

impl Reader<'_, '_, '_> {
    pub(super) fn message(self, id: MessageId, json: &Json) -> Outcome<Tree> {
        if let Some(special) = well_known::read(self, id, json) {
            return special;
        }
        match json {
            Json::Object(object) => self.object(id, object),
            _ => Err(ReadError::new(format!("`{json}` is not an object"))),
        }
    }

    pub(super) fn object(self, id: MessageId, object: &Map<String, Json>) -> Outcome<Tree> {
        let mut tree = Tree::default();
        let (mut seen, mut oneofs) = (BTreeSet::new(), BTreeSet::new());
        for (name, json) in object {
            let Some(member) = self.types.keyed(id, name) else {
                match self.unknown {
                    UnknownNames::Ignore => continue,
                    UnknownNames::Refuse => {
                        let message = &self.types.schema.message(id).full_name;
                        let error = ReadError::new("unknown field");
                        return Err(error.within(format!("{message}.{name}")));
                    }
                }
            };
            if !seen.insert(member.field.number) {
                return Err(ReadError::new("given twice").within(member.full_name()));
            }
            if json.is_null() && !well_known::takes_null(self.types, member.field) {
                continue;
            }
            if member.oneof().is_some_and(|oneof| !oneofs.insert(oneof)) {
                return Err(ReadError::new("its oneof is given twice").within(member.full_name()));
            }
            self.member(id, member, json, &mut tree)
                .map_err(|error| error.within(member.full_name()))?;
        }
        Ok(tree)
    }

    fn member(
        self,
        id: MessageId,
        member: Member<'_, '_>,
        json: &Json,
        into: &mut Tree,
    ) -> Outcome<()> {
        let field = member.field;
        match (member.cardinality, json) {
            (Cardinality::Repeated, Json::Array(elements)) => {
                let mut values = Vec::with_capacity(elements.len());
                for element in elements {
                    values.extend(self.element(field, element)?);
                }
                if !values.is_empty() {
                    into.fields.insert(field.number, Slot::Many(values));
                }
            }
            (Cardinality::Repeated, _) => {
                return Err(ReadError::new(format!("`{json}` is not a list")));
            }
            (Cardinality::Map, Json::Object(object)) => self.entries(field, object, into)?,
            (Cardinality::Map, _) => {
                return Err(ReadError::new(format!("`{json}` is not an object")));
            }
            _ => {
                if let Some(value) = self.value(field, json)? {
                    set(self.types, id, member, value, into);
                }
            }
        }
        Ok(())
    }

    fn entries(
        self,
        field: &Field<'_>,
        object: &Map<String, Json>,
        into: &mut Tree,
    ) -> Outcome<()> {
        let Some((name, value)) = self.types.entry(field) else { return Ok(()) };
        for (text, json) in object {
            let found = key(name.field, self.types, text)?;
            if let Some(held) = self.element(value.field, json)? {
                into.insert(field.number, found, held);
            }
        }
        Ok(())
    }

    /// A value inside a list or a map, where `null` is none.
    fn element(self, field: &Field<'_>, json: &Json) -> Outcome<Option<Value>> {
        if json.is_null() && !well_known::takes_null(self.types, field) {
            return Err(ReadError::new("`null` is no element"));
        }
        self.value(field, json)
    }

    /// `None` for an enum's value that is unknown and passed over.
    fn value(self, field: &Field<'_>, json: &Json) -> Outcome<Option<Value>> {
        if let Some(id) = self.types.message_of(field) {
            return Ok(Some(Value::Message(self.message(id, json)?)));
        }
        match (scalar(self.types, field, json)?, self.unknown) {
            (Scalar::Value(value), _) => Ok(Some(value)),
            (Scalar::UnknownEnum(_), UnknownNames::Ignore) => Ok(None),
            (Scalar::UnknownEnum(name), UnknownNames::Refuse) => {
                Err(ReadError::new(format!("unknown enum value `{name}`")))
            }
        }
    }
}
