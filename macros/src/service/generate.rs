//! The contract's code at the place of the macro: the tree that `agentgen gen`
//! writes, in one module, and its packages' items in scope.

use agentgen_codegen::contract::Package;
use agentgen_codegen::emit::{self, Selection};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::LitStr;

use super::arguments::Arguments;
use crate::report::{Report, warning};
use crate::source::{Source, report_all};

/// The module that holds the tree, where the macro names no other.
const MODULE: &str = "contract";

/// The code of a contract; `None` with a mistake.
pub(super) fn module(
    source: &Source,
    path: &LitStr,
    arguments: &Arguments,
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
    let modules = modules(path, arguments);
    let [wrapper, module] = &modules;
    source.remember();
    let packages = source.contract().packages.iter();
    let imports = packages.filter(|it| !it.services.is_empty()).map(|it| items(it, &modules));
    let dependencies = source.files.dependencies();
    let warnings = source.warnings(selection).into_iter();
    let warnings = warnings.map(|found| warning(path.span(), &found.to_string()));
    let docs = format!(" The contract of `{}`.", path.value());
    Some(quote! {
        #[doc = #docs]
        mod #wrapper {
            #[doc = #docs]
            pub mod #module { #tree }
        }
        #[allow(unused_imports, reason = "the items below may be all that is named")]
        use #wrapper::*;
        #(#imports)*
        #(#warnings)*
        #dependencies
    })
}

/// The names of two modules, one in the other. The outer one is that of the file,
/// so that several contracts go into one module; the inner one comes out of it by
/// a glob, so that the user may have a module of its name.
pub(super) fn modules(path: &LitStr, arguments: &Arguments) -> [Ident; 2] {
    let mut wrapper = "contract_of".to_owned();
    for word in path.value().split(|it: char| !it.is_ascii_alphanumeric()) {
        if !word.is_empty() {
            wrapper.push('_');
            wrapper.push_str(&word.to_ascii_lowercase());
        }
    }
    [ident(&wrapper), arguments.module.clone().unwrap_or_else(|| ident(MODULE))]
}

/// Brings the items of a package into scope.
fn items(package: &Package, [wrapper, module]: &[Ident; 2]) -> TokenStream {
    let segments = package.modules.iter().map(|name| ident(name));
    quote! {
        pub use #wrapper::#module::#(#segments::)* *;
    }
}

/// An identifier at the macro's call, raw where the contract says so.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(name) => Ident::new_raw(name, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}
