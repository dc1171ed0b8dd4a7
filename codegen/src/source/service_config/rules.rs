//! The sections of a service config that mean something here, as rules.

use prost_reflect::{DynamicMessage, ExtensionDescriptor, Value};

use super::selector::Selector;
use super::value::{Reader, text};
use super::{ServiceConfig, schema};
use crate::contract::Location;
use crate::diagnostic::codes;
use crate::yaml::{Data, Tree};

/// Sets an option of the elements that a selector names.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) selector: Selector,
    /// As it is written.
    pub(super) shown: String,
    /// Where the selector stands; `None` where a setting is about everything.
    pub(super) selector_place: Option<Location>,
    /// Where the rule stands.
    pub(super) place: Location,
    pub(super) option: ExtensionDescriptor,
    pub(super) value: DynamicMessage,
    /// Whether the option is what the rule says and nothing else; others add
    /// to what is set.
    pub(super) replaces: bool,
}

/// The keys of `google.api.Service` that say nothing to us, and those it had.
const OTHERS: [&str; 31] = [
    "analytics",
    "authentication",
    "backend",
    "billing",
    "config_version",
    "context",
    "control",
    "custom_error",
    "documentation",
    "endpoints",
    "enums",
    "experimental",
    "features",
    "id",
    "legacy",
    "logging",
    "logs",
    "metrics",
    "monitored_resources",
    "monitoring",
    "name",
    "producer_project_id",
    "publishing",
    "quota",
    "source_info",
    "system_parameters",
    "system_types",
    "title",
    "types",
    "usage",
    "visibility",
];

/// Reads the whole file.
pub(super) fn read(tree: &Tree, config: &mut ServiceConfig) {
    let mut rules = Vec::new();
    let mut apis = Vec::new();
    let mut reader = Reader { places: &config.places, diagnostics: &mut config.diagnostics };
    for (key, value) in reader.entries(tree) {
        match text(key).unwrap_or_default() {
            "http" => http(&mut reader, value, &mut rules),
            "agentgen" => own(&mut reader, value, &mut rules),
            "apis" => apis.extend(api_names(&mut reader, value)),
            "type" if text(value) == Some("google.api.Service") => {}
            "type" => reader.report(
                &codes::CONFIG_VALUE,
                value,
                "a service config is of the type `google.api.Service`",
            ),
            name if OTHERS.contains(&name) => {}
            _ => {
                let known = ["http", "agentgen", "apis", "type"].into_iter().chain(OTHERS);
                reader.unknown_key(key, &known.map(str::to_owned).collect::<Vec<_>>());
            }
        }
    }
    config.rules = rules;
    config.apis = apis;
}

fn api_names(reader: &mut Reader<'_>, tree: &Tree) -> Vec<String> {
    let mut names = Vec::new();
    for api in reader.items(tree) {
        let entries = reader.entries(api);
        let name = entries.into_iter().find(|(key, _)| text(key) == Some("name"));
        names.extend(name.and_then(|(_, value)| text(value)).map(str::to_owned));
    }
    names
}

/// The section `http`: `google.api.Http`.
fn http(reader: &mut Reader<'_>, tree: &Tree, rules: &mut Vec<Rule>) {
    let mut written = Vec::new();
    for (key, value) in reader.entries(tree) {
        match text(key).unwrap_or_default() {
            "rules" => {
                for item in reader.items(value) {
                    rules.extend(http_rule(reader, item));
                }
            }
            "fully_decode_reserved_expansion" | "fullyDecodeReservedExpansion" => {
                if reader.again(&mut written, "fully_decode", key) {
                    continue;
                }
                rules.extend(fully_decode(reader, value));
            }
            _ => {
                let known = ["rules", "fully_decode_reserved_expansion"].map(str::to_owned);
                reader.unknown_key(key, &known);
            }
        }
    }
}

fn http_rule(reader: &mut Reader<'_>, tree: &Tree) -> Option<Rule> {
    let mut value = reader.message(tree, &schema::message("google.api.HttpRule")?);
    value.clear_field_by_name("selector");
    let rule = rule(reader, tree, schema::http()?, value, true)?;
    if rule.selector.is_wildcard() {
        let message = "a route leads to one rpc, and `*` may name several";
        let place = rule.selector_place.unwrap_or(rule.place);
        let found = crate::Diagnostic::new(&codes::CONFIG_SELECTOR, message).at(place);
        reader.diagnostics.push(found.hint("write a rule for each rpc"));
        return None;
    }
    Some(rule)
}

/// A setting for all routes, which is one of every rpc here.
fn fully_decode(reader: &mut Reader<'_>, tree: &Tree) -> Option<Rule> {
    let wanted = reader.switch(tree)?;
    let mut http = DynamicMessage::new(schema::message("agentgen.v1.Http")?);
    http.set_field_by_name("fully_decode_reserved_expansion", Value::Bool(wanted));
    let mut value = DynamicMessage::new(schema::message("agentgen.v1.MethodOptions")?);
    value.set_field_by_name("http", Value::Message(http));
    Some(Rule {
        selector: Selector::Below(String::new()),
        shown: "*".to_owned(),
        selector_place: None,
        place: reader.places.of(tree),
        option: schema::own("method")?,
        value,
        replaces: false,
    })
}

/// The section `agentgen`: rules that set the options of `agentgen.v1`, each
/// under its name.
fn own(reader: &mut Reader<'_>, tree: &Tree, rules: &mut Vec<Rule>) {
    for (key, value) in reader.entries(tree) {
        if text(key) == Some("rules") {
            for item in reader.items(value) {
                own_rule(reader, item, rules);
            }
        } else {
            reader.unknown_key(key, &["rules".to_owned()]);
        }
    }
}

fn own_rule(reader: &mut Reader<'_>, tree: &Tree, rules: &mut Vec<Rule>) {
    for (key, value) in reader.entries(tree) {
        let name = text(key).unwrap_or_default();
        if name == "selector" {
            continue;
        }
        let option = schema::own(name);
        let kind = option.as_ref().map(ExtensionDescriptor::kind);
        let (Some(option), Some(message)) =
            (option, kind.and_then(|kind| kind.as_message().cloned()))
        else {
            let known = [vec!["selector".to_owned()], schema::own_names()].concat();
            reader.unknown_key(key, &known);
            continue;
        };
        let value = reader.message(value, &message);
        rules.extend(rule(reader, tree, option, value, false));
    }
}

/// A rule with the selector of its mapping.
fn rule(
    reader: &mut Reader<'_>,
    tree: &Tree,
    option: ExtensionDescriptor,
    value: DynamicMessage,
    replaces: bool,
) -> Option<Rule> {
    let Data::Mapping(entries) = &tree.data else { return None };
    let found = entries.iter().find(|(key, _)| text(key) == Some("selector"));
    let Some((_, selector)) = found else {
        reader.report(&codes::CONFIG_SELECTOR, tree, "the rule has no selector");
        return None;
    };
    let shown = text(selector).unwrap_or_default();
    let place = reader.places.of(tree);
    match Selector::parse(shown) {
        Ok(parsed) => Some(Rule {
            selector: parsed,
            shown: shown.to_owned(),
            selector_place: Some(reader.places.of(selector)),
            place,
            option,
            value,
            replaces,
        }),
        Err(why) => {
            let what = format!("`{shown}` is no selector: {why}");
            reader.report(&codes::CONFIG_SELECTOR, selector, what);
            None
        }
    }
}
