//! The trait that users implement, and the alias of its server.

use proc_macro2::TokenStream;
use quote::quote;

use super::described;
use crate::contract::{Contract, Method, Service, Shape};
use crate::emit::rust::docs;
use crate::emit::rust::module::{Module, ident};
use crate::emit::rust::scope::Scope;

/// The types that signatures name: the short name, and the path to it.
const NAMES: [(&str, &str); 4] = [
    ("Context", "::agentgen::Context"),
    ("Future", "::core::future::Future"),
    ("Inbound", "::agentgen::Inbound"),
    ("Outbound", "::agentgen::Outbound"),
];

/// The names that every module has.
const PRELUDE: [(&str, &str); 3] = [
    ("Result", "::core::result::Result"),
    ("Send", "::core::marker::Send"),
    ("Sync", "::core::marker::Sync"),
];

/// Adds the trait and the alias.
pub(super) fn emit(contract: &Contract, package: usize, service: &Service, module: &mut Module) {
    let (agent, server, glue) =
        (ident(&service.rust.agent), ident(&service.rust.server), ident(&service.rust.glue));
    let scope = Scope::new(contract, package, 1);
    let names = Names(&service.rust.agent);
    for import in names.imports(service) {
        module.import(import);
    }
    module.import(quote! { pub use glue::#glue; });
    module.import(quote! { pub use info::INFO; });
    let fallback = format!("The service `{}`.", service.full_name);
    let docs = described(&service.docs, &fallback, service.deprecated);
    let error_docs = docs::outer("What the rpcs of this implementation fail with.");
    let left_out_docs = docs::outer(
        "The rpcs that this implementation answers with `UNIMPLEMENTED`, by their index: they \
         are no tools of language models.",
    );
    let methods = service.methods.iter().map(|method| signature(scope, names, method));
    let [send, sync] = ["Send", "Sync"].map(|name| names.get(name));
    module.add(quote! {
        #docs
        pub trait #agent: #send + #sync + 'static {
            #error_docs
            type Error: ::agentgen::service::Failure;

            #left_out_docs
            const LEFT_OUT: &'static [usize] = &[];

            #(#methods)*
        }
    });
    let docs = docs::outer(&format!("Serves a [`{agent}`] on every transport."));
    module.add(quote! {
        #docs
        pub type #server<T> = ::agentgen::Server<#glue<T>>;
    });
}

fn signature(scope: Scope<'_>, names: Names<'_>, method: &Method) -> TokenStream {
    let docs = described(&method.docs, &format!("`{}`.", method.full_name), method.deprecated);
    let name = ident(&method.rust);
    let [context, future, send, result] =
        ["Context", "Future", "Send", "Result"].map(|name| names.get(name));
    let (argument, output) = types(scope, names, method);
    quote! {
        #docs
        fn #name(
            &self,
            cx: &#context,
            #argument,
        ) -> impl #future<Output = #result<#output, Self::Error>> + #send;
    }
}

fn types(scope: Scope<'_>, names: Names<'_>, method: &Method) -> (TokenStream, TokenStream) {
    let (input, output) = (scope.type_of(&method.input), scope.type_of(&method.output));
    let argument = if method.shape.client_streams() {
        let inbound = names.get("Inbound");
        quote! { requests: #inbound<#input> }
    } else {
        quote! { request: #input }
    };
    let output = if method.shape.server_streams() {
        let outbound = names.get("Outbound");
        quote! { #outbound<#output> }
    } else {
        output
    };
    (argument, output)
}

/// Short names, except where the trait itself has the name.
#[derive(Clone, Copy)]
struct Names<'a>(&'a str);

impl Names<'_> {
    fn get(self, short: &str) -> TokenStream {
        let full = NAMES.iter().chain(&PRELUDE).find(|(name, _)| *name == short);
        match full {
            Some((_, path)) if self.0 == short => path.parse().unwrap_or_default(),
            _ => {
                let short = ident(short);
                quote! { #short }
            }
        }
    }

    fn imports(self, service: &Service) -> Vec<TokenStream> {
        let any = |test: fn(Shape) -> bool| service.methods.iter().any(|m| test(m.shape));
        let used = |name: &str| match name {
            "Inbound" => any(Shape::client_streams),
            "Outbound" => any(Shape::server_streams),
            _ => !service.methods.is_empty(),
        };
        let (taken, ours) = (self.0, "::agentgen::");
        let wanted = NAMES.iter().filter(|(name, _)| *name != taken && used(name));
        let (own, other): (Vec<&(&str, &str)>, Vec<_>) =
            wanted.partition(|(_, path)| path.starts_with(ours));
        let own: Vec<&str> = own.into_iter().map(|(name, _)| *name).collect();
        let own = match own.as_slice() {
            [] => None,
            [one] => Some(format!("use {ours}{one};")),
            all => Some(format!("use {ours}{{{}}};", all.join(", "))),
        };
        let other = other.into_iter().map(|(_, path)| format!("use {path};"));
        other.chain(own).filter_map(|line| line.parse().ok()).collect()
    }
}
