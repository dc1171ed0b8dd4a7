//! How alike two elements are that no name ties together, from 0 to 1000. The
//! numbers order candidates and are compared with the thresholds of
//! [`recognise`](super::recognise); they mean nothing beyond that.

use crate::compat::schema::{Enum, Field, Kind, Label, Message, Service};

/// How alike two things can be at most.
pub(super) const ALL: u32 = 1000;

/// How alike two names are.
pub(super) fn names(old: &str, new: &str) -> u32 {
    if old == new {
        return ALL;
    }
    per_mille(strsim::normalized_levenshtein(&old.to_lowercase(), &new.to_lowercase()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the ratio lies between 0 and 1"
)]
fn per_mille(ratio: f64) -> u32 {
    (ratio * f64::from(ALL)) as u32
}

/// How alike the fields of two messages are; `None` where neither has any.
pub(super) fn messages(old: &Message<'_>, new: &Message<'_>) -> Option<u32> {
    let shared = old.fields.iter().map(|field| best(field, &new.fields)).sum();
    ratio(shared, old.fields.len() + new.fields.len())
}

fn best(old: &Field<'_>, new: &[Field<'_>]) -> u32 {
    let scores = new.iter().map(|new| {
        let same_type = old.kind == new.kind
            && (old.label == Label::Repeated) == (new.label == Label::Repeated);
        match (old.number == new.number, old.name == new.name) {
            (true, true) if same_type && same_referent(old, new) => ALL,
            (true, true) if same_type => 800,
            (true, true) => 500,
            (true, false) | (false, true) if same_type => 500,
            _ => 0,
        }
    });
    scores.max().unwrap_or(0)
}

fn same_referent(old: &Field<'_>, new: &Field<'_>) -> bool {
    !matches!(old.kind, Kind::Message | Kind::Group | Kind::Enum)
        || last_segment(old.type_name) == last_segment(new.type_name)
}

/// How alike the values of two enums are; `None` where neither has any. Names
/// usually begin with that of the enum, which is left out.
pub(super) fn enums(old: &Enum<'_>, new: &Enum<'_>) -> Option<u32> {
    let shared = old.values.iter().map(|before| {
        let scores = new.values.iter().filter(|after| after.number == before.number).map(|after| {
            let same = after.name == before.name
                || bare(before.name, old.name) == bare(after.name, new.name);
            if same { ALL } else { 300 }
        });
        scores.max().unwrap_or(0)
    });
    ratio(shared.sum(), old.values.len() + new.values.len())
}

/// A value's name without the enum's: `OPEN` of `TASK_STATE_OPEN` in `TaskState`.
fn bare<'n>(value: &'n str, enumeration: &str) -> &'n str {
    let mut prefix = heck::ToShoutySnakeCase::to_shouty_snake_case(enumeration);
    prefix.push('_');
    value.strip_prefix(&prefix).unwrap_or(value)
}

/// How alike the rpcs of two services are; `None` where neither has any.
pub(super) fn services(old: &Service<'_>, new: &Service<'_>) -> Option<u32> {
    let shared = old.methods.iter().map(|before| {
        let found = new.methods.iter().find(|after| after.name == before.name);
        found.map_or(0, |after| {
            let streams = after.client_streaming == before.client_streaming
                && after.server_streaming == before.server_streaming;
            let types = last_segment(after.input) == last_segment(before.input)
                && last_segment(after.output) == last_segment(before.output);
            if streams && types { ALL } else { 600 }
        })
    });
    ratio(shared.sum(), old.methods.len() + new.methods.len())
}

fn ratio(shared: u32, members: usize) -> Option<u32> {
    let members = u32::try_from(members).unwrap_or(u32::MAX);
    (members > 0).then(|| shared.saturating_mul(2) / members)
}

/// The last segment of a full name.
pub(super) fn last_segment(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_share_most_letters_are_alike() {
        assert_eq!(names("GetTask", "GetTask"), ALL);
        assert!(names("GetTask", "FetchTask") > 500);
        assert!(names("GetTask", "Subscribe") < 300);
    }

    #[test]
    fn the_prefix_of_an_enum_is_no_part_of_its_values_names() {
        assert_eq!(bare("TASK_STATE_OPEN", "TaskState"), "OPEN");
        assert_eq!(bare("OPEN", "TaskState"), "OPEN");
    }
}
