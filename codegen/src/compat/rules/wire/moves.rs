//! Messages and enums that are gone, renamed or moved. Neither encoding names
//! types, but for `google.protobuf.Any`; generated code does. What a file or a
//! package takes with it is told there, once.

use std::collections::HashSet;

use crate::compat::finding::{Axis, Directions, Finding, Level, Verdict};
use crate::compat::pair::{Comparison, EnumChange, MessageChange};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{FileId, Schema, Scope};

use super::files::{Fate, Fates};

pub(super) const REMOVED: Rule = row! {
    wire "type-removed": Error [Wire, Json, Source] B Break F Ok,
    anchor ["MESSAGE_NO_DELETE", "ENUM_NO_DELETE", "PACKAGE_MESSAGE_NO_DELETE", "PACKAGE_ENUM_NO_DELETE"],
    "a message or an enum is gone",
    Check::Whole(removed)
};

pub(super) const RENAMED: Rule = row! {
    wire "type-renamed": Warning [Source] B Ok F Ok,
    anchor ["MESSAGE_NO_DELETE", "ENUM_NO_DELETE", "PACKAGE_MESSAGE_NO_DELETE", "PACKAGE_ENUM_NO_DELETE", "FIELD_SAME_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE", "FIELD_WIRE_JSON_COMPATIBLE_TYPE", "RPC_SAME_REQUEST_TYPE", "RPC_SAME_RESPONSE_TYPE"],
    "a message or an enum has another name",
    Check::Whole(renamed)
};

pub(super) const MOVED_PACKAGE: Rule = row! {
    wire "type-moved-package": Warning [Source] B Ok F Ok,
    anchor ["MESSAGE_NO_DELETE", "ENUM_NO_DELETE", "PACKAGE_MESSAGE_NO_DELETE", "PACKAGE_ENUM_NO_DELETE", "FIELD_SAME_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE", "FIELD_WIRE_JSON_COMPATIBLE_TYPE", "RPC_SAME_REQUEST_TYPE", "RPC_SAME_RESPONSE_TYPE"],
    "a message or an enum is in another package",
    Check::Whole(moved_package)
};

pub(super) const MOVED_FILE: Rule = row! {
    wire "type-moved-file": Warning [Source] B Ok F Ok,
    anchor ["MESSAGE_NO_DELETE", "ENUM_NO_DELETE"],
    "a message or an enum is in another file",
    Check::Whole(moved_file)
};

pub(super) const ANY_TYPE_URL: Rule = row! {
    wire "any-type-url-changed": Warning [Wire, Json, Source] B Break F Break,
    anchor ["MESSAGE_NO_DELETE", "PACKAGE_MESSAGE_NO_DELETE", "FIELD_SAME_TYPE"],
    "a message that may travel in `google.protobuf.Any` has another full name",
    Check::Whole(any_type_url)
};

/// A message or an enum.
#[derive(Clone, Copy)]
enum Declared<'c, 'a> {
    Message(MessageChange<'c, 'a>),
    Enum(EnumChange<'c, 'a>),
}

/// The name of a type on one side and where it is declared.
struct Named<'s> {
    full_name: &'s str,
    name: &'s str,
    scope: Scope,
}

impl<'c, 'a> Declared<'c, 'a> {
    /// Every message but map entries, then every enum.
    fn all<'x>(cx: &'x Comparison<'x, 'a>) -> impl Iterator<Item = Declared<'x, 'a>>
    where
        'c: 'x,
    {
        let written =
            |schema: &Schema<'_>, id: Option<_>| id.is_none_or(|id| !schema.message(id).map_entry);
        let messages = cx
            .messages
            .iter()
            .filter(move |change| {
                written(cx.old, change.before()) && written(cx.new, change.after())
            })
            .map(move |&change| Declared::Message(MessageChange { cx, change }));
        messages
            .chain(cx.enums.iter().map(move |&change| Declared::Enum(EnumChange { cx, change })))
    }

    fn cx(self) -> &'c Comparison<'c, 'a> {
        match self {
            Self::Message(change) => change.cx,
            Self::Enum(change) => change.cx,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Enum(_) => "enum",
        }
    }

    fn before(self) -> Option<Named<'c>> {
        let schema = self.cx().old;
        match self {
            Self::Message(change) => change.change.before().map(|id| {
                let found = schema.message(id);
                Named { full_name: &found.full_name, name: found.name, scope: found.scope }
            }),
            Self::Enum(change) => change.change.before().map(|id| {
                let found = schema.enumeration(id);
                Named { full_name: &found.full_name, name: found.name, scope: found.scope }
            }),
        }
    }

    fn after(self) -> Option<Named<'c>> {
        let schema = self.cx().new;
        match self {
            Self::Message(change) => change.change.after().map(|id| {
                let found = schema.message(id);
                Named { full_name: &found.full_name, name: found.name, scope: found.scope }
            }),
            Self::Enum(change) => change.change.after().map(|id| {
                let found = schema.enumeration(id);
                Named { full_name: &found.full_name, name: found.name, scope: found.scope }
            }),
        }
    }

    /// Both sides of a type whose full name changed and that did not just go
    /// along with what declares it.
    fn renamed(self, fates: &Fates<'_, '_, '_>) -> Option<(Named<'c>, Named<'c>)> {
        let (old, new) = self.before().zip(self.after())?;
        let cx = self.cx();
        let along = match (old.scope.parent, new.scope.parent) {
            (Some(before), Some(after)) => {
                cx.new_message_of(before) == Some(after) && old.name == new.name
            }
            (None, None) => {
                let package = (package(cx.old, &old), package(cx.new, &new));
                old.name == new.name
                    && package.0 != package.1
                    && fates.of_package(package.0) == Fate::Renamed(package.1)
            }
            _ => false,
        };
        (old.full_name != new.full_name && !along).then_some((old, new))
    }

    fn report<'s>(
        self,
        sink: &'s mut Sink<'_>,
        message: String,
        directions: Directions,
    ) -> &'s mut Finding {
        match self {
            Self::Message(change) => change.report(sink, message, directions),
            Self::Enum(change) => change.report(sink, message, directions),
        }
    }
}

