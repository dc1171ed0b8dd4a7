//! One side as the anchor sees it: where its elements stand, with the
//! fallbacks that the anchor uses where source info names no place.

use crate::compat::schema::{
    EnumId, Extension, Field, FileId, Kind, Label, Message, MessageId, Method, Schema, ServiceId,
    Span,
};
use crate::source::Texts;

/// A known place in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Location {
    pub(super) file: FileId,
    pub(super) span: Span,
}

/// One side.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'c, 'a> {
    pub(super) schema: &'c Schema<'a>,
    /// The texts of its files, where it is none of images.
    pub(super) texts: &'c Texts,
}

impl View<'_, '_> {
    pub(super) fn at(self, file: FileId, path: &[i32]) -> Option<Location> {
        self.schema.info(file, path).map(|info| Location { file, span: info.span })
    }

    /// A place that reaches back to a keyword before it. The anchor compiles
    /// texts itself and marks some places so; an image says what it says.
    fn reaching_back_to(self, location: Location, keyword: &str) -> Location {
        let text = self.texts.get(self.schema.file(location.file).name);
        let reach = text.and_then(|text| keyword_before(text, location.span, keyword));
        Location { span: reach.unwrap_or(location.span), ..location }
    }

    /// Something inside an element.
    fn inside(self, file: FileId, mut path: Vec<i32>, sub: &[i32]) -> Option<Location> {
        path.extend_from_slice(sub);
        self.at(file, &path)
    }

    /// A message; the entry of a map stands where its field names its type.
    pub(super) fn message(self, id: MessageId) -> Option<Location> {
        self.message_part(id, &[]).or_else(|| self.map_field_type(id))
    }

    /// Something inside a message.
    pub(super) fn message_part(self, id: MessageId, sub: &[i32]) -> Option<Location> {
        self.inside(self.schema.message(id).scope.file, self.schema.message_path(id), sub)
    }

    /// Something inside an enum.
    pub(super) fn enum_part(self, id: EnumId, sub: &[i32]) -> Option<Location> {
        self.inside(self.schema.enumeration(id).scope.file, self.schema.enum_path(id), sub)
    }

    /// Something inside a service.
    pub(super) fn service_part(self, id: ServiceId, sub: &[i32]) -> Option<Location> {
        self.inside(self.schema.service(id).scope.file, self.schema.service_path(id), sub)
    }

    /// Something inside an rpc.
    pub(super) fn method_part(
        self,
        id: ServiceId,
        method: &Method<'_>,
        sub: &[i32],
    ) -> Option<Location> {
        let path: Vec<i32> = [2, method.index].into_iter().chain(sub.iter().copied()).collect();
        self.service_part(id, &path)
    }

    /// A feature among the options of an element, the best place known:
    /// `inside` finds places in the element, `options` is the tag of its
    /// options, `path` leads from there to the feature.
    pub(super) fn feature(
        options: [i32; 2],
        path: &[i32],
        inside: impl Fn(&[i32]) -> Option<Location>,
    ) -> Option<Location> {
        let full: Vec<i32> = options.iter().chain(path).copied().collect();
        (options.len()..=full.len()).rev().find_map(|length| inside(&full[..length]))
    }

    /// Where the field of a map, of which this is the entry, names its type.
    fn map_field_type(self, entry: MessageId) -> Option<Location> {
        let message = self.schema.message(entry);
        if !message.map_entry {
            return None;
        }
        let parent = message.scope.parent?;
        let field = self.schema.message(parent).fields.iter().find(|field| {
            field.label == Label::Repeated
                && field.kind == Kind::Message
                && field.type_name == &*message.full_name
        })?;
        self.message_part(parent, &[2, field.index, 6])
    }

    /// The name without the package.
    pub(super) fn nested_name(self, file: FileId, full_name: &str) -> &str {
        let package = self.schema.file(file).package;
        match full_name.strip_prefix(package).and_then(|rest| rest.strip_prefix('.')) {
            Some(nested) if !package.is_empty() => nested,
            _ => full_name,
        }
    }
}

