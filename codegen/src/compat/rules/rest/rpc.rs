//! What became of each HTTP binding of an rpc that both sides have.

use crate::compat::finding::{Directions, Finding, Positions};
use crate::compat::options::{Binding, Element, HTTP, at_option, served};
use crate::compat::pair::{Comparison, MethodChange};
use crate::compat::rule::Sink;
use crate::compat::schema::Method;

/// An rpc of both sides with its bindings.
pub(super) struct Rpc<'c, 'a> {
    pub(super) change: MethodChange<'c, 'a>,
    pub(super) cx: &'c Comparison<'c, 'a>,
    pub(super) old: &'c Method<'a>,
    pub(super) new: &'c Method<'a>,
    pub(super) before: Vec<Binding<'a>>,
    pub(super) after: Vec<Binding<'a>>,
}

/// What became of an old binding; the number is that of a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It matches the same requests.
    Kept(usize),
    /// It matches more paths.
    Widened(usize),
    /// Another binding, which has a story of its own, serves its requests.
    Covered,
    /// It matches fewer paths.
    Narrowed(usize),
    /// It has another HTTP method.
    OtherVerb(usize),
    /// It stands somewhere else.
    Moved(usize),
    /// Nothing took its place.
    Gone,
}

impl<'c, 'a> Rpc<'c, 'a> {
    /// The rpc, if both sides have it.
    pub(super) fn of(change: MethodChange<'c, 'a>) -> Option<Self> {
        let (old, new) = change.change.kept()?;
        let service = change.cx.old.service(change.old_service);
        let new_service = change.cx.new.service(change.new_service);
        // Under the old names: where a default route follows a renamed rpc, the
        // new name is the cause and is told as such.
        let name = (&*service.full_name, old.name);
        Some(Self {
            change,
            cx: change.cx,
            old,
            new,
            before: served(change.cx.old, service, old, name),
            after: served(change.cx.new, new_service, new, name),
        })
    }

    /// As [`of`](Self::of), only where a route can have changed.
    pub(super) fn rerouted(change: &MethodChange<'c, 'a>) -> Option<Self> {
        let (old, new) = change.change.kept()?;
        if old.options == new.options { None } else { Self::of(*change) }
    }

    /// Every rpc that both sides have.
    pub(super) fn all(cx: &'c Comparison<'c, 'a>) -> impl Iterator<Item = Self> {
        let services = cx.services.iter().filter_map(|change| change.kept());
        services.flat_map(move |(old_service, new_service)| {
            let methods = cx.methods(cx.old.service(old_service), cx.new.service(new_service));
            let change = move |change| MethodChange { cx, old_service, new_service, change };
            methods.into_iter().filter_map(move |pair| Self::of(change(pair)))
        })
    }

    /// Reports about the rpc's HTTP option.
    pub(super) fn report<'s>(
        &self,
        sink: &'s mut Sink<'_>,
        message: String,
        directions: Directions,
    ) -> &'s mut Finding {
        let finding = self.change.report(sink, message, directions);
        finding.positions = Positions::REQUEST;
        at_option(finding, Element::Method, HTTP);
        finding
    }

    /// What became of the old bindings, in their order.
    pub(super) fn fates(&self) -> Vec<(&Binding<'a>, Fate)> {
        let fates = Matching::new(&self.before, &self.after).fates();
        self.before.iter().zip(fates).collect()
    }

    /// The bindings of both sides that match the same requests, or some of the
    /// same.
    pub(super) fn pairs(&self) -> Vec<(&Binding<'a>, &Binding<'a>)> {
        let pairs = self.fates().into_iter().filter_map(|(old, fate)| match fate {
            Fate::Kept(new) | Fate::Widened(new) | Fate::Narrowed(new) => {
                Some((old, self.after.get(new)?))
            }
            _ => None,
        });
        pairs.collect()
    }
}

