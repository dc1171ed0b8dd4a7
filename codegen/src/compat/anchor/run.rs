//! Asks every rule about every pair of its sort.

use super::input::Input;
use super::out::{Found, Out};
use super::table::{Look, Rule};

/// What all rules find.
pub(super) fn run(rules: &[&Rule], input: &Input<'_, '_, '_>) -> Vec<Found> {
    let mut all = Findings { input, found: Vec::new() };
    all.ask_input(rules);
    all.ask_files(rules);
    all.ask_types(rules);
    all.ask_fields(rules);
    all.ask_services(rules);
    all.found
}

struct Findings<'r, 'i, 'c, 'a> {
    input: &'r Input<'i, 'c, 'a>,
    found: Vec<Found>,
}

/// The rules that look at one sort, with what they ask.
fn of_sort<'r, T>(
    rules: &[&'r Rule],
    pick: impl Fn(&'r Look) -> Option<T>,
) -> Vec<(&'static str, T)> {
    let picked = rules.iter().filter_map(|rule| Some((rule.id, pick(&rule.look)?)));
    picked.collect()
}

impl<'c, 'a> Findings<'_, '_, 'c, 'a> {
    fn out(&mut self, rule: &'static str) -> Out<'_, 'c, 'a> {
        Out { views: self.input.views, rule, found: &mut self.found }
    }

    fn ask_input(&mut self, rules: &[&Rule]) {
        let input = self.input;
        for rule in rules {
            if let Look::Input(check) = rule.look {
                check(input, &mut self.out(rule.id));
            }
        }
    }

    fn ask_files(&mut self, rules: &[&Rule]) {
        for pair in self.input.views.files() {
            for rule in rules {
                match &rule.look {
                    Look::File(check) => check(pair, &mut self.out(rule.id)),
                    Look::Option(option) => option.check(pair, &mut self.out(rule.id)),
                    _ => {}
                }
            }
        }
    }

    fn ask_types(&mut self, rules: &[&Rule]) {
        let enums = of_sort(rules, |look| match look {
            Look::Enum(check) => Some(*check),
            _ => None,
        });
        for pair in self.input.views.enums() {
            for (rule, check) in &enums {
                check(pair, &mut self.out(rule));
            }
        }
        let messages = of_sort(rules, |look| match look {
            Look::Message(check) => Some(*check),
            _ => None,
        });
        for pair in self.input.views.messages() {
            for (rule, check) in &messages {
                check(pair, &mut self.out(rule));
            }
        }
    }

    fn ask_fields(&mut self, rules: &[&Rule]) {
        let fields = of_sort(rules, |look| match look {
            Look::Field(check) => Some(*check),
            _ => None,
        });
        let views = self.input.views;
        let in_messages = views.messages().into_iter().flat_map(|pair| views.fields(pair));
        for pair in in_messages.chain(views.extensions()) {
            for (rule, check) in &fields {
                check(&pair, &mut self.out(rule));
            }
        }
    }

    fn ask_services(&mut self, rules: &[&Rule]) {
        let views = self.input.views;
        for services in views.services() {
            let methods = views.methods(services);
            for rule in rules {
                match rule.look {
                    Look::Service(check) => check(services, &mut self.out(rule.id)),
                    Look::Method(check) => {
                        for pair in &methods {
                            check(pair, &mut self.out(rule.id));
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}
