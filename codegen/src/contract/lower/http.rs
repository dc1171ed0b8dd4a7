//! HTTP bindings: those that `google.api.http` states, else the default one.

use super::methods::Rpc;
use super::options::Setting;
use super::{Lowering, conflicts, settings};
use crate::contract::defaults;
use crate::contract::http::{Segment, Template};
use crate::contract::model::{FieldRef, HttpBinding, HttpBody, Location, TypeRef};
use crate::diagnostic::codes;

/// The bindings of an rpc, the primary one first; never none.
pub(super) fn lower(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>) -> Vec<HttpBinding> {
    let mut bindings = Vec::new();
    if rpc.http.is_set() {
        bindings.extend(binding(lowering, rpc, &rpc.http));
        for additional in rpc.http.messages("additional_bindings") {
            if additional.has("additional_bindings") {
                let place = rpc.http_place.clone();
                let message = "additional bindings cannot hold additional bindings";
                lowering.report(&codes::ROUTE_NESTED, place, message).hint =
                    Some("list them all in the first rule".to_owned());
            }
            bindings.extend(binding(lowering, rpc, &additional));
        }
    }
    if bindings.is_empty() {
        let (service, method) = (rpc.scope.service.full_name(), rpc.descriptor.name());
        bindings.push(default(service, method, rpc.http_place.clone()));
    }
    for (index, binding) in bindings.iter_mut().enumerate() {
        let (service, method) = (rpc.scope.service.name(), rpc.descriptor.name());
        binding.operation_id = defaults::operation_id(service, method, index);
    }
    conflicts::note_policies(lowering, rpc, &bindings);
    bindings
}

/// `POST /{package}.{Service}/{Method}` with the whole request as body.
pub(super) fn default(service: &str, method: &str, location: Location) -> HttpBinding {
    HttpBinding {
        operation_id: String::new(),
        verb: defaults::VERB.to_owned(),
        template: defaults::route(service, method),
        variables: Vec::new(),
        body: HttpBody::All,
        response_body: None,
        explicit: false,
        fully_decoded: false,
        location,
    }
}

/// One rule; `None` where it says nothing usable.
fn binding(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>, rule: &Setting) -> Option<HttpBinding> {
    let (verb, text) = pattern(lowering, rpc, rule)?;
    let place = lowering.quoted(&rpc.http_place, &text);
    let template = match Template::parse(&text) {
        Ok(template) => template,
        Err(error) => {
            let message = format!("`{text}` is no path template: {error}");
            lowering.report(&codes::ROUTE_INVALID, place, message);
            return None;
        }
    };
    let variables = variables(lowering, rpc, &template, &place)?;
    dots(lowering, &template, &place);
    let body = body(lowering, rpc, rule);
    in_path(lowering, rpc, &body, &variables);
    if verb == "GET" && body != HttpBody::None {
        let message = "a GET has a body, which proxies and browsers drop";
        lowering.report(&codes::BODY_ON_GET, place.clone(), message).hint =
            Some("use `post`, or leave `body` out: the fields then come from the query".to_owned());
    }
    Some(HttpBinding {
        operation_id: String::new(),
        verb,
        template,
        variables,
        body,
        response_body: named_field(lowering, rpc, rule, "response_body", &rpc.output),
        explicit: true,
        fully_decoded: rpc.setting.message("http").bool("fully_decode_reserved_expansion"),
        location: place,
    })
}

/// Says that a template has segments which no request has.
fn dots(lowering: &mut Lowering<'_>, template: &Template, place: &Location) {
    // Before a verb, the last segment is no more than the beginning of one.
    let whole = template.segments.len() - usize::from(template.verb.is_some());
    for segment in template.segments.iter().take(whole) {
        let Segment::Literal(text) = segment else { continue };
        if matches!(text.as_str(), "." | "..") {
            let message = format!(
                "no URL leads to `{}`: clients resolve the segment `{text}` away",
                template.text
            );
            lowering.report(&codes::ROUTE_UNREACHABLE, place.clone(), message).hint =
                Some("leave it out, or give it another name".to_owned());
        }
    }
}

