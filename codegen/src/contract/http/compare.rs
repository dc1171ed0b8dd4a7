//! Templates as sets of paths: whether two of them meet, whether one holds the
//! other, and which of two wins where they meet.

use std::cmp::Ordering;

use super::Segment::{self, Literal, Rest, Single};
use super::Template;

/// Whether some path matches both lists of segments. A list holds at most one
/// `**`, so that the recursion into it cannot branch more than twice in depth.
pub(super) fn overlap(a: &[Segment], b: &[Segment]) -> bool {
    match (a, b) {
        ([], []) => true,
        ([Rest, tail @ ..], _) => (0..=b.len()).any(|skip| overlap(tail, &b[skip..])),
        (_, [Rest, ..]) => overlap(b, a),
        ([Literal(x), ..], [Literal(y), ..]) if x != y => false,
        ([_, a @ ..], [_, b @ ..]) => overlap(a, b),
        _ => false,
    }
}

/// The paths of a template: those that begin and end so. Where there is a
/// `**`, `tail` is what follows it, and anything may stand between.
struct Paths<'t> {
    head: &'t [Segment],
    tail: Option<&'t [Segment]>,
    /// The fewest segments that a path has.
    shortest: usize,
}

impl<'t> Paths<'t> {
    fn of(template: &'t Template) -> Self {
        let segments = template.segments.as_slice();
        let Some(rest) = segments.iter().position(|segment| *segment == Rest) else {
            return Self { head: segments, tail: None, shortest: segments.len() };
        };
        // A variable is never empty, so that `{x=**}` is one segment or more.
        let filled = template.variables.iter().any(|v| v.start == rest && v.len == 1);
        Self {
            head: &segments[..rest],
            tail: Some(&segments[rest + 1..]),
            shortest: segments.len() - usize::from(!filled),
        }
    }

    /// What stands at a place counted from the start; `None` for anything.
    fn nth(&self, index: usize) -> Option<&'t Segment> {
        self.head.get(index)
    }

    /// What stands at a place counted from the end, from 0.
    fn nth_back(&self, index: usize) -> Option<&'t Segment> {
        self.tail.unwrap_or(self.head).iter().rev().nth(index)
    }
}

/// Whether every path of `inner` is one of `outer`.
pub(super) fn includes(outer: &Template, inner: &Template) -> bool {
    let (outer, inner) = (Paths::of(outer), Paths::of(inner));
    let Some(tail) = outer.tail else {
        return inner.tail.is_none()
            && outer.head.len() == inner.head.len()
            && outer.head.iter().zip(inner.head).all(|(own, other)| covers(own, Some(other)));
    };
    let head = outer.head.iter().enumerate();
    inner.shortest >= outer.shortest
        && head.into_iter().all(|(at, own)| covers(own, inner.nth(at)))
        && tail.iter().rev().enumerate().all(|(at, own)| covers(own, inner.nth_back(at)))
}

/// Whether a segment matches everything that another one does; `None` is one
/// that may be anything.
fn covers(own: &Segment, other: Option<&Segment>) -> bool {
    match own {
        Single | Rest => true,
        Literal(_) => other == Some(own),
    }
}