/// Finds for each old binding the new one that is nearest to it. A step takes
/// what it finds for all old bindings before the next one looks, so that a
/// near match never takes what is an exact one of another binding.
struct Matching<'b, 'a> {
    old: &'b [Binding<'a>],
    new: &'b [Binding<'a>],
    fates: Vec<Option<Fate>>,
    taken: Vec<bool>,
}

impl<'b, 'a> Matching<'b, 'a> {
    fn new(old: &'b [Binding<'a>], new: &'b [Binding<'a>]) -> Self {
        Self { old, new, fates: vec![None; old.len()], taken: vec![false; new.len()] }
    }

    fn fates(mut self) -> Vec<Fate> {
        self.step(Fate::Kept, |old, new| {
            answers(new, old) && old.template.same_shape(&new.template)
        });
        self.step(Fate::Widened, serves);
        for (fate, old) in self.fates.iter_mut().zip(self.old) {
            if fate.is_none() && self.new.iter().any(|new| serves(old, new)) {
                *fate = Some(Fate::Covered);
            }
        }
        self.step(Fate::Narrowed, |old, new| {
            old.verb == new.verb && old.template.includes(&new.template)
        });
        self.step(Fate::OtherVerb, |old, new| old.template.same_shape(&new.template));
        self.step(Fate::Moved, |old, new| old.verb == new.verb);
        self.step(Fate::Moved, |_, _| true);
        self.fates.into_iter().map(|fate| fate.unwrap_or(Fate::Gone)).collect()
    }

    fn step(&mut self, fate: fn(usize) -> Fate, fits: fn(&Binding<'_>, &Binding<'_>) -> bool) {
        for (index, old) in self.old.iter().enumerate() {
            if self.fates[index].is_some() {
                continue;
            }
            let free = |at: &usize| !self.taken[*at] && fits(old, &self.new[*at]);
            if let Some(found) = (0..self.new.len()).find(free) {
                self.taken[found] = true;
                self.fates[index] = Some(fate(found));
            }
        }
    }
}

/// Whether a binding answers the HTTP methods of another one.
fn answers(binding: &Binding<'_>, other: &Binding<'_>) -> bool {
    binding.verb == other.verb || binding.verb == "*"
}

fn serves(old: &Binding<'_>, new: &Binding<'_>) -> bool {
    answers(new, old) && new.template.includes(&old.template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Template;

    fn binding(text: &str) -> Binding<'_> {
        let (verb, path) = text.split_once(' ').expect("a verb and a path");
        let template = Template::parse(path).expect("a valid template");
        Binding { verb: verb.to_owned(), template, body: "", response_body: "", stated: true }
    }

    fn fates(old: &[&str], new: &[&str]) -> Vec<Fate> {
        let old: Vec<_> = old.iter().map(|text| binding(text)).collect();
        let new: Vec<_> = new.iter().map(|text| binding(text)).collect();
        Matching::new(&old, &new).fates()
    }

    #[test]
    fn the_order_of_bindings_does_not_matter() {
        let old = ["GET /a", "GET /b", "POST /c"];
        let new = ["POST /c", "GET /b", "GET /a"];
        assert_eq!(fates(&old, &new), [Fate::Kept(2), Fate::Kept(1), Fate::Kept(0)]);
    }

    #[test]
    fn an_exact_match_goes_before_a_near_one() {
        let found = fates(&["GET /{x=**}", "GET /a/{x}"], &["GET /a/{x}"]);
        assert_eq!(found, [Fate::Gone, Fate::Kept(0)]);
    }

    #[test]
    fn what_another_binding_serves_is_covered() {
        let found = fates(&["GET /a/{x=**}", "GET /a/b"], &["GET /a/{x=**}"]);
        assert_eq!(found, [Fate::Kept(0), Fate::Covered]);
    }

    #[test]
    fn any_method_answers_each_and_not_the_other_way_round() {
        assert_eq!(fates(&["GET /a"], &["* /a"]), [Fate::Kept(0)]);
        assert_eq!(fates(&["* /a"], &["GET /a"]), [Fate::OtherVerb(0)]);
    }
}