/// Says that a body is a field which the path sets as a whole.
fn in_path(
    lowering: &mut Lowering<'_>,
    rpc: &Rpc<'_>,
    body: &HttpBody,
    variables: &[Vec<FieldRef>],
) {
    let HttpBody::Field(field) = body else { return };
    if variables.iter().any(|path| path.as_slice() == [*field]) {
        let name = lowering.contract.field(*field).name.clone();
        let place = lowering.quoted(&rpc.http_place, &name);
        let message = format!("the body is `{name}`, which the path sets: the path wins");
        lowering.report(&codes::BODY_IN_PATH, place, message).hint =
            Some("take another field as the body, or `*` for all that the path leaves".to_owned());
    }
}

/// The HTTP method and the path of a rule.
fn pattern(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>, rule: &Setting) -> Option<(String, String)> {
    for verb in ["get", "put", "post", "delete", "patch"] {
        if let Some(path) = rule.string(verb) {
            return Some((verb.to_ascii_uppercase(), path));
        }
    }
    let custom = rule.message("custom");
    let kind = custom.string("kind").unwrap_or_default();
    let path = custom.string("path").unwrap_or_default();
    if defaults::is_verb(&kind) {
        return Some((kind.to_ascii_uppercase(), path));
    }
    let message = if custom.is_set() {
        format!("`{kind}` is no HTTP method")
    } else {
        "the HTTP rule has no method".to_owned()
    };
    lowering.report(&codes::ROUTE_VERB, rpc.http_place.clone(), message).hint =
        Some("set one of get, put, post, delete, patch, or custom with a kind".to_owned());
    None
}

/// The fields that each variable leads to; `None` where one leads nowhere.
fn variables(
    lowering: &mut Lowering<'_>,
    rpc: &Rpc<'_>,
    template: &Template,
    place: &Location,
) -> Option<Vec<Vec<FieldRef>>> {
    let mut found = Vec::new();
    let mut valid = true;
    for (index, variable) in template.variables.iter().enumerate() {
        let name = variable.path.join(".");
        if template.variables[..index].iter().any(|other| other.path == variable.path) {
            let message = format!("`{}` names `{name}` twice", template.text);
            let place = lowering.spans.narrow(place, &name);
            lowering.report(&codes::ROUTE_VARIABLE, place, message);
            valid = false;
        }
        match settings::field_path(lowering, &rpc.input, &variable.path) {
            Ok(fields) => found.push(fields),
            Err(why) => {
                let message =
                    format!("the path variable `{name}` is no singular scalar field: {why}");
                let hint = settings::nearest(lowering, &rpc.input, &variable.path);
                let place = lowering.spans.narrow(place, &name);
                lowering.report(&codes::ROUTE_VARIABLE, place, message).hint = hint;
                valid = false;
            }
        }
    }
    valid.then_some(found)
}

fn body(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>, rule: &Setting) -> HttpBody {
    if rule.string("body").as_deref() == Some("*") {
        return HttpBody::All;
    }
    match named_field(lowering, rpc, rule, "body", &rpc.input) {
        Some(field) => HttpBody::Field(field),
        None => HttpBody::None,
    }
}

/// The field of a message that a rule's setting names.
fn named_field(
    lowering: &mut Lowering<'_>,
    rpc: &Rpc<'_>,
    rule: &Setting,
    setting: &str,
    message: &TypeRef,
) -> Option<FieldRef> {
    let name = rule.string(setting).filter(|name| !name.is_empty())?;
    let found = lowering.field_of(message, &name);
    if found.is_none() {
        let holder = lowering.contract.type_name(message);
        let text = format!("`{setting}` names `{name}`, which is no field of `{holder}`");
        let hint = settings::nearest(lowering, message, std::slice::from_ref(&name));
        let place = lowering.quoted(&rpc.http_place, &name);
        lowering.report(&codes::ROUTE_BODY, place, text).hint = hint;
    }
    found
}
