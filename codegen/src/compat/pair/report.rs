//! Findings about a pair: rules say what and how bad, the pair knows where it
//! stands on both sides, what it is called and who writes and reads it.

use super::{
    Change, Comparison, EnumChange, EnumValueChange, ExtensionChange, FieldChange, FileChange,
    MessageChange, MethodChange, OneofChange, ServiceChange,
};
use crate::compat::finding::{Directions, Finding, Place, Positions};
use crate::compat::rule::Sink;
use crate::compat::schema::{EnumId, ExtensionId, FileId, MessageId, Schema, ServiceId};

/// What a finding says beside its rule.
struct Spot {
    element: String,
    positions: Positions,
    old: Option<Place>,
    new: Option<Place>,
}

impl Spot {
    fn report<'s>(
        self,
        sink: &'s mut Sink<'_>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        let finding = sink.report(self.element, message, directions);
        finding.positions = self.positions;
        finding.old = self.old;
        finding.new = self.new;
        finding
    }
}

/// Where a message stands, or something in it.
pub fn message_place(schema: &Schema<'_>, id: MessageId, inside: &[i32]) -> Place {
    let mut path = schema.message_path(id);
    path.extend(inside);
    Place { file: schema.message(id).scope.file, path }
}

/// Where an enum stands, or something in it.
pub fn enum_place(schema: &Schema<'_>, id: EnumId, inside: &[i32]) -> Place {
    let mut path = schema.enum_path(id);
    path.extend(inside);
    Place { file: schema.enumeration(id).scope.file, path }
}

/// Where a service stands, or something in it.
pub fn service_place(schema: &Schema<'_>, id: ServiceId, inside: &[i32]) -> Place {
    let mut path = schema.service_path(id);
    path.extend(inside);
    Place { file: schema.service(id).scope.file, path }
}

/// Where an extension stands.
pub fn extension_place(schema: &Schema<'_>, id: ExtensionId) -> Place {
    Place { file: schema.extension(id).scope.file, path: schema.extension_path(id) }
}

/// A file.
pub fn file_place(file: FileId) -> Place {
    Place { file, path: Vec::new() }
}

impl Comparison<'_, '_> {
    /// What is left around something of an old file that is gone: the file, if
    /// it is still there.
    fn left_of_file(&self, file: FileId) -> Option<Place> {
        self.new_file_of(file).map(file_place)
    }

    /// What is left around something that an old message declared.
    fn left_around(&self, file: FileId, parent: Option<MessageId>) -> Option<Place> {
        match parent {
            None => self.left_of_file(file),
            Some(parent) => match self.new_message_of(parent) {
                Some(new) => Some(message_place(self.new, new, &[])),
                None => self.left_around(file, self.old.message(parent).scope.parent),
            },
        }
    }
}

const FIELD: i32 = 2;
const ONEOF: i32 = 8;
const VALUE: i32 = 2;
const METHOD: i32 = 2;

impl FileChange<'_, '_> {
    /// Adds a finding about the file.
    pub fn report<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        let (old, new) = (self.change.before(), self.change.after());
        let name = new
            .map(|id| self.cx.new.file(id).name)
            .or_else(|| old.map(|id| self.cx.old.file(id).name));
        let spot = Spot {
            element: name.unwrap_or_default().to_owned(),
            positions: Positions::NONE,
            old: old.map(file_place),
            new: new.map(file_place),
        };
        spot.report(sink, message, directions)
    }
}

impl MessageChange<'_, '_> {
    /// Adds a finding about the message.
    pub fn report<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        self.report_in(sink, &[], message, directions)
    }

    /// Adds a finding about something in the message that only the new side
    /// has a path for.
    pub fn report_in<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        inside: &[i32],
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        let (cx, old, new) = (self.cx, self.change.before(), self.change.after());
        let element = match (new, old) {
            (Some(id), _) => cx.new.message(id).full_name.to_string(),
            (None, Some(id)) => cx.old.message(id).full_name.to_string(),
            (None, None) => String::new(),
        };
        let left = || {
            let scope = cx.old.message(old?).scope;
            cx.left_around(scope.file, scope.parent)
        };
        let spot = Spot {
            element,
            positions: cx.message_positions(self.change),
            old: old.map(|id| message_place(cx.old, id, &[])),
            new: new.map(|id| message_place(cx.new, id, inside)).or_else(left),
        };
        spot.report(sink, message, directions)
    }
}

impl FieldChange<'_, '_> {
    /// Who writes and reads the field.
    pub fn positions(&self) -> Positions {
        let messages = Change::Kept { old: self.old_message, new: self.new_message };
        self.cx.message_positions(messages)
    }

    /// The full name, as the new side calls it if it has it.
    pub fn element(&self) -> String {
        let (message, field) = match self.change {
            Change::Added(new) | Change::Kept { new, .. } => {
                (self.cx.new.message(self.new_message), new)
            }
            Change::Removed(old) => (self.cx.old.message(self.old_message), old),
        };
        format!("{}.{}", message.full_name, field.name)
    }

    /// Adds a finding about the field.
    pub fn report<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        let inside = |field: &crate::compat::schema::Field<'_>| [FIELD, field.index];
        let (cx, old, new) = (self.cx, self.change.before(), self.change.after());
        let around = |index: Option<[i32; 2]>| index.as_ref().map_or(Vec::new(), |at| at.to_vec());
        let spot = Spot {
            element: self.element(),
            positions: self.positions(),
            old: Some(message_place(cx.old, self.old_message, &around(old.map(inside)))),
            new: Some(message_place(cx.new, self.new_message, &around(new.map(inside)))),
        };
        spot.report(sink, message, directions)
    }
}

