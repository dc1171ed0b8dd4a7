//! The HTTP bindings of an rpc as they take effect: what `google.api.http`
//! states, else the default route.

use std::fmt;

use super::google::http_rules;
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
    let mut bindings: Vec<_> = stated.collect();
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
