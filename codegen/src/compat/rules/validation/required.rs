//! Fields and oneofs that must be set. Required fields of proto2 and of
//! editions are a matter of the encoding and are judged there.

use crate::compat::finding::{Directions, Level, Positions, Verdict};
use crate::compat::options::{
    Behavior, Element, FIELD_BEHAVIOR, VALIDATE, at_option, behavior, is_required,
};
use crate::compat::pair::{Change, FieldChange, MessageChange, OneofChange};
use crate::compat::rule::Sink;
use crate::compat::schema::{Field, Message, MessageId};

/// What makes something required.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Rule(Element),
    Behavior,
}

impl By {
    fn field(options: &[u8]) -> Option<Self> {
        if is_required(Element::Field, options) {
            Some(Self::Rule(Element::Field))
        } else {
            behavior(options).has(Behavior::REQUIRED).then_some(Self::Behavior)
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rule(Element::Field) => "`(buf.validate.field).required`",
            Self::Rule(_) => "`(buf.validate.oneof).required`",
            Self::Behavior => "`(google.api.field_behavior) = REQUIRED`",
        }
    }

    fn option(self) -> u32 {
        match self {
            Self::Rule(_) => VALIDATE,
            Self::Behavior => FIELD_BEHAVIOR,
        }
    }
}

const WRITTEN_TO_US: Positions = Positions::REQUEST.union(Positions::JOB);
const WRITTEN_BY_US: Positions =
    Positions::RESPONSE.union(Positions::EVENT).union(Positions::ERROR);

pub(super) fn added(change: &MessageChange<'_, '_>, sink: &mut Sink<'_>) {
    let positions = change.cx.message_positions(change.change);
    let read = positions.is_empty() || positions.meets(WRITTEN_TO_US);
    let level = if read { Level::Error } else { Level::Info };
    let directions = Directions::new(Verdict::Break, Verdict::Ok);
    members(change, |member| {
        let message = match (member.before, member.after) {
            (State::Optional, State::Required(by)) => {
                format!("`{}` was optional and is required by {}", member.name, by.name())
            }
            (State::Absent, State::Required(by)) => {
                format!("`{}` is new and required by {}", member.name, by.name())
            }
            _ => return,
        };
        member.report(sink, message, directions, level);
    });
}

pub(super) fn removed(change: &MessageChange<'_, '_>, sink: &mut Sink<'_>) {
    let positions = change.cx.message_positions(change.change);
    let read = positions.is_empty() || positions.meets(WRITTEN_BY_US);
    let level = if read { Level::Error } else { Level::Info };
    let directions = Directions::new(Verdict::Ok, Verdict::Break);
    members(change, |member| {
        if let (State::Required(by), State::Optional) = (member.before, member.after) {
            let message =
                format!("`{}` was required by {} and is optional", member.name, by.name());
            // The behaviour speaks of requests; that replies hold the field as
            // well, readers can only have guessed from it.
            let most = if by == By::Behavior { Level::Warning } else { Level::Error };
            member.report(sink, message, directions, level.min(most));
        }
    });
}

/// A field or a oneof of a message that both sides have.
struct Member<'k, 'c, 'a> {
    of: Of<'k, 'c, 'a>,
    name: &'a str,
    before: State,
    after: State,
}

/// A member on one side.
#[derive(Clone, Copy)]
enum State {
    Absent,
    Optional,
    Required(By),
}

impl State {
    /// A member that may be required.
    fn of(by: Option<By>) -> Self {
        by.map_or(Self::Optional, Self::Required)
    }
}

enum Of<'k, 'c, 'a> {
    Field(&'k FieldChange<'c, 'a>),
    Oneof(&'k OneofChange<'c, 'a>),
}

impl Member<'_, '_, '_> {
    fn report(&self, sink: &mut Sink<'_>, message: String, directions: Directions, level: Level) {
        let finding = match self.of {
            Of::Field(change) => change.report(sink, message, directions),
            Of::Oneof(change) => change.report(sink, message, directions),
        };
        finding.level = level;
        if let (Of::Field(_), (_, State::Required(by)) | (State::Required(by), _)) =
            (&self.of, (self.before, self.after))
        {
            at_option(finding, Element::Field, by.option());
        }
    }
}

fn members(change: &MessageChange<'_, '_>, mut judge: impl FnMut(&Member<'_, '_, '_>)) {
    let Some((old_id, new_id)) = change.change.kept() else { return };
    let (old, new) = (change.cx.old.message(old_id), change.cx.new.message(new_id));
    if !states(old) && !states(new) {
        return;
    }
    fields(change, (old_id, new_id), &mut judge);
    oneofs(change, (old_id, new_id), &mut judge);
}

/// Whether anything inside has options: most messages are done here.
fn states(message: &Message<'_>) -> bool {
    message.fields.iter().any(|field| !field.options.is_empty())
        || message.oneofs.iter().any(|oneof| !oneof.options.is_empty())
}

fn fields(
    change: &MessageChange<'_, '_>,
    (old_message, new_message): (MessageId, MessageId),
    judge: &mut impl FnMut(&Member<'_, '_, '_>),
) {
    let cx = change.cx;
    for pair in cx.fields(cx.old.message(old_message), cx.new.message(new_message)) {
        let name = match pair {
            Change::Added(field) | Change::Kept { new: field, .. } => field.name,
            Change::Removed(_) => continue,
        };
        let state = |field: &Field<'_>| State::of(By::field(field.options));
        let before = pair.before().map_or(State::Absent, state);
        let after = pair.after().map_or(State::Absent, state);
        let of = FieldChange { cx, old_message, new_message, change: pair };
        judge(&Member { of: Of::Field(&of), name, before, after });
    }
}

fn oneofs(
    change: &MessageChange<'_, '_>,
    (old_message, new_message): (MessageId, MessageId),
    judge: &mut impl FnMut(&Member<'_, '_, '_>),
) {
    let cx = change.cx;
    let (old, new) = (cx.old.message(old_message), cx.new.message(new_message));
    let by = |options| is_required(Element::Oneof, options).then_some(By::Rule(Element::Oneof));
    for pair in cx.oneofs(old, new) {
        let Some(at) = pair.after() else { continue };
        let before =
            pair.before().map_or(State::Absent, |at| State::of(by(old.oneofs[at].options)));
        let after = State::of(by(new.oneofs[at].options));
        let of = OneofChange { cx, old_message, new_message, change: pair };
        judge(&Member { of: Of::Oneof(&of), name: new.oneofs[at].name, before, after });
    }
}
