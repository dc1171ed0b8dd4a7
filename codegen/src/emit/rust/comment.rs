//! Contract comments as Markdown that rustdoc, doctests and clippy accept.
//!
//! Comments of third parties are prose with habits: indented examples would be
//! compiled as doctests, `[x]` taken for a link to an item, `<x>` for HTML. The
//! text is kept; what would be misread is fenced, quoted or escaped.

use super::inline;

/// The comment as Markdown, without blank lines at its ends.
pub(super) fn markdown(comment: &str) -> String {
    let mut page = Page::default();
    for line in dedent(comment) {
        page.line(&line);
    }
    page.finish()
}

/// The lines without trailing space, tabs and the indent that all share.
fn dedent(comment: &str) -> Vec<String> {
    let lines: Vec<String> =
        comment.lines().map(|line| line.trim_end().replace('\t', "    ")).collect();
    let filled = lines.iter().filter(|line| !line.is_empty());
    let shared = filled.map(|line| indent(line)).min().unwrap_or(0);
    lines.iter().map(|line| line.get(shared..).unwrap_or_default().to_owned()).collect()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// A list item that is open: the indent of its text in the comment and here.
#[derive(Clone, Copy)]
struct Open {
    marker: usize,
    text: usize,
    width: usize,
}

#[derive(Default)]
struct Page {
    out: Vec<String>,
    items: Vec<Open>,
    /// The fence of the comment's own that is open.
    fence: Option<&'static str>,
    /// Whether an indented example is open.
    example: bool,
    /// Whether the last line was blank or there was none.
    fresh: bool,
    started: bool,
}

impl Page {
    fn line(&mut self, line: &str) {
        let text = line.trim_start();
        if let Some(fence) = self.fence {
            return self.fenced(fence, line, text);
        }
        if text.is_empty() {
            return self.blank();
        }
        let fresh = self.fresh || !self.started;
        self.started = true;
        self.fresh = false;
        if let Some(fence) = ["```", "~~~"].into_iter().find(|fence| text.starts_with(fence)) {
            self.open_fence();
            self.fence = Some(fence);
            return;
        }
        let depth = indent(line);
        let inside = self.items.iter().rev().find(|item| depth >= item.text).copied();
        let base = inside.map_or(0, |item| item.text);
        if self.example || (fresh && depth >= base + 4) {
            if depth >= base + 4 {
                return self.example(line, base);
            }
            self.close_example();
        }
        match marker(text) {
            Some(width) if fresh || !self.items.is_empty() || interrupts(text) => {
                self.item(depth, width, text);
            }
            _ => self.prose(depth, fresh, text),
        }
    }

    fn blank(&mut self) {
        self.fresh = true;
        if self.started {
            self.out.push(String::new());
        }
    }

    fn fenced(&mut self, fence: &str, line: &str, text: &str) {
        if text.starts_with(fence) {
            self.out.push("```".to_owned());
            self.fence = None;
        } else {
            self.out.push(line.replace("```", "'''"));
        }
    }

    fn open_fence(&mut self) {
        self.close_example();
        self.items.clear();
        self.out.push("```text".to_owned());
    }

    fn example(&mut self, line: &str, base: usize) {
        if !self.example {
            self.open_fence();
            self.example = true;
        }
        let line = line.get(base + 4..).unwrap_or_default();
        self.out.push(line.replace("```", "'''"));
    }

    fn close_example(&mut self) {
        if !std::mem::take(&mut self.example) {
            return;
        }
        let blank = self.out.iter().rev().take_while(|line| line.is_empty()).count();
        self.out.truncate(self.out.len() - blank);
        self.out.push("```".to_owned());
        self.out.push(String::new());
    }

    fn item(&mut self, depth: usize, width: usize, text: &str) {
        while self.items.last().is_some_and(|item| depth < item.text && depth <= item.marker + 1) {
            self.items.pop();
        }
        let before = self.items.last().map_or(0, |item| item.width);
        let (mark, rest) = text.split_at(width);
        let rest = rest.trim_start();
        let mark = mark.trim_end();
        let here = before + mark.len() + 1;
        let source = depth + text.len() - rest.len();
        self.items.push(Open { marker: depth, text: source, width: here });
        self.out.push(format!("{}{mark} {}", " ".repeat(before), inline::escape(rest)));
    }

    fn prose(&mut self, depth: usize, fresh: bool, text: &str) {
        if fresh {
            while self.items.last().is_some_and(|item| depth <= item.marker) {
                self.items.pop();
            }
        }
        let width = self.items.last().map_or(0, |item| item.width);
        self.out.push(format!("{}{}", " ".repeat(width), inline::escape(text)));
    }

    fn finish(mut self) -> String {
        if self.fence.is_some() {
            self.out.push("```".to_owned());
        }
        self.close_example();
        while self.out.last().is_some_and(String::is_empty) {
            self.out.pop();
        }
        self.out.join("\n")
    }
}

/// The width of a list marker at the start, with the space after it.
fn marker(text: &str) -> Option<usize> {
    let bullet = ["- ", "* ", "+ "].iter().any(|mark| text.starts_with(mark));
    if bullet {
        return Some(2);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let after = text.get(digits..)?;
    let ordered = after.starts_with(". ") || after.starts_with(") ");
    (ordered && (1..=9).contains(&digits)).then_some(digits + 2)
}

/// Whether a list marker begins a list in the middle of a paragraph.
fn interrupts(text: &str) -> bool {
    !text.starts_with(|first: char| first.is_ascii_digit()) || text.starts_with("1. ")
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn an_indented_example_is_fenced() {
        let text = markdown(" Sends it. For example:\n\n     let x = 1;\n     y\n\n Done.");
        assert_eq!(text, "Sends it. For example:\n\n```text\nlet x = 1;\ny\n```\n\nDone.");
    }

    #[test]
    fn a_fence_of_the_comment_is_no_doctest() {
        assert_eq!(markdown("a\n```\nfn\n```\nb"), "a\n```text\nfn\n```\nb");
        assert_eq!(markdown("~~~rust\nfn"), "```text\nfn\n```");
    }

    #[test]
    fn text_after_an_item_is_indented_below_it() {
        assert_eq!(markdown("- one\ntwo\n* three\n  four"), "- one\n  two\n* three\n  four");
        assert_eq!(markdown("1. one\n     two"), "1. one\n   two");
    }

    #[test]
    fn nested_items_are_indented_by_their_parent() {
        assert_eq!(markdown("* a\n    * b\n      c\n* d"), "* a\n  * b\n    c\n* d");
    }

    #[test]
    fn a_number_that_ends_a_sentence_is_no_list() {
        assert_eq!(
            markdown("It was made in\n1999. Since then"),
            "It was made in\n1999. Since then"
        );
    }
}
