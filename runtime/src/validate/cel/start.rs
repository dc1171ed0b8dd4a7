//! Expressions of a contract, tried before a server takes requests: a wrong
//! one stops it rather than fail the first caller.

use std::collections::BTreeSet;

use cel::ExecutionError;

use super::record::SELECT;
use super::{Expression, Subject, known, value};
use crate::codec::{Cardinality, Field, Kind, MessageType};
use crate::validate::{Check, FieldRules, Rule};

/// Compiles every expression that requests of this type meet, and tries it on
/// what is not set.
///
/// # Errors
/// An expression does not compile, or names a variable, function or field
/// that there is not: with its place.
pub(crate) fn prepare(of: &'static MessageType) -> Result<(), String> {
    let mut open = vec![of];
    let mut seen = BTreeSet::from([of.name]);
    while let Some(of) = open.pop() {
        let Some(rules) = of.rules else { continue };
        try_all(rules.expressions, || known::absent(of))?;
        for row in rules.fields {
            let Some(field) = of.fields.get(row.field) else { continue };
            try_field(row, field)?;
            if let Kind::Message(inner) | Kind::Group(inner) = field.kind
                && seen.insert(inner.name)
            {
                open.push(inner);
            }
        }
    }
    Ok(())
}

fn try_field(row: &FieldRules, field: &'static Field) -> Result<(), String> {
    try_all(row.rules, || value::of_absent(field))?;
    try_all(row.values.rules, || value::zero(&field.kind))?;
    match field.cardinality {
        Cardinality::Map(key) => try_all(row.keys.rules, || value::zero(key)),
        _ => Ok(()),
    }
}

fn try_all(rules: &[Rule], this: impl Fn() -> super::Boxed) -> Result<(), String> {
    for rule in rules {
        if let Check::Cel(expression) = rule.check {
            expression.try_on(&Subject::new(this()))?;
        }
    }
    Ok(())
}

impl Expression {
    fn try_on(&self, subject: &Subject) -> Result<(), String> {
        let compiled = self.compiled().map_err(|wrong| self.fault(&wrong))?;
        match Self::run(compiled, subject) {
            Err(wrong) if is_wrong_for_all(&wrong) => Err(self.fault(&wrong.to_string())),
            // Whatever else fails may hold for values that are set.
            _ => Ok(()),
        }
    }
}

fn is_wrong_for_all(error: &ExecutionError) -> bool {
    match error {
        ExecutionError::UndeclaredReference(_) => true,
        ExecutionError::FunctionError { function, .. } => function == SELECT,
        _ => false,
    }
}
