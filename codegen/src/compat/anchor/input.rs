//! Everything the anchor looks at: the elements of what is compared, and the
//! names of every other file. Files that are the same on both sides are not
//! read, but whether they exist and what their packages hold counts.

use super::declared::Sort;
use super::pairs::Views;
use crate::compat::input::{Head, Side};
use crate::compat::schema::Schema;
use crate::descriptor::Fields;

/// Both sides.
pub(super) struct Input<'i, 'c, 'a> {
    pub(super) views: Views<'c, 'a>,
    pub(super) old: Files<'i>,
    pub(super) new: Files<'i>,
}

/// The files of a side.
#[derive(Clone, Copy)]
pub(super) struct Files<'i>(pub(super) &'i Side);

/// A file of a side.
#[derive(Clone, Copy)]
pub(super) struct KnownFile<'i> {
    pub(super) name: &'i str,
    pub(super) package: &'i str,
}

impl<'i> Files<'i> {
    pub(super) fn files(self) -> impl Iterator<Item = KnownFile<'i>> {
        let known = |head: &'i Head| KnownFile { name: &head.name, package: &head.package };
        self.0.heads().iter().map(known)
    }

    /// Whether a package has any element of a sort outside what is compared,
    /// or, for services, any file.
    pub(super) fn has_any(self, package: &str, sort: Sort, compared: &Schema<'_>) -> bool {
        let mut files = self.files().filter(|file| file.package == package);
        match sort {
            Sort::Service => files.next().is_some(),
            _ => files.any(|file| {
                compared.file_named(file.name).is_none()
                    && self.0.encoded(file.name).is_some_and(|bytes| declares(bytes, sort, 0))
            }),
        }
    }
}

/// How deep messages may nest.
const MAX_DEPTH: usize = 100;

/// Whether an encoded file, or a message at some depth in it, declares any
/// element of a sort, in messages too.
fn declares(bytes: &[u8], sort: Sort, depth: usize) -> bool {
    // The tags of messages, enums and extensions.
    let [message, enumeration, extension] = if depth == 0 { [4, 5, 7] } else { [3, 4, 6] };
    Fields::new(bytes).filter_map(Result::ok).any(|(tag, value)| {
        let wanted = match sort {
            Sort::Message => tag == message,
            Sort::Enum => tag == enumeration,
            Sort::Extension => tag == extension,
            Sort::Service => false,
        };
        let inside = || value.bytes().is_ok_and(|bytes| declares(bytes, sort, depth + 1));
        wanted || tag == message && depth < MAX_DEPTH && inside()
    })
}
