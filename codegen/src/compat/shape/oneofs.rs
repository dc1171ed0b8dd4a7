//! Fields that came into a oneof or left one. A writer for whom they do not
//! exclude each other may set two; a reader for whom they do keeps one.

use crate::compat::finding::Verdict::{Break, Ok};
use crate::compat::pair::Comparison;
use crate::compat::schema::{Field, Message};

use super::{Reading, Shape};

/// Fields that stayed in a message and whose oneof did not, by oneof.
#[derive(Debug)]
pub struct Moved<'c, 'a> {
    /// The oneof, by its place: on the new side for those that came, on the
    /// old side for those that left.
    pub oneof: usize,
    /// The fields that came or left, old and new.
    pub fields: Vec<(&'c Field<'a>, &'c Field<'a>)>,
    /// How many of its fields were there before and after.
    pub stayed: usize,
}

impl Moved<'_, '_> {
    /// Whether two of the fields can be set on one side only.
    fn excludes(&self) -> bool {
        self.fields.len() + self.stayed.min(1) >= 2
    }

    /// What each side reads, if these fields came.
    pub fn joined(&self) -> Shape {
        let backward = Reading::both(if self.excludes() { Break } else { Ok });
        Shape { backward, ..Shape::OK }
    }

    /// What each side reads, if these fields left.
    pub fn left(&self) -> Shape {
        let forward = Reading::both(if self.excludes() { Break } else { Ok });
        Shape { forward, ..Shape::OK }
    }
}

/// Every field that stayed, with its oneof on each side and whether these are
/// one oneof.
struct Member<'c, 'a> {
    old: &'c Field<'a>,
    new: &'c Field<'a>,
    old_oneof: Option<usize>,
    new_oneof: Option<usize>,
    same: bool,
}

fn members<'c, 'a>(
    cx: &Comparison<'c, 'a>,
    old: &'c Message<'a>,
    new: &'c Message<'a>,
) -> Vec<Member<'c, 'a>> {
    if old.oneofs.is_empty() && new.oneofs.is_empty() {
        return Vec::new();
    }
    let pairs: Vec<_> = cx.oneofs(old, new).into_iter().filter_map(|one| one.kept()).collect();
    let kept = cx.fields(old, new).into_iter().filter_map(|field| field.kept());
    kept.map(|(before, after)| {
        let old_oneof = before.oneof.filter(|&at| !old.oneofs[at].synthetic);
        let new_oneof = after.oneof.filter(|&at| !new.oneofs[at].synthetic);
        let same = match (old_oneof, new_oneof) {
            (Some(old), Some(new)) => pairs.contains(&(old, new)),
            (None, None) => true,
            _ => false,
        };
        Member { old: before, new: after, old_oneof, new_oneof, same }
    })
    .collect()
}

/// The fields that came into a oneof of the new side, from none or another.
pub fn joined<'c, 'a>(
    cx: &Comparison<'c, 'a>,
    old: &'c Message<'a>,
    new: &'c Message<'a>,
) -> Vec<Moved<'c, 'a>> {
    by_oneof(&members(cx, old, new), new.oneofs.len(), |member| member.new_oneof)
}

/// The fields that left a oneof of the old side, for none or another.
pub fn left<'c, 'a>(
    cx: &Comparison<'c, 'a>,
    old: &'c Message<'a>,
    new: &'c Message<'a>,
) -> Vec<Moved<'c, 'a>> {
    by_oneof(&members(cx, old, new), old.oneofs.len(), |member| member.old_oneof)
}

fn by_oneof<'c, 'a>(
    members: &[Member<'c, 'a>],
    oneofs: usize,
    of: impl Fn(&Member<'c, 'a>) -> Option<usize>,
) -> Vec<Moved<'c, 'a>> {
    let moved = (0..oneofs).map(|oneof| {
        let inside = || members.iter().filter(|member| of(member) == Some(oneof));
        Moved {
            oneof,
            fields: inside().filter(|one| !one.same).map(|one| (one.old, one.new)).collect(),
            stayed: inside().filter(|one| one.same).count(),
        }
    });
    moved.filter(|moved| !moved.fields.is_empty()).collect()
}
