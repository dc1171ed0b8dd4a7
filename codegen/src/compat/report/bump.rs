//! The version that the new side deserves, by semantic versioning.

use crate::compat::finding::Level;
use crate::compat::pair::{Change, Comparison};
use crate::compat::schema::{EnumId, MessageId, ServiceId};

/// Which part of a version has to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// None: nothing changed.
    None,
    /// The last: nothing that anybody could use or miss changed.
    Patch,
    /// The middle: something was added, or may break somebody.
    Minor,
    /// The first: something breaks somebody.
    Major,
}

impl Bump {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// The bump for two sides that differ, from the worst level whatever the
    /// mode.
    pub(super) fn of(cx: &Comparison<'_, '_>, worst: Option<Level>) -> Self {
        match worst {
            Some(Level::Error) => Self::Major,
            Some(Level::Warning) => Self::Minor,
            _ if adds(cx) => Self::Minor,
            _ => Self::Patch,
        }
    }
}

/// Whether the new side has an element that the old one has not.
fn adds(cx: &Comparison<'_, '_>) -> bool {
    cx.messages.iter().any(is_added)
        || cx.enums.iter().any(is_added)
        || cx.services.iter().any(is_added)
        || cx.extensions.iter().any(is_added)
        || kept(&cx.messages).any(|(old, new)| fields(cx, old, new))
        || kept(&cx.enums).any(|(old, new)| values(cx, old, new))
        || kept(&cx.services).any(|(old, new)| methods(cx, old, new))
}

fn is_added<T>(change: &Change<T>) -> bool {
    matches!(change, Change::Added(_))
}

fn kept<T: Copy>(changes: &[Change<T>]) -> impl Iterator<Item = (T, T)> {
    changes.iter().filter_map(|change| change.kept())
}

fn fields(cx: &Comparison<'_, '_>, old: MessageId, new: MessageId) -> bool {
    let old = &cx.old.message(old).fields;
    let known = |number| old.iter().any(|field| field.number == number);
    cx.new.message(new).fields.iter().any(|field| !known(field.number))
}

fn values(cx: &Comparison<'_, '_>, old: EnumId, new: EnumId) -> bool {
    let old = &cx.old.enumeration(old).values;
    let known = |name| old.iter().any(|value| value.name == name);
    cx.new.enumeration(new).values.iter().any(|value| !known(value.name))
}

fn methods(cx: &Comparison<'_, '_>, old: ServiceId, new: ServiceId) -> bool {
    let old = &cx.old.service(old).methods;
    let known = |name| old.iter().any(|method| method.name == name);
    cx.new.service(new).methods.iter().any(|method| !known(method.name))
}
