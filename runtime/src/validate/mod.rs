//! `buf.validate`: the rules of a contract, checked on requests before their
//! handlers see them.
//!
//! Generated code holds the rules as static tables ([`Rules`]) and lets a
//! message be looked into ([`Views`]); everything else is here, compiled once.
//! A message without rules has no table and costs nothing.

mod calendar;
#[cfg(feature = "cel")]
mod cel;
mod cel_macro;
mod check;
mod format;
mod limits;
mod path;
mod pattern;
mod reason;
mod rules;
mod unique;
mod view;
mod violation;
mod walk;

#[cfg(feature = "cel")]
pub use cel::Expression;
#[cfg(feature = "cel")]
pub(crate) use cel::prepare;
pub use format::Format;
pub use limits::{Limit, Range};
#[cfg(feature = "pattern")]
pub use pattern::Pattern;
pub use rules::{Check, FieldRules, Oneof, Rule, Rules};
pub use view::{List, Map, Single, Value, View, ViewOf, Viewed, Views, view_of};
pub use violation::{MAX_VIOLATIONS, Violation, Violations};

use crate::codec::Message;

/// Checks a message against the `buf.validate` rules of its contract, as the
/// server does with every request: for callers who want to know before they
/// send. A message without rules is valid.
///
/// # Errors
/// The rules that do not hold, at most [`MAX_VIOLATIONS`] of them.
///
/// ```
/// # fn send(request: &dyn agentgen::codec::Message) -> Result<(), agentgen::Status> {
/// agentgen::validate(request)?;
/// # Ok(())
/// # }
/// ```
pub fn validate(message: &dyn Message) -> Result<(), Violations> {
    match message.message_type().rules {
        None => Ok(()),
        Some(rules) => walk::run(message, rules),
    }
}
