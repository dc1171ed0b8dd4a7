//! The message, enum or oneof that a user's type is tied to.

use agentgen_codegen::contract::{Contract, Enum, Field, Kind, Location, Message};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Ident, Path};

use super::attribute::OnType;
use crate::report::{Report, hint, nearest};
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
    contract: &'c Contract,
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
    /// The type that the attribute names, a message for a struct.
    ///
    /// # Errors
    /// There is a mistake: the generated type that was meant, where one is near.
    pub(super) fn find(
        source: &'c Source,
        attribute: &OnType,
        for_struct: bool,
        own: &Ident,
        report: &mut Report,
    ) -> Result<Self, Option<Path>> {
        let Some(literal) = &attribute.message else { return Err(None) };
        let (name, contract) = (literal.value(), source.contract());
        let Some(what) = What::find(contract, for_struct, &name) else {
            let (message, meant) = unknown(contract, for_struct, &name);
            report.error(literal.span(), message);
            let meant = meant.and_then(|name| What::find(contract, for_struct, &name));
            return Err(meant.map(What::rust).filter(|rust| !rust.is_ident(own)));
        };
        let rust = attribute.rust.clone().unwrap_or_else(|| what.rust());
        if rust.is_ident(own) {
            let message = format!(
                "the generated type is called `{own}` too: state where it is, \
                 `rust = contract::{own}`"
            );
            report.error(own.span(), message);
            return Err(None);
        }
        Ok(Self { what, own: own.clone(), rust, files: &source.files, contract })
    }

    /// `proto/x.proto:12`
    pub(super) fn place(&self, location: &Location) -> String {
        self.files.place(location)
    }

    /// Has the compiler refuse an enum of another name in a field or member of the
    /// contract's: `of` is what the type says it is.
    pub(super) fn same_enum(&self, field: &Field, of: &TokenStream, span: Span) -> TokenStream {
        let Kind::Enum(id) = field.kind else { return TokenStream::new() };
        let name = &self.contract.enumeration(id).full_name;
        let place = self.place(&field.location);
        let message = format!("`{}`, declared at {place}, is `{name}`", field.name);
        let message = message.replace('{', "{{").replace('}', "}}");
        quote_spanned! {span=>
            const _: () = ::core::assert!(::agentgen::convert::is_of(#of, #name), #message);
        }
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

/// Says what there is instead, with the name that was meant.
fn unknown(contract: &Contract, for_struct: bool, name: &str) -> (String, Option<String>) {
    let other = What::find(contract, !for_struct, name).map(|other| match other {
        What::Message(_) => "a message: derive this on a struct",
        What::Enum(_) => "an enum: derive this on an enum",
        What::Oneof(..) => "a oneof: derive this on an enum",
    });
    if let Some(other) = other {
        return (format!("`{name}` is {other}"), None);
    }
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
    let meant = inside.map(String::as_str);
    let meant = meant.or_else(|| nearest(name, names.iter().map(String::as_str)));
    let message = format!("the contract has no {what} `{name}`{}", hint(meant));
    (message, meant.map(str::to_owned))
}
