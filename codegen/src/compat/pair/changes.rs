//! The pairs that rules receive.

use super::Comparison;
use crate::compat::schema::{
    EnumId, EnumValue, ExtensionId, Field, FileId, MessageId, Method, ServiceId,
};

/// An element of one side or of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change<T> {
    /// Only the old side has it.
    Removed(T),
    /// Only the new side has it.
    Added(T),
    /// Both sides have it, under one name or renamed, moved or renumbered.
    Kept {
        /// On the old side.
        old: T,
        /// On the new side.
        new: T,
    },
}

impl<T: Copy> Change<T> {
    /// What both sides have.
    pub fn kept(self) -> Option<(T, T)> {
        match self {
            Self::Kept { old, new } => Some((old, new)),
            _ => None,
        }
    }

    /// What the old side has.
    pub fn before(self) -> Option<T> {
        match self {
            Self::Removed(old) | Self::Kept { old, .. } => Some(old),
            Self::Added(_) => None,
        }
    }

    /// What the new side has.
    pub fn after(self) -> Option<T> {
        match self {
            Self::Added(new) | Self::Kept { new, .. } => Some(new),
            Self::Removed(_) => None,
        }
    }
}

/// A file.
#[derive(Clone, Copy, Debug)]
pub struct FileChange<'c, 'a> {
    /// Everything around it.
    pub cx: &'c Comparison<'c, 'a>,
    /// Its sides.
    pub change: Change<FileId>,
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub struct MessageChange<'c, 'a> {
    /// Everything around it.
    pub cx: &'c Comparison<'c, 'a>,
    /// Its sides.
    pub change: Change<MessageId>,
}

/// A field of a message that both sides have. Sides that are kept and differ
/// in number were recognised as renumbered.
#[derive(Clone, Copy, Debug)]
pub struct FieldChange<'c, 'a> {
    /// Everything around it.
    pub cx: &'c Comparison<'c, 'a>,
    /// The message on the old side.
    pub old_message: MessageId,
    /// The message on the new side.
    pub new_message: MessageId,
    /// Its sides.
    pub change: Change<&'c Field<'a>>,
}

/// A oneof of a message that both sides have, as indexes into the oneofs of
/// each side; synthetic ones are left out.
#[derive(Clone, Copy, Debug)]
pub struct OneofChange<'c, 'a> {
    /// Everything around it.
    pub cx: &'c Comparison<'c, 'a>,
    /// The message on the old side.
    pub old_message: MessageId,
    /// The message on the new side.
    pub new_message: MessageId,
    /// Its sides.
    pub change: Change<usize>,
}

/// An enum.
#[derive(Clone, Copy, Debug)]
pub struct EnumChange<'c, 'a> {
    /// Everything around it.
    pub cx: &'c Comparison<'c, 'a>,
    /// Its sides.
    pub change: Change<EnumId>,
}

/// The values of an enum that both sides have that share a number, aliases in
/// declaration order. Where numbers of both sides differ, the value was
/// recognised as renumbered. One of the lists may be empty.
#[derive(Clone, Debug)]
pub struct EnumValueChange<'c, 'a> {
    /// Everything around it.
    pub cx: &'c Comparison<'c, 'a>,
    /// The enum on the old side.
    pub old_enum: EnumId,
    /// The enum on the new side.
    pub new_enum: EnumId,
    /// The old values, each with its place in the enum.
    pub old: Vec<(usize, &'c EnumValue<'a>)>,
    /// The new values, each with its place in the enum.
    pub new: Vec<(usize, &'c EnumValue<'a>)>,
}

/// An extension.
#[derive(Clone, Copy, Debug)]
pub struct ExtensionChange<'c, 'a> {
    /// Everything around it.
    pub cx: &'c Comparison<'c, 'a>,
    /// Its sides.
    pub change: Change<ExtensionId>,
}

/// A service.
#[derive(Clone, Copy, Debug)]
pub struct ServiceChange<'c, 'a> {
    /// Everything around it.
    pub cx: &'c Comparison<'c, 'a>,
    /// Its sides.
    pub change: Change<ServiceId>,
}

/// An rpc of a service that both sides have. Sides that are kept and differ in
/// name were recognised as renamed.
#[derive(Clone, Copy, Debug)]
pub struct MethodChange<'c, 'a> {
    /// Everything around it.
    pub cx: &'c Comparison<'c, 'a>,
    /// The service on the old side.
    pub old_service: ServiceId,
    /// The service on the new side.
    pub new_service: ServiceId,
    /// Its sides.
    pub change: Change<&'c Method<'a>>,
}