fn package<'a>(schema: &Schema<'a>, named: &Named<'_>) -> &'a str {
    schema.file(named.scope.file).package
}

fn removed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let fates = Fates::find(cx);
    let named = named_types(cx.old);
    for declared in Declared::all(cx) {
        let (Some(old), None) = (declared.before(), declared.after()) else { continue };
        let inside = old.scope.parent.is_some_and(|id| cx.new_message_of(id).is_none());
        if inside || goes_with_its_file(&fates, cx, old.scope.file) {
            continue;
        }
        let message = format!("the {} was removed", declared.noun());
        if named.contains(old.full_name) || matches!(declared, Declared::Enum(_)) {
            // What named it is told on its own, and no enum travels alone.
            let finding = declared.report(sink, message, Directions::OK);
            finding.level = Level::Warning;
            finding.axes = vec![Axis::Source];
        } else {
            declared.report(sink, message, Directions::new(Verdict::Break, Verdict::Ok));
        }
    }
}

fn goes_with_its_file(fates: &Fates<'_, '_, '_>, cx: &Comparison<'_, '_>, file: FileId) -> bool {
    cx.old.file(file).is_import || fates.of_file(file) != Fate::Stayed
}

/// The types that fields and rpcs of the old side name: where they are gone,
/// what named them changed its type or went too.
fn named_types<'a>(schema: &Schema<'a>) -> HashSet<&'a str> {
    let fields = schema.messages.iter().flat_map(|message| {
        let own = message.full_name.clone();
        let others = message.fields.iter().filter(move |field| field.type_name != &*own);
        others.map(|field| field.type_name)
    });
    let methods = schema.services.iter().flat_map(|service| &service.methods);
    fields.chain(methods.flat_map(|method| [method.input, method.output])).collect()
}

fn renamed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let (fates, packs_any) = (Fates::find(cx), packs_any(cx));
    for declared in Declared::all(cx) {
        let Some((old, new)) = declared.renamed(&fates) else { continue };
        if package(cx.old, &old) == package(cx.new, &new) && !in_any(packs_any, declared) {
            let message = format!("the {} was renamed from `{}`", declared.noun(), old.full_name);
            declared.report(sink, message, Directions::OK);
        }
    }
}

fn moved_package(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let (fates, packs_any) = (Fates::find(cx), packs_any(cx));
    for declared in Declared::all(cx) {
        let Some((old, new)) = declared.renamed(&fates) else { continue };
        if package(cx.old, &old) != package(cx.new, &new) && !in_any(packs_any, declared) {
            let message = format!("the {} was `{}`", declared.noun(), old.full_name);
            declared.report(sink, message, Directions::OK);
        }
    }
}

fn moved_file(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for declared in Declared::all(cx) {
        let Some((old, new)) = declared.before().zip(declared.after()) else { continue };
        // What left a file that is gone is told with the file.
        let stays = cx.new_file_of(old.scope.file).is_none_or(|file| file == new.scope.file);
        let top = old.scope.parent.is_none() && new.scope.parent.is_none();
        if stays || !top || old.full_name != new.full_name || cx.old.file(old.scope.file).is_import
        {
            continue;
        }
        let message = format!(
            "the {} moved from `{}` to `{}`",
            declared.noun(),
            cx.old.file(old.scope.file).name,
            cx.new.file(new.scope.file).name
        );
        declared.report(sink, message, Directions::OK);
    }
}

/// Whether the contract packs messages into `google.protobuf.Any`, so that
/// their names are written.
pub(super) fn packs_any(cx: &Comparison<'_, '_>) -> bool {
    let packs = |schema: &Schema<'_>| {
        let own = |file: FileId| !schema.file(file).is_import;
        let mut messages = schema.messages.iter().filter(|message| own(message.scope.file));
        messages.any(|message| {
            message.fields.iter().any(|field| field.type_name == "google.protobuf.Any")
        })
    };
    packs(cx.old) && packs(cx.new)
}

/// Whether a change of a type's name is told as that of its type URL.
fn in_any(packs_any: bool, declared: Declared<'_, '_>) -> bool {
    packs_any && matches!(declared, Declared::Message(_))
}

fn any_type_url(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    if !packs_any(cx) {
        return;
    }
    let fates = Fates::find(cx);
    for declared in Declared::all(cx).filter(|declared| in_any(true, *declared)) {
        if let Some((old, new)) = declared.renamed(&fates) {
            let message = format!(
                "the type URL in `google.protobuf.Any` ends with `{}` and ended with `{}`",
                new.full_name, old.full_name
            );
            declared.report(sink, message, Directions::BREAK);
        }
    }
}
