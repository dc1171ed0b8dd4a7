//! Rules over encoded files: each becomes an option of what it selects.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{DynamicMessage, ReflectMessage as _, Value};

use super::elements::{Element, visit};
use super::rules::Rule;
use super::{ServiceConfig, schema};
use crate::contract::Location;
use crate::diagnostic::{Diagnostic, codes};

/// What became of the rules.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// Where options stand that rules set, by file and descriptor path.
    pub(crate) places: BTreeMap<(String, Vec<i32>), Location>,
    /// The files that rules changed.
    pub(crate) changed: BTreeSet<String>,
    /// What is wrong with the service config.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl ServiceConfig {
    /// Sets the options of encoded `FileDescriptorProto`s, which are given
    /// with their names. Everything else in them stays as it is.
    pub(crate) fn apply<'f>(
        &self,
        files: impl IntoIterator<Item = (&'f str, &'f mut Vec<u8>)>,
    ) -> Applied {
        let mut applied = Applied { diagnostics: self.diagnostics.clone(), ..Applied::default() };
        let mut seen = Seen { names: BTreeMap::new(), used: vec![false; self.rules.len()] };
        let Some(descriptor) = schema::message("google.protobuf.FileDescriptorProto") else {
            return applied;
        };
        for (name, bytes) in files {
            // What is no descriptor is for whoever reads it to say.
            let Ok(mut file) = DynamicMessage::decode(descriptor.clone(), bytes.as_slice()) else {
                continue;
            };
            let mut changed = false;
            visit(&mut file, &mut |mut element| {
                changed |= self.set(name, &mut element, &mut seen, &mut applied);
            });
            if changed {
                *bytes = prost::Message::encode_to_vec(&file);
                applied.changed.insert(name.to_owned());
            }
        }
        let idle = self.rules.iter().zip(&seen.used).filter(|(_, used)| !**used);
        applied.diagnostics.extend(idle.filter_map(|(rule, _)| self.unused(rule, &seen)));
        applied
    }

    /// Sets the options of one element, and says whether there were any.
    fn set(
        &self,
        file: &str,
        element: &mut Element<'_>,
        seen: &mut Seen,
        applied: &mut Applied,
    ) -> bool {
        let kind = element.options_type();
        let mut changed = false;
        for (index, rule) in self.rules.iter().enumerate() {
            let fits = rule.option.containing_message().full_name() == kind;
            if !fits || !rule.selector.matches(element.full_name) {
                continue;
            }
            if let Value::Message(options) = element.message.get_field_mut(element.options) {
                set_option(options, rule);
            }
            let number = rule.option.number().cast_signed();
            let path = [element.options_path, &[number]].concat();
            applied.places.insert((file.to_owned(), path), rule.place.clone());
            (seen.used[index], changed) = (true, true);
        }
        seen.names.insert(element.full_name.to_owned(), kind);
        changed
    }

    /// What is said of a rule that selects nothing.
    fn unused(&self, rule: &Rule, seen: &Seen) -> Option<Diagnostic> {
        let place = rule.selector_place.clone()?;
        let shown = &rule.shown;
        let absent = |api: &&String| {
            shown.strip_prefix(api.as_str()).is_some_and(|rest| rest.starts_with('.'))
                && !seen.names.contains_key(*api)
        };
        if let Some(api) = self.apis.iter().find(absent) {
            let message = format!("`{api}` is not among the inputs: the rule sets nothing");
            return Some(Diagnostic::new(&codes::CONFIG_ELSEWHERE, message).at(place));
        }
        let kind = rule.option.containing_message().full_name().to_owned();
        let message = if rule.selector.is_wildcard() {
            format!("`{shown}` selects no {}", word(&kind))
        } else if let Some(other) = seen.names.get(shown) {
            format!("`{shown}` is {}, not {}", article(&word(other)), article(&word(&kind)))
        } else {
            format!("no {} is called `{shown}`", word(&kind))
        };
        let found = Diagnostic::new(&codes::CONFIG_SELECTOR, message).at(place);
        Some(match seen.nearest(shown, &kind) {
            Some(name) => found.hint(format!("did you mean `{name}`?")),
            None => found,
        })
    }
}

/// What the files hold, and which rules were used.
struct Seen {
    /// The type of the options of every element, by full name.
    names: BTreeMap<String, String>,
    used: Vec<bool>,
}

impl Seen {
    fn nearest(&self, wanted: &str, kind: &str) -> Option<&str> {
        let names = self.names.iter().filter(|(_, own)| *own == kind).map(|(name, _)| name);
        let likeness = names.map(|name| (strsim::jaro_winkler(name, wanted), name));
        let nearest = likeness.filter(|(likeness, _)| *likeness > 0.8);
        nearest.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name.as_str())
    }
}

fn set_option(options: &mut DynamicMessage, rule: &Rule) {
    match options.get_extension_mut(&rule.option) {
        Value::Message(own) if !rule.replaces => merge(own, &rule.value),
        value => *value = Value::Message(rule.value.clone()),
    }
}

/// What is set in `from` wins, setting by setting; lists are replaced.
fn merge(own: &mut DynamicMessage, from: &DynamicMessage) {
    for (field, value) in from.fields() {
        match (own.get_field_mut(&field), value) {
            (Value::Message(own), Value::Message(from)) if !is_whole(from) => merge(own, from),
            (own, value) => *own = value.clone(),
        }
    }
}

/// Whether a message is one value, such as a duration.
fn is_whole(message: &DynamicMessage) -> bool {
    message.descriptor().package_name() == "google.protobuf"
}

fn word(options: &str) -> String {
    match options.strip_prefix("google.protobuf.").unwrap_or(options) {
        "MethodOptions" => "rpc".to_owned(),
        name => name.trim_end_matches("Options").to_lowercase(),
    }
}

fn article(word: &str) -> String {
    let article = if word == "rpc" || word.starts_with(['e', 'o']) { "an" } else { "a" };
    format!("{article} {word}")
}
