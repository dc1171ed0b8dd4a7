//! Templates as a trie over segments. A walk visits every route that matches,
//! the most specific shape first: a literal before `*` before `**`, a longer
//! tail after `**` before a shorter one. The order of registration plays no part.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;

use crate::service::Segment;

/// Routes by the shape of their path; a route is a number here.
#[derive(Debug, Default)]
pub(super) struct Trie(Node);

#[derive(Debug, Default)]
struct Node {
    literals: HashMap<&'static str, Node>,
    single: Option<Box<Node>>,
    rest: Vec<Rest>,
    routes: Vec<usize>,
}

/// `**` and the segments after it.
#[derive(Debug)]
struct Rest {
    tail: &'static [Segment],
    routes: Vec<usize>,
}

impl Trie {
    /// Adds a route and returns those that already have this shape.
    pub(super) fn insert(&mut self, segments: &'static [Segment], route: usize) -> &[usize] {
        let routes = self.0.routes_at(segments);
        routes.push(route);
        &routes[..routes.len() - 1]
    }

    /// Shows the routes that match decoded path segments to `visit`, all of
    /// one shape at a time, until it breaks.
    pub(super) fn walk<B>(
        &self,
        path: &[Cow<'_, str>],
        visit: &mut impl FnMut(&[usize]) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        self.0.walk(path, visit)
    }
}

impl Node {
    fn routes_at(&mut self, segments: &'static [Segment]) -> &mut Vec<usize> {
        let Some((first, tail)) = segments.split_first() else { return &mut self.routes };
        match first {
            Segment::Literal(text) => self.literals.entry(text).or_default().routes_at(tail),
            Segment::Single => self.single.get_or_insert_default().routes_at(tail),
            Segment::Rest => self.rest_routes(tail),
        }
    }

    fn rest_routes(&mut self, tail: &'static [Segment]) -> &mut Vec<usize> {
        let place = self.rest.binary_search_by(|own| specificity(own.tail).cmp(&specificity(tail)));
        let index = place.unwrap_or_else(|index| {
            self.rest.insert(index, Rest { tail, routes: Vec::new() });
            index
        });
        &mut self.rest[index].routes
    }

    fn walk<B>(
        &self,
        path: &[Cow<'_, str>],
        visit: &mut impl FnMut(&[usize]) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        match path.split_first() {
            None => visit(&self.routes)?,
            Some((first, tail)) => {
                if let Some(node) = self.literals.get(first.as_ref()) {
                    node.walk(tail, visit)?;
                }
                if let Some(node) = &self.single {
                    node.walk(tail, visit)?;
                }
            }
        }
        for rest in &self.rest {
            if rest.matches(path) {
                visit(&rest.routes)?;
            }
        }
        ControlFlow::Continue(())
    }
}

impl Rest {
    fn matches(&self, path: &[Cow<'_, str>]) -> bool {
        let Some(start) = path.len().checked_sub(self.tail.len()) else { return false };
        self.tail.iter().zip(&path[start..]).all(|(own, segment)| match own {
            Segment::Literal(text) => text == segment,
            Segment::Single => true,
            Segment::Rest => false,
        })
    }
}

/// Sorts longer tails first, and literals before `*`.
fn specificity(tail: &'static [Segment]) -> (std::cmp::Reverse<usize>, Vec<(bool, &'static str)>) {
    let segments = tail.iter().map(|segment| match segment {
        Segment::Literal(text) => (false, *text),
        Segment::Single | Segment::Rest => (true, ""),
    });
    (std::cmp::Reverse(tail.len()), segments.collect())
}
