//! The contract's code at the place of the macro: the tree that `agentgen gen`
//! writes, in one module, and its packages' items in scope.

use agentgen_codegen::contract::Package;
use agentgen_codegen::emit::{self, Selection};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::LitStr;

use crate::report::{Report, warning};
use crate::source::{Source, report_all};

/// The module that holds the tree.
pub(super) const MODULE: &str = "contract";

/// The code of a contract; `None` with a mistake.
pub(super) fn module(
    source: &Source,
    path: &LitStr,
    selection: &Selection,
    report: &mut Report,
) -> Option<TokenStream> {
    let tree = match emit::tokens(source.contract(), selection) {
        Ok(tree) => tree,
        Err(found) => {
            report_all(path, &found, report);
            return None;
        }
    };
    let module = ident(MODULE);
    let packages = source.contract().packages.iter();
    let imports = packages.filter(|package| !package.services.is_empty()).map(items);
    let dependencies = source.files.dependencies();
    let warnings = source.warnings(selection).into_iter();
    let warnings = warnings.map(|found| warning(path.span(), &found.to_string()));
    let docs = format!(" The contract of `{}`.", path.value());
    Some(quote! {
        #[doc = #docs]
        mod #module { #tree }
        #(#imports)*
        #(#warnings)*
        #dependencies
    })
}

/// Brings the items of a package into scope.
fn items(package: &Package) -> TokenStream {
    let module = ident(MODULE);
    let segments = package.modules.iter().map(|name| ident(name));
    quote! {
        pub use #module::#(#segments::)* *;
    }
}

/// An identifier at the macro's call, raw where the contract says so.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(name) => Ident::new_raw(name, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}
