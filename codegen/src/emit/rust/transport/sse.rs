//! `sse.rs`: the streams of a service over HTTP.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{duration, each, row};
use crate::contract::{Service, SseBinding, StreamForm};
use crate::emit::rust::module::{Module, ident};
use crate::emit::rust::scope::Scope;
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "sse",
    group: Group::Rust,
    doc: "the streams of each service over HTTP",
    needs: &["rest"],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    each(job, output, "sse", table);
}

fn table(scope: Scope<'_>, service: &Service, module: &mut Module) {
    module.describe(format!("The streams of `{}` over HTTP.", service.full_name));
    let methods = service.methods.iter().enumerate();
    let streams: Vec<_> = methods
        .filter_map(|(index, method)| Some(stream(scope, index, method.sse.as_ref()?)))
        .collect();
    if streams.is_empty() {
        module.import(quote! { use ::agentgen::service::SseRoute; });
    } else {
        module.import(quote! { use ::core::time::Duration; });
        module.import(quote! { use ::agentgen::service::{SseRoute, StreamForm}; });
    }
    module.add(quote! { pub(super) static STREAMS: &[SseRoute] = &[#(#streams)*]; });
}

fn stream(scope: Scope<'_>, index: usize, binding: &SseBinding) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    let form = ident(match binding.default_form {
        StreamForm::Sse => "Sse",
        StreamForm::Ndjson => "Ndjson",
        StreamForm::JsonArray => "JsonArray",
    });
    let heartbeat = duration(binding.heartbeat);
    let event_id = binding.event_id.map(|field| {
        let field = scope.field(field);
        quote! { event_id: Some(#field) }
    });
    let event = (!binding.event.is_empty()).then(|| {
        let fields = binding.event.iter().map(|field| scope.field(*field));
        quote! { event: &[#(#fields),*] }
    });
    let replay = (binding.replay_window > 0).then(|| {
        let window = Literal::u32_unsuffixed(binding.replay_window);
        quote! { replay_window: #window }
    });
    let retry = binding.retry.map(|retry| {
        let retry = duration(retry);
        quote! { retry: Some(#retry) }
    });
    let common = quote! { SseRoute::new(#index, StreamForm::#form, #heartbeat) };
    row("SseRoute", &common, [event_id, event, replay, retry])
}