/// A span that starts at the last keyword before it instead.
fn keyword_before(text: &str, span: Span, keyword: &str) -> Option<Span> {
    let line = usize::try_from(span.start_line).ok()?;
    let column = usize::try_from(span.start_column).ok()?;
    let lines: Vec<&str> = text.split('\n').take(line + 1).collect();
    let last = lines.get(line)?.get(..column)?;
    let before = |index: usize| if index == line { last } else { lines[index] };
    let (index, found) = (0..=line)
        .rev()
        .find_map(|index| before(index).rfind(keyword).map(|found| (index, found)))?;
    Some(Span {
        start_line: i32::try_from(index).ok()?,
        start_column: i32::try_from(found).ok()?,
        ..span
    })
}

/// A field of a message, or an extension.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldView<'c, 'a> {
    pub(super) view: View<'c, 'a>,
    pub(super) field: &'c Field<'a>,
    pub(super) owner: Owner<'c, 'a>,
}

/// What a field belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'c, 'a> {
    /// The message that declares it.
    Message(MessageId),
    /// It is an extension.
    Extension(&'c Extension<'a>),
}

impl<'c, 'a> FieldView<'c, 'a> {
    pub(super) fn file(&self) -> FileId {
        match self.owner {
            Owner::Message(id) => self.view.schema.message(id).scope.file,
            Owner::Extension(extension) => extension.scope.file,
        }
    }

    /// The message around a field; `None` for extensions.
    pub(super) fn message(&self) -> Option<&'c Message<'a>> {
        match self.owner {
            Owner::Message(id) => Some(self.view.schema.message(id)),
            Owner::Extension(_) => None,
        }
    }

    pub(super) fn is_extension(&self) -> bool {
        matches!(self.owner, Owner::Extension(_))
    }

    pub(super) fn in_map_entry(&self) -> bool {
        self.message().is_some_and(|message| message.map_entry)
    }

    /// Something inside it, without a fallback.
    pub(super) fn part(&self, sub: &[i32]) -> Option<Location> {
        match self.owner {
            Owner::Message(id) => {
                let path: Vec<i32> =
                    [2, self.field.index].into_iter().chain(sub.iter().copied()).collect();
                self.view.message_part(id, &path)
            }
            Owner::Extension(extension) => {
                let (top, scope) = (extension.scope.parent.is_none(), extension.scope);
                let mut path = match scope.parent {
                    Some(parent) => self.view.schema.message_path(parent),
                    None => Vec::new(),
                };
                path.extend([if top { 7 } else { 6 }, scope.index]);
                self.view.inside(scope.file, path, sub)
            }
        }
    }

    /// Something inside it; the fields of map entries stand where the map
    /// names its type.
    fn part_or_map(&self, sub: &[i32]) -> Option<Location> {
        self.part(sub).or_else(|| match self.owner {
            Owner::Message(id) => self.view.map_field_type(id),
            Owner::Extension(_) => None,
        })
    }

    pub(super) fn location(&self) -> Option<Location> {
        self.part_or_map(&[])
    }

    pub(super) fn name_location(&self) -> Option<Location> {
        self.part(&[1]).or_else(|| self.location())
    }

    /// Where it names its type.
    pub(super) fn type_location(&self) -> Option<Location> {
        match self.field.kind {
            Kind::Group => {
                let name = self.part_or_map(&[6])?;
                let keyword = self.view.reaching_back_to(name, "group");
                // The type of a group in a text is the keyword alone.
                let span = if keyword.span == name.span {
                    name.span
                } else {
                    let start = keyword.span;
                    Span { end_line: start.start_line, end_column: start.start_column + 5, ..start }
                };
                Some(Location { span, ..name })
            }
            Kind::Message | Kind::Enum => self.part_or_map(&[6]),
            _ => self.part_or_map(&[5]),
        }
    }

    /// Where it states its default.
    pub(super) fn default_location(&self) -> Option<Location> {
        let value = self.part(&[7])?;
        Some(self.view.reaching_back_to(value, "default"))
    }

    /// Where it sets a feature.
    pub(super) fn feature_location(&self, path: &[i32]) -> Option<Location> {
        View::feature([8, 21], path, |sub| self.part(sub))
    }
}
