//! A Rust module of the output: what it says, what it holds, what is below it.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use super::{docs, prelude, print};
use crate::contract::Contract;
use crate::diagnostic::{Diagnostic, codes};
use crate::emit::OutputFile;

/// A module and what is below it; the default is empty.
#[derive(Debug, Default)]
pub(in crate::emit) struct Module {
    docs: String,
    visibility: TokenStream,
    uses: Vec<syn::Item>,
    items: Vec<syn::Item>,
    children: BTreeMap<String, Module>,
    error: Option<String>,
}

impl Module {
    /// The module below this one, made where missing.
    pub(in crate::emit) fn child(&mut self, name: &str) -> &mut Self {
        self.children.entry(name.to_owned()).or_default()
    }

    /// Makes the module public.
    pub(super) fn public(&mut self) -> &mut Self {
        self.visibility = quote! { pub };
        self
    }

    /// Makes the module visible to other packages of the contract.
    pub(super) fn shared(&mut self) -> &mut Self {
        self.visibility = quote! { pub(crate) };
        self
    }

    /// Sets what the module says about itself, as Markdown of our own.
    pub(super) fn describe(&mut self, docs: impl Into<String>) -> &mut Self {
        self.docs = docs.into();
        self
    }

    /// Sets what the module says about itself, unless it says something.
    pub(super) fn describe_new(&mut self, docs: String) -> &mut Self {
        if self.docs.is_empty() {
            self.docs = docs;
        }
        self
    }

    /// Adds items that are already parsed.
    pub(super) fn extend(&mut self, items: impl IntoIterator<Item = syn::Item>) {
        self.items.extend(items);
    }

    /// Adds the items in a token stream.
    pub(super) fn add(&mut self, tokens: TokenStream) -> &mut Self {
        let items = self.parse(tokens);
        self.items.extend(items);
        self
    }

    /// Adds an import or a re-export, which stand before all items.
    pub(super) fn import(&mut self, tokens: TokenStream) -> &mut Self {
        let uses = self.parse(tokens);
        self.uses.extend(uses);
        self
    }

    /// Whether some item begins a path with this name.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.items.iter().any(|item| begins_path(item.to_token_stream(), name))
    }

    /// The imports, then the re-exports, each sorted.
    fn sorted_uses(&mut self) -> Vec<syn::Item> {
        let mut uses = std::mem::take(&mut self.uses);
        uses.extend(prelude::import(&self.items));
        uses.sort_by_cached_key(|item| {
            let text = item.to_token_stream().to_string();
            (text.starts_with("pub"), text)
        });
        uses
    }

    fn parse(&mut self, tokens: TokenStream) -> Vec<syn::Item> {
        match syn::parse2::<syn::File>(tokens) {
            Ok(file) => file.items,
            Err(error) => {
                self.error.get_or_insert_with(|| error.to_string());
                Vec::new()
            }
        }
    }

    /// Adds one file a module, `mod.rs` where it has children; none where
    /// nothing was put into any module.
    pub(in crate::emit) fn into_files(self, contract: &Contract, files: &mut Vec<OutputFile>) {
        if !(self.children.is_empty() && self.items.is_empty()) {
            self.collect("", contract, files);
        }
    }

    fn collect(mut self, path: &str, contract: &Contract, files: &mut Vec<OutputFile>) {
        let declarations: Vec<_> =
            self.children.iter().map(|(name, child)| child.declaration(name)).collect();
        for (name, child) in std::mem::take(&mut self.children) {
            let name = name.trim_start_matches("r#");
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            child.collect(&path, contract, files);
        }
        let leaf = declarations.is_empty();
        let uses = self.sorted_uses();
        let contents = print::file(contract, &self.docs, declarations, uses, self.items);
        let path = match path {
            "" => "mod.rs".to_owned(),
            path if leaf => format!("{path}.rs"),
            path => format!("{path}/mod.rs"),
        };
        files.push(OutputFile { path, contents });
    }

    /// The content, children nested.
    pub(in crate::emit) fn into_tokens(mut self) -> TokenStream {
        let mut tokens = TokenStream::new();
        for (name, child) in std::mem::take(&mut self.children) {
            let (vis, ident) = (child.visibility.clone(), ident(&name));
            let docs = docs::inner(&child.docs);
            let content = child.into_tokens();
            tokens.extend(quote! { #vis mod #ident { #docs #content } });
        }
        for item in self.sorted_uses().iter().chain(&self.items) {
            item.to_tokens(&mut tokens);
        }
        tokens
    }

    fn declaration(&self, name: &str) -> syn::Item {
        let (vis, ident) = (&self.visibility, ident(name));
        syn::parse_quote! { #vis mod #ident; }
    }

    /// Adds what went wrong here and below.
    pub(in crate::emit) fn failures(&self, failures: &mut Vec<Diagnostic>) {
        failures.extend(self.error.as_ref().map(|error| {
            let message = format!("the generated Rust is not valid: {error}");
            Diagnostic::new(&codes::RUST_INVALID, message)
                .hint("this is a defect of agentgen; please report the contract")
        }));
        self.children.values().for_each(|child| child.failures(failures));
    }
}

/// Whether a path in the tokens begins with `name`.
fn begins_path(tokens: TokenStream, name: &str) -> bool {
    let mut inside = false;
    tokens.into_iter().any(|token| {
        let first = !std::mem::replace(
            &mut inside,
            matches!(&token, TokenTree::Punct(p) if p.as_char() == ':'),
        );
        match token {
            TokenTree::Group(group) => begins_path(group.stream(), name),
            TokenTree::Ident(found) => first && found == name,
            _ => false,
        }
    })
}

/// An identifier of the contract, raw where it says so.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(name) => Ident::new_raw(name, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}
