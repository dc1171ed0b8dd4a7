//! Where the fields of a request come from: the path, the body or the query.

use std::fmt;

use crate::compat::options::Binding;
use crate::compat::schema::{Cardinality, Field, Kind, Message, Schema};
use crate::contract::is_query_value;

/// Where a binding takes a field from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Path,
    Body,
    Query,
    /// No request can set it.
    Nothing,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Path => "the path",
            Self::Body => "the body",
            Self::Query => "the query",
            Self::Nothing => "nowhere",
        })
    }
}

/// What the body of a binding is, its field by number, so that a renamed field
/// is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    None,
    Whole,
    Field(i32),
}

/// A binding together with the request that it fills.
#[derive(Clone, Copy)]
pub(super) struct Filled<'b, 'a> {
    pub(super) schema: &'b Schema<'a>,
    pub(super) request: &'b Message<'a>,
    pub(super) binding: &'b Binding<'a>,
}

impl<'b, 'a> Filled<'b, 'a> {
    /// The binding with the message of this name.
    pub(super) fn of(
        schema: &'b Schema<'a>,
        request: &str,
        binding: &'b Binding<'a>,
    ) -> Option<Self> {
        let request = schema.message(schema.message_named(request)?);
        Some(Self { schema, request, binding })
    }

    /// What its body is; a field that does not exist is nothing.
    pub(super) fn body(&self) -> Body {
        match self.binding.body {
            "*" => Body::Whole,
            name => named(self.request, name).map_or(Body::None, |field| Body::Field(field.number)),
        }
    }

    /// The variables of its path as numbers of fields; those that lead nowhere
    /// are left out.
    pub(super) fn variables(&self) -> Vec<Variable> {
        let variables = self.binding.template.variables.iter();
        let resolved = variables.filter_map(|variable| {
            let numbers = self.numbers(&variable.path)?;
            let name = variable.path.join(".");
            Some(Variable { numbers, name, covers: (variable.start, variable.len) })
        });
        resolved.collect()
    }

    fn numbers(&self, names: &[String]) -> Option<Vec<i32>> {
        let mut holder = Some(self.request);
        let mut numbers = Vec::new();
        for name in names {
            let field = named(holder?, name)?;
            numbers.push(field.number);
            holder = self.schema.message_named(field.type_name).map(|id| self.schema.message(id));
        }
        Some(numbers)
    }

    /// Where a field comes from, by the numbers that lead to it; `None` where
    /// the request has no such field.
    pub(super) fn source(&self, numbers: &[i32]) -> Option<Source> {
        if self.variables().iter().any(|variable| variable.numbers == numbers) {
            return Some(Source::Path);
        }
        let (top, below) = numbers.split_first()?;
        let field = self.request.fields.iter().find(|field| field.number == *top)?;
        Some(match self.body() {
            Body::Whole => Source::Body,
            Body::Field(number) if number == *top => Source::Body,
            _ if below.is_empty() && !in_query(self.schema, field) => Source::Nothing,
            _ => Source::Query,
        })
    }
}

/// A variable of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    /// The numbers of the fields that lead to what it fills.
    pub(super) numbers: Vec<i32>,
    /// Their names.
    pub(super) name: String,
    /// The first segment that it covers, and how many.
    pub(super) covers: (usize, usize),
}

pub(super) fn named<'m, 'a>(message: &'m Message<'a>, name: &str) -> Option<&'m Field<'a>> {
    message.fields.iter().find(|field| field.name == name)
}

/// Whether a query can hold a field, or fields inside of it.
pub(super) fn in_query(schema: &Schema<'_>, field: &Field<'_>) -> bool {
    match schema.cardinality(field) {
        Cardinality::Map => {
            let entry = schema.map_entry(field);
            let value = entry.and_then(|entry| entry.fields.iter().find(|field| field.number == 2));
            value.is_some_and(is_one_text)
        }
        Cardinality::Repeated => is_one_text(field),
        _ => is_message(field) || is_one_text(field),
    }
}

/// Whether a query holds the fields of a field's message, and not itself.
pub(super) fn is_message(field: &Field<'_>) -> bool {
    matches!(field.kind, Kind::Message | Kind::Group) && !field.type_name.starts_with(WELL_KNOWN)
}

const WELL_KNOWN: &str = "google.protobuf.";

/// Whether a value is one text in a query.
pub(super) fn is_one_text(field: &Field<'_>) -> bool {
    match field.kind {
        Kind::Message | Kind::Group => {
            field.type_name.starts_with(WELL_KNOWN) && is_query_value(field.type_name)
        }
        _ => true,
    }
}
