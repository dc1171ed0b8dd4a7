//! The HTTP bindings of an rpc as they take effect: what `google.api.http`
//! states, else the default route.

use std::fmt;

use super::agentgen::conflict;
use super::google::http_rules;
use crate::compat::schema::{Method, Schema, Service};
use crate::contract::Template;
use crate::contract::defaults;

/// One HTTP binding.
#[derive(Clone, Debug)]
pub struct Binding<'a> {
    /// The HTTP method in upper case; `*` for any.
    pub verb: String,
    /// The path.
    pub template: Template,
    /// The request field that is the body, `*`, or nothing.
    pub body: &'a str,
    /// The reply field that is the response, or nothing.
    pub response_body: &'a str,
    /// Whether the contract states it, or it is the default one.
    pub stated: bool,
}

impl fmt::Display for Binding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.template.text)
    }
}

/// The bindings of an rpc, the primary one first; never none. Rules without a
/// method or a path are left out, as the emitters do.
pub fn bindings<'a>(service: &str, method: &str, method_options: &'a [u8]) -> Vec<Binding<'a>> {
    let stated = http_rules(method_options).into_iter().filter_map(|rule| {
        let template = Template::parse(rule.path).ok()?;
        defaults::is_verb(rule.verb).then(|| Binding {
            verb: rule.verb.to_ascii_uppercase(),
            template,
            body: rule.body,
            response_body: rule.response_body,
            stated: true,
        })
    });
    or_default(stated.collect(), service, method)
}

fn or_default<'a>(mut bindings: Vec<Binding<'a>>, service: &str, method: &str) -> Vec<Binding<'a>> {
    if bindings.is_empty() {
        bindings.push(Binding {
            verb: defaults::VERB.to_owned(),
            template: defaults::route(service, method),
            body: "*",
            response_body: "",
            stated: false,
        });
    }
    bindings
}

/// As [`bindings`], without those that give way to another one of the schema.
/// The default route is that of `name`, a service and a method.
pub fn served<'a>(
    schema: &Schema<'a>,
    service: &Service<'a>,
    method: &Method<'a>,
    name: (&str, &str),
) -> Vec<Binding<'a>> {
    let mut own = bindings(name.0, name.1, method.options);
    if own.iter().all(|binding| conflict(method.options, binding).is_none()) {
        return own;
    }
    own.retain(|binding| is_served(schema, service, method, binding));
    or_default(own, name.0, name.1)
}

/// Whether a binding of an rpc is the one that counts among all that match the
/// same requests.
fn is_served(
    schema: &Schema<'_>,
    service: &Service<'_>,
    method: &Method<'_>,
    binding: &Binding<'_>,
) -> bool {
    let mut rivals = Vec::new();
    for other in &schema.services {
        let file = schema.file(other.scope.file);
        for rpc in &other.methods {
            let same = |found: &Binding<'_>| {
                found.verb == binding.verb && found.template.same_shape(&binding.template)
            };
            let found = bindings(&other.full_name, rpc.name, rpc.options);
            for found in found.iter().filter(|found| same(found)) {
                let own = other.full_name == service.full_name && rpc.index == method.index;
                rivals.push(((file.package, file.name), own, conflict(rpc.options, found)));
            }
        }
    }
    // As the contract orders them: by package and file, then as declared.
    rivals.sort_by_key(|(place, ..)| *place);
    let policies: Vec<_> = rivals.iter().map(|(.., policy)| *policy).collect();
    rivals.get(defaults::served(&policies)).is_none_or(|(_, own, _)| *own)
}