pub(super) fn precedence(a: &[Segment], b: &[Segment]) -> Ordering {
    match (a, b) {
        ([Rest, a @ ..], [Rest, b @ ..]) => {
            b.len().cmp(&a.len()).then_with(|| ranks(a).cmp(ranks(b)))
        }
        ([x, a @ ..], [y, b @ ..]) => rank(x).cmp(&rank(y)).then_with(|| precedence(a, b)),
        ([], [Rest, ..]) => Ordering::Less,
        ([Rest, ..], []) => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

fn ranks(segments: &[Segment]) -> impl Iterator<Item = u8> {
    segments.iter().map(rank)
}

fn rank(segment: &Segment) -> u8 {
    match segment {
        Literal(_) => 0,
        Single => 1,
        Rest => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        Template::parse(text).expect("a valid template")
    }

    #[test]
    fn overlaps_are_found_through_wildcards() {
        let cases = [
            ("/tasks/{id}", "/{tenant}/tasks", true),
            ("/tasks/{id}", "/{tenant}/other/x", false),
            ("/{x=**}", "/a/b/c", true),
            ("/{x=a/**}/z", "/a/b/{y}", true),
            ("/{x=a/**}/z", "/a/b/y", false),
            ("/{x=**}/z", "/a/{x=**}", true),
            ("/a:run", "/a", false),
        ];
        for (a, b, expected) in cases {
            assert_eq!(template(a).overlaps(&template(b)), expected, "{a} {b}");
            assert_eq!(template(b).overlaps(&template(a)), expected, "{b} {a}");
        }
    }

    #[test]
    fn inclusion_is_that_of_the_sets_of_paths() {
        let cases = [
            ("/a/{x}", "/a/b", true),
            ("/a/b", "/a/{x}", false),
            ("/a/{x}", "/a/{x}/c", false),
            ("/{x=**}", "/a/{y}/c", true),
            ("/{x=**}", "/{y=a/**}", true),
            ("/{x=a/**}", "/{x=**}", false),
            ("/{x=a/**}", "/{x=a/*}", true),
            ("/{x=a/*}", "/{x=a/**}", false),
            ("/{x=**}/z", "/a/z", true),
            ("/{x=**}/z", "/a/{y}", false),
            ("/{x=**}/z", "/a/{y=**}/z", true),
            ("/{x=**}/{y}", "/{x=**}/z", true),
            ("/{x=**}/{y}/z", "/{x=**}/z", false),
            ("/a/{x=**}", "/a", false),
            ("/{x=a/**}", "/a", true),
            ("/a/{x=**}", "/{x=a/**}", false),
            ("/{a}/{x=**}", "/b/{x=**}", true),
            ("/a:run", "/a", false),
        ];
        for (outer, inner, expected) in cases {
            assert_eq!(template(outer).includes(&template(inner)), expected, "{outer} {inner}");
        }
    }

    /// Paths of up to four segments over a small alphabet stand for all paths.
    #[test]
    fn inclusion_agrees_with_matching() {
        let texts = [
            "/a",
            "/a/b",
            "/{x}",
            "/a/{x}",
            "/{x}/b",
            "/{x=**}",
            "/a/{x=**}",
            "/{x=**}/b",
            "/{x=a/**}",
            "/{x=a/**/b}",
            "/{x=**/a}/b",
            "/{x=*/*}",
            "/{x=*/**}",
            "/{x=**}/{y}",
        ];
        let mut paths: Vec<Vec<&str>> = vec![Vec::new()];
        for length in 0..4 {
            let longer = paths.iter().filter(|path| path.len() == length);
            let longer: Vec<_> = longer
                .flat_map(|path| ["a", "b", "c"].map(|end| [path.as_slice(), &[end]].concat()))
                .collect();
            paths.extend(longer);
        }
        let literal = |path: &[&str]| template(&format!("/{}", path.join("/")));
        let paths: Vec<_> = paths[1..].iter().map(|path| literal(path)).collect();
        for outer in texts.map(template) {
            for inner in texts.map(template) {
                let all = paths.iter().filter(|path| inner.includes(path));
                let expected = all.into_iter().all(|path| outer.includes(path));
                assert_eq!(outer.includes(&inner), expected, "{} {}", outer.text, inner.text);
            }
        }
    }

    #[test]
    fn the_more_specific_template_is_tried_first() {
        let ordered =
            ["/a/b", "/a/{x}", "/a/{x=**}/b/c", "/a/{x=**}/b", "/a/{x=**}/{y}", "/a/**", "/{x=**}"];
        for (index, first) in ordered.iter().enumerate() {
            for second in &ordered[index + 1..] {
                let order = template(first).precedence(&template(second));
                assert_eq!(order, Ordering::Less, "{first} {second}");
            }
        }
    }
}
