//! The message, enum or oneof that a user's type is tied to.

use agentgen_codegen::contract::{Contract, Enum, Location, Message};
use syn::{Ident, Path};

use super::attribute::OnType;
use crate::report::{Report, did_you_mean};
use crate::service::ident;
use crate::source::{Files, Source};

/// A type of the contract, and the user's type.
pub(super) struct Target<'c> {
    pub(super) what: What<'c>,
    /// The user's type.
    pub(super) own: Ident,
    /// The generated type.
    pub(super) rust: Path,
    files: &'c Files,
}

/// Which type of the contract.
#[derive(Clone, Copy)]
pub(super) enum What<'c> {
    Message(&'c Message),
    Enum(&'c Enum),
    /// The oneof of the message at this index.
    Oneof(&'c Message, usize),
}

impl<'c> Target<'c> {
    /// The type that the attribute names, a message for a struct; `None` with a
    /// mistake.
    pub(super) fn find(
        source: &'c Source,
        attribute: &OnType,
        for_struct: bool,
        own: &Ident,
        report: &mut Report,
    ) -> Option<Self> {
        let literal = attribute.message.as_ref()?;
        let name = literal.value();
        let Some(what) = What::find(source.contract(), for_struct, &name) else {
            report.error(literal.span(), unknown(source.contract(), for_struct, &name));
            return None;
        };
        let rust = attribute.rust.clone().unwrap_or_else(|| what.rust());
        if rust.is_ident(own) {
            let message = format!(
                "the generated type is called `{own}` too: state where it is, \
                 `rust = contract::{own}`"
            );
            report.error(own.span(), message);
            return None;
        }
        Some(Self { what, own: own.clone(), rust, files: &source.files })
    }

    /// `proto/x.proto:12`
    pub(super) fn place(&self, location: &Location) -> String {
        self.files.place(location)
    }
}

impl<'c> What<'c> {
    fn find(contract: &'c Contract, for_struct: bool, name: &str) -> Option<Self> {
        let message = |name: &str| messages(contract).find(|message| message.full_name == name);
        if for_struct {
            return message(name).map(Self::Message);
        }
        if let Some(of) = contract.enums.iter().find(|of| of.full_name == name) {
            return Some(Self::Enum(of));
        }
        let (parent, oneof) = name.rsplit_once('.')?;
        let message = message(parent)?;
        let index = message.oneofs.iter().position(|it| it.name == oneof)?;
        Some(Self::Oneof(message, index))
    }

    /// The generated type as a path in the module of its package.
    fn rust(self) -> Path {
        let segments = match self {
            Self::Message(message) => &message.rust_path,
            Self::Enum(of) => &of.rust_path,
            Self::Oneof(message, index) => &message.oneofs[index].rust_path,
        };
        let segments = segments.iter().map(|segment| ident(segment));
        syn::parse_quote!(#(#segments)::*)
    }

    pub(super) fn location(self) -> &'c Location {
        match self {
            Self::Message(message) => &message.location,
            Self::Enum(of) => &of.location,
            Self::Oneof(message, index) => &message.oneofs[index].location,
        }
    }
}

fn messages(contract: &Contract) -> impl Iterator<Item = &Message> {
    contract.messages.iter().filter(|message| !message.map_entry)
}

/// Says what there is instead.
fn unknown(contract: &Contract, for_struct: bool, name: &str) -> String {
    let (what, names): (_, Vec<String>) = if for_struct {
        ("message", messages(contract).map(|it| it.full_name.clone()).collect())
    } else {
        let oneofs = messages(contract).flat_map(|message| {
            message.oneofs.iter().map(|oneof| format!("{}.{}", message.full_name, oneof.name))
        });
        let enums = contract.enums.iter().map(|it| it.full_name.clone());
        ("enum or oneof", enums.chain(oneofs).collect())
    };
    // A name without its package is the usual mistake.
    let inside =
        names.iter().find(|full| full.strip_suffix(name).is_some_and(|it| it.ends_with('.')));
    let hint = match inside {
        Some(full) => format!("; did you mean `{full}`?"),
        None => did_you_mean(name, names.iter().map(String::as_str)),
    };
    format!("the contract has no {what} `{name}`{hint}")
}