impl OneofChange<'_, '_> {
    /// Adds a finding about the oneof.
    pub fn report<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        let (cx, old, new) = (self.cx, self.change.before(), self.change.after());
        let inside = |at: Option<usize>| {
            at.map_or(Vec::new(), |at| vec![ONEOF, i32::try_from(at).unwrap_or(i32::MAX)])
        };
        let element = match (new, old) {
            (Some(at), _) => {
                let message = cx.new.message(self.new_message);
                format!("{}.{}", message.full_name, message.oneofs[at].name)
            }
            (None, Some(at)) => {
                let message = cx.old.message(self.old_message);
                format!("{}.{}", message.full_name, message.oneofs[at].name)
            }
            (None, None) => String::new(),
        };
        let messages = Change::Kept { old: self.old_message, new: self.new_message };
        let spot = Spot {
            element,
            positions: cx.message_positions(messages),
            old: Some(message_place(cx.old, self.old_message, &inside(old))),
            new: Some(message_place(cx.new, self.new_message, &inside(new))),
        };
        spot.report(sink, message, directions)
    }
}

impl EnumChange<'_, '_> {
    /// Adds a finding about the enum.
    pub fn report<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        let (cx, old, new) = (self.cx, self.change.before(), self.change.after());
        let element = match (new, old) {
            (Some(id), _) => cx.new.enumeration(id).full_name.to_string(),
            (None, Some(id)) => cx.old.enumeration(id).full_name.to_string(),
            (None, None) => String::new(),
        };
        let left = || {
            let scope = cx.old.enumeration(old?).scope;
            cx.left_around(scope.file, scope.parent)
        };
        let spot = Spot {
            element,
            positions: cx.enum_positions(self.change),
            old: old.map(|id| enum_place(cx.old, id, &[])),
            new: new.map(|id| enum_place(cx.new, id, &[])).or_else(left),
        };
        spot.report(sink, message, directions)
    }
}

impl EnumValueChange<'_, '_> {
    /// Adds a finding about the values, at the first of each side.
    pub fn report<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        let cx = self.cx;
        let inside = |values: &[(usize, _)]| {
            values
                .first()
                .map_or(Vec::new(), |&(at, _)| vec![VALUE, i32::try_from(at).unwrap_or(i32::MAX)])
        };
        let element = match (self.new.first(), self.old.first()) {
            (Some((_, value)), _) => {
                format!("{}.{}", cx.new.enumeration(self.new_enum).full_name, value.name)
            }
            (None, Some((_, value))) => {
                format!("{}.{}", cx.old.enumeration(self.old_enum).full_name, value.name)
            }
            (None, None) => String::new(),
        };
        let spot = Spot {
            element,
            positions: cx.enum_positions(Change::Kept { old: self.old_enum, new: self.new_enum }),
            old: Some(enum_place(cx.old, self.old_enum, &inside(&self.old))),
            new: Some(enum_place(cx.new, self.new_enum, &inside(&self.new))),
        };
        spot.report(sink, message, directions)
    }
}

impl ExtensionChange<'_, '_> {
    /// Adds a finding about the extension.
    pub fn report<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        let (cx, old, new) = (self.cx, self.change.before(), self.change.after());
        let (schema, extension) = match (new, old) {
            (Some(id), _) => (cx.new, Some(cx.new.extension(id))),
            (None, id) => (cx.old, id.map(|id| cx.old.extension(id))),
        };
        let extendee = extension.and_then(|extension| schema.message_named(extension.extendee));
        let positions = extendee.map_or(Positions::NONE, |id| {
            let change = if new.is_some() { Change::Added(id) } else { Change::Removed(id) };
            cx.message_positions(change)
        });
        let left = || {
            let scope = cx.old.extension(old?).scope;
            cx.left_around(scope.file, scope.parent)
        };
        let spot = Spot {
            element: extension.map_or_else(String::new, |found| found.full_name.to_string()),
            positions,
            old: old.map(|id| extension_place(cx.old, id)),
            new: new.map(|id| extension_place(cx.new, id)).or_else(left),
        };
        spot.report(sink, message, directions)
    }
}

impl ServiceChange<'_, '_> {
    /// Adds a finding about the service.
    pub fn report<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        let (cx, old, new) = (self.cx, self.change.before(), self.change.after());
        let element = match (new, old) {
            (Some(id), _) => cx.new.service(id).full_name.to_string(),
            (None, Some(id)) => cx.old.service(id).full_name.to_string(),
            (None, None) => String::new(),
        };
        let left = || cx.left_of_file(cx.old.service(old?).scope.file);
        let spot = Spot {
            element,
            positions: Positions::NONE,
            old: old.map(|id| service_place(cx.old, id, &[])),
            new: new.map(|id| service_place(cx.new, id, &[])).or_else(left),
        };
        spot.report(sink, message, directions)
    }
}

impl MethodChange<'_, '_> {
    /// Adds a finding about the rpc. Its positions are left to the rule: an
    /// rpc is a request and a reply.
    pub fn report<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &'s mut Finding {
        let (cx, old, new) = (self.cx, self.change.before(), self.change.after());
        let element = match (new, old) {
            (Some(method), _) => {
                format!("{}.{}", cx.new.service(self.new_service).full_name, method.name)
            }
            (None, Some(method)) => {
                format!("{}.{}", cx.old.service(self.old_service).full_name, method.name)
            }
            (None, None) => String::new(),
        };
        let inside = |index: Option<i32>| index.map_or(Vec::new(), |index| vec![METHOD, index]);
        let (before, after) = (inside(old.map(|m| m.index)), inside(new.map(|m| m.index)));
        let spot = Spot {
            element,
            positions: Positions::NONE,
            old: Some(service_place(cx.old, self.old_service, &before)),
            new: Some(service_place(cx.new, self.new_service, &after)),
        };
        spot.report(sink, message, directions)
    }
}
