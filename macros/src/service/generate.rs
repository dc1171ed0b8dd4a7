//! The contract's code at the place of the macro: the tree that `agentgen gen`
//! writes, in one module, and its packages' items in scope.

use std::fmt::Write as _;

use agentgen_codegen::contract::{Package, Service};
use agentgen_codegen::emit::{self, Selection};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;

use super::arguments::Arguments;
use super::compare;
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
    let stated = arguments.service.iter().flat_map(|it| compare::stated(source.contract(), it));
    let stated: Vec<_> = stated.collect();
    let imports = packages.filter(|it| comes_into_scope(it, &stated)).map(|it| items(it, &modules));
    let dependencies = source.files.dependencies();
    let warnings = source.warnings(selection).into_iter();
    let warnings = warnings.map(|found| warning(path.span(), &found.to_string()));
    let docs = format!(" The contract of `{}`.", path.value());
    let inside = quote! {
        #[doc = #docs]
        pub mod #module { #tree }
    };
    // Two of them are told apart by the literals.
    let place = Span::call_site().located_at(path.span());
    let outside = quote_spanned!(place=> mod #wrapper { #inside });
    Some(quote! {
        #[doc = #docs]
        #outside
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
    let wrapper = ident(&wrapper(&path.value()));
    [wrapper, arguments.module.clone().unwrap_or_else(|| ident(MODULE))]
}

/// `contract_of_proto_greeter_proto`. Characters that the name does not tell apart are
/// told apart by a number: `a-b.proto`, `a_b.proto` and `a/b.proto` are three files.
fn wrapper(path: &str) -> String {
    let mut wrapper = "contract_of".to_owned();
    for word in path.split(|it: char| !it.is_ascii_alphanumeric()) {
        if !word.is_empty() {
            wrapper.push('_');
            wrapper.push_str(&word.to_ascii_lowercase());
        }
    }
    let is_plain = |word: &str| {
        !word.is_empty() && word.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
    };
    if !path.strip_suffix(".proto").is_some_and(|path| path.split('/').all(is_plain)) {
        // FNV-1a, which is the same on every machine.
        let hash = path
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        _ = write!(wrapper, "_{hash:08x}");
    }
    wrapper
}

/// Whether the items of a package come into scope: those with services do, unless a
/// trait of theirs has the name of that of the service which is stated.
fn comes_into_scope(package: &Package, stated: &[&Service]) -> bool {
    let [chosen] = stated else { return !package.services.is_empty() };
    let is_other =
        |it: &Service| it.rust.agent == chosen.rust.agent && it.full_name != chosen.full_name;
    !package.services.is_empty() && !package.services.iter().any(is_other)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_file_has_a_module_of_its_own() {
        assert_eq!(wrapper("proto/v1/greeter.proto"), "contract_of_proto_v1_greeter_proto");
        let paths = [
            "a/b.proto",
            "a-b.proto",
            "a_b.proto",
            "a.b.proto",
            "A/b.proto",
            "../a/b.proto",
            "a/b_proto",
        ];
        let names: BTreeSet<_> = paths.into_iter().map(wrapper).collect();
        assert_eq!(names.len(), paths.len(), "{names:?}");
    }
}
