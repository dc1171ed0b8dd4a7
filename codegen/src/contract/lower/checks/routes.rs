//! Bindings against each other, and against the shape of their rpcs.

use crate::contract::model::{
    Cardinality, Contract, FieldRef, HttpBinding, HttpBody, Kind, Method, TypeRef,
};
use crate::diagnostic::{Diagnostic, codes};

fn bindings(contract: &Contract) -> impl Iterator<Item = (&Method, &HttpBinding)> {
    let methods = contract.services().flat_map(|service| &service.methods);
    methods.flat_map(|method| method.http.iter().map(move |binding| (method, binding)))
}

fn show(binding: &HttpBinding) -> String {
    format!("{} {}", binding.verb, binding.template.text)
}

/// Bindings of one service that share some paths, of which one wins.
pub(super) fn overlaps(contract: &Contract) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for service in contract.services() {
        let bound: Vec<_> = service.methods.iter().flat_map(|method| &method.http).collect();
        for (index, a) in bound.iter().enumerate() {
            for b in &bound[index + 1..] {
                let (x, y) = (&a.template, &b.template);
                if a.verb == b.verb && !x.same_shape(y) && x.overlaps(y) {
                    found.push(overlap(a, b));
                }
            }
        }
    }
    found
}

fn overlap(a: &HttpBinding, b: &HttpBinding) -> Diagnostic {
    let first = a.template.precedence(&b.template).is_le();
    let (winner, loser) = if first { (a, b) } else { (b, a) };
    let message =
        format!("some paths match both `{}` and `{}`; the former wins", show(winner), show(loser));
    Diagnostic::new(&codes::ROUTE_OVERLAP, message)
        .at(loser.location.clone())
        .related(winner.location.clone(), "the more specific one")
}

/// Bindings that cannot carry the whole request.
pub(super) fn bodies(contract: &Contract) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (method, binding) in bindings(contract).filter(|(_, binding)| binding.explicit) {
        if method.shape.client_streams() {
            if binding.body == HttpBody::None {
                found.push(no_body(method, binding));
            }
            continue;
        }
        for field in unreachable(contract, method, binding) {
            let name = &contract.field(field).name;
            let message = format!(
                "`{}` cannot set `{name}`: a query holds no lists or maps of messages",
                show(binding)
            );
            let report =
                Diagnostic::new(&codes::FIELD_UNREACHABLE, message).at(binding.location.clone());
            found.push(report.related(contract.field(field).location.clone(), "declared here"));
        }
    }
    found
}

fn no_body(method: &Method, binding: &HttpBinding) -> Diagnostic {
    let message = format!(
        "`{}` takes a stream, and `{}` has no body to send it in",
        method.name,
        show(binding)
    );
    Diagnostic::new(&codes::STREAM_WITHOUT_BODY, message)
        .at(binding.location.clone())
        .hint("set `body: \"*\"`, with a verb that has a body")
}

/// The fields of the request that only a body could set, and none does.
fn unreachable(contract: &Contract, method: &Method, binding: &HttpBinding) -> Vec<FieldRef> {
    let TypeRef::Message(message) = method.input else {
        return Vec::new();
    };
    if binding.body == HttpBody::All {
        return Vec::new();
    }
    let fields = contract.message(message).fields.iter().enumerate();
    let fields = fields.filter(|(_, field)| {
        let many = matches!(field.cardinality, Cardinality::Repeated | Cardinality::Map(_));
        many && matches!(field.kind, Kind::Message(TypeRef::Message(_)) | Kind::Group(_))
    });
    fields
        .map(|(field, _)| FieldRef { message, field })
        .filter(|field| binding.body != HttpBody::Field(*field))
        .collect()
}
