//! Which rpc a server hands a request to, and requests that another one gets.

use super::call::Call;
use super::{Called, Rpc};
use crate::compat::options::Binding;
use crate::compat::witness::diff::Direction;
use crate::compat::witness::{Payload, Reading, Witness};
use crate::contract::{Segment, Template};

/// The routes of everything that shares a server with a service: its package.
fn routes<'a>(rpc: Rpc<'_, 'a>) -> Vec<(String, Binding<'a>)> {
    let schema = rpc.schema;
    let package = schema.file(rpc.service.scope.file).package;
    let services = schema.services.iter();
    let services = services.filter(|one| schema.file(one.scope.file).package == package);
    let rpcs = services.flat_map(|service| {
        service.methods.iter().map(move |method| Rpc { schema, service, method })
    });
    rpcs.flat_map(|rpc| rpc.bindings().into_iter().map(move |one| (rpc.full_name(), one))).collect()
}

/// The rpc and the binding that take a request.
fn served<'r, 'a>(
    routes: &'r [(String, Binding<'a>)],
    call: &Call,
) -> Option<&'r (String, Binding<'a>)> {
    let path = call.template();
    let takes = |binding: &Binding<'_>| {
        (binding.verb == call.verb || binding.verb == "*") && binding.template.includes(&path)
    };
    let matches = routes.iter().filter(|(_, binding)| takes(binding));
    matches.min_by(|(_, a), (_, b)| {
        let any = |binding: &Binding<'_>| binding.verb == "*";
        a.template.precedence(&b.template).then_with(|| any(a).cmp(&any(b)))
    })
}

/// A request that the caller's side serves and the server's side does not, or
/// hands to another rpc.
pub(super) fn misled(direction: Direction, called: Called<'_, '_>) -> Option<Witness> {
    let (own, theirs) = (routes(called.caller), routes(called.server));
    let templates: Vec<_> = theirs.iter().map(|(_, binding)| &binding.template).collect();
    for binding in called.caller.bindings() {
        for call in Call::samples(&binding, &templates) {
            if served(&own, &call).is_none_or(|(rpc, _)| *rpc != called.caller.full_name()) {
                continue;
            }
            let why = match served(&theirs, &call) {
                None => "no route takes it".to_owned(),
                Some((rpc, _)) if *rpc != called.server.full_name() => {
                    format!("its route leads to `{rpc}`")
                }
                Some(_) => continue,
            };
            return Some(Witness {
                direction,
                subject: called.caller.full_name(),
                payload: Payload::Request { line: call.to_string(), body: None },
                reading: Reading::Refused { why },
            });
        }
    }
    None
}

/// The server's binding that takes a request, if its rpc is the one called.
pub(super) fn binding_for<'a>(called: Called<'_, 'a>, call: &Call) -> Option<Binding<'a>> {
    let routes = routes(called.server);
    let (rpc, binding) = served(&routes, call)?;
    (*rpc == called.server.full_name()).then(|| binding.clone())
}

/// The segments that a concrete path may have where a template leaves them
/// open: words, and what other templates ask for.
pub(super) fn fillings(template: &Template, others: &[&Template]) -> Vec<Vec<String>> {
    let mut found = vec![filled(template, "a", 1), filled(template, "a", 2)];
    for other in others {
        if !template.overlaps(other) {
            continue;
        }
        for rest in 1..=other.segments.len().max(2) {
            let mut path = filled(template, "a", rest);
            for (own, asked) in path.iter_mut().zip(&other.segments) {
                if let Segment::Literal(text) = asked {
                    own.clone_from(text);
                }
            }
            found.push(path);
        }
    }
    found.retain(|path| template.includes(&concrete(path, template.verb.clone())));
    found.dedup();
    found
}

fn filled(template: &Template, word: &str, rest: usize) -> Vec<String> {
    let segments = template.segments.iter().flat_map(|segment| match segment {
        Segment::Literal(text) => vec![text.clone()],
        Segment::Single => vec![word.to_owned()],
        Segment::Rest => vec![word.to_owned(); rest],
    });
    segments.collect()
}

/// A path without anything left open.
pub(super) fn concrete(path: &[String], verb: Option<String>) -> Template {
    let segments = path.iter().cloned().map(Segment::Literal).collect();
    Template { text: String::new(), segments, verb, variables: Vec::new() }
}
