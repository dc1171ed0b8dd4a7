//! `queue.rs`: the subjects of a service.

use std::fmt::Write as _;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::rest::field_path;
use super::{duration, each, row};
use crate::contract::{Method, QueueBinding, Service};
use crate::emit::rust::module::{Module, ident};
use crate::emit::rust::scope::Scope;
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "queue",
    group: Group::Rust,
    doc: "the queue subjects of each service",
    needs: &["service"],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    each(job, output, "queue", table);
}

fn table(scope: Scope<'_>, service: &Service, module: &mut Module) {
    module.describe(overview(service));
    let deliveries = deliveries(service);
    let methods = service.methods.iter().enumerate();
    let subject = |(index, method): (usize, &Method)| {
        Some(subject(scope, index, method.queue.as_ref()?, &deliveries))
    };
    let subjects: Vec<_> = methods.filter_map(subject).collect();
    if subjects.is_empty() {
        module.import(quote! { use ::agentgen::service::QueueRoute; });
    } else {
        module.import(quote! { use ::core::time::Duration; });
        module.import(quote! { use ::agentgen::service::{Backoff, Delivery, QueueRoute}; });
    }
    for (place, delivery) in deliveries.iter().enumerate() {
        let name = delivery_name(place);
        module.add(quote! { const #name: Delivery = #delivery; });
    }
    module.add(quote! { pub(super) static SUBJECTS: &[QueueRoute] = &[#(#subjects)*]; });
}

/// The subjects as a table for the reader.
fn overview(service: &Service) -> String {
    let mut docs =
        format!("`{}` over a queue.\n\n| rpc | subject |\n|---|---|\n", service.full_name);
    for method in &service.methods {
        let subject = method.queue.as_ref().map_or("none", |queue| &queue.subject);
        let _ = writeln!(docs, "| `{}` | `{subject}` |", method.name);
    }
    docs
}

fn subject(
    scope: Scope<'_>,
    index: usize,
    binding: &QueueBinding,
    deliveries: &[TokenStream],
) -> TokenStream {
    let delivery = delivery(binding);
    let place = deliveries.iter().position(|known| known.to_string() == delivery.to_string());
    let delivery = delivery_name(place.unwrap_or_default());
    let index = Literal::usize_unsuffixed(index);
    let QueueBinding { subject, dead_letter, .. } = binding;
    let ordering_key = binding.ordering_key.as_ref().map(|fields| {
        let fields = field_path(scope, fields);
        quote! { ordering_key: Some(#fields) }
    });
    let idempotency_key = binding.idempotency_key.as_ref().map(|fields| {
        let fields = field_path(scope, fields);
        quote! { idempotency_key: Some(#fields) }
    });
    let common = quote! { QueueRoute::new(#index, #subject, #dead_letter, #delivery) };
    row("QueueRoute", &common, [ordering_key, idempotency_key])
}

/// The settings that most subjects of a service share, each once.
fn deliveries(service: &Service) -> Vec<TokenStream> {
    let mut all: Vec<TokenStream> = Vec::new();
    for binding in service.methods.iter().filter_map(|method| method.queue.as_ref()) {
        let delivery = delivery(binding);
        if !all.iter().any(|known| known.to_string() == delivery.to_string()) {
            all.push(delivery);
        }
    }
    all
}

fn delivery_name(place: usize) -> Ident {
    match place {
        0 => ident("DELIVERY"),
        place => ident(&format!("DELIVERY_{}", place + 1)),
    }
}

fn delivery(binding: &QueueBinding) -> TokenStream {
    let group = &binding.group;
    let max_deliveries = Literal::u32_unsuffixed(binding.max_deliveries);
    let ack_wait = duration(binding.ack_wait);
    let concurrency = Literal::u32_unsuffixed(binding.concurrency);
    let (initial, max) = (duration(binding.initial_backoff), duration(binding.max_backoff));
    let multiplier = Literal::f64_unsuffixed(binding.multiplier);
    quote! {
        Delivery {
            group: #group,
            max_deliveries: #max_deliveries,
            ack_wait: #ack_wait,
            concurrency: #concurrency,
            backoff: Backoff::new(#initial, #max, #multiplier),
        }
    }
}
