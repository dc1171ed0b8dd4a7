//! One line of a contract comment, with what Markdown would misread escaped.

/// The line, outside of code spans: links to elements become code, addresses
/// become links, brackets and angle brackets stay what they are.
pub(super) fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    if rest.starts_with('>') {
        out.push('\\');
    }
    while let Some(first) = rest.chars().next() {
        let used = match first {
            '`' => code(rest, &mut out),
            '[' => link(rest, &mut out),
            'h' => address(rest, &mut out),
            '<' => angle(rest, &mut out),
            ']' => escaped(first, &mut out),
            _ => plain(first, &mut out),
        };
        rest = rest.get(used..).unwrap_or_default();
    }
    out
}

fn plain(character: char, out: &mut String) -> usize {
    out.push(character);
    character.len_utf8()
}

fn escaped(character: char, out: &mut String) -> usize {
    out.push('\\');
    plain(character, out)
}

/// A code span that ends on the line is kept; a lone backtick is a character.
fn code(rest: &str, out: &mut String) -> usize {
    let ticks = rest.bytes().take_while(|byte| *byte == b'`').count();
    let (mark, after) = rest.split_at(ticks);
    if let Some(end) = after.find(mark) {
        let whole = &rest[..ticks + end + ticks];
        out.push_str(whole);
        whole.len()
    } else {
        out.push_str(&"\\`".repeat(ticks));
        ticks
    }
}

/// `[text](https://…)` is kept, `[text][element]` becomes code.
fn link(rest: &str, out: &mut String) -> usize {
    let Some(end) = rest.find(']') else { return escaped('[', out) };
    let (text, after) = (&rest[1..end], &rest[end + 1..]);
    let plain = !text.is_empty() && !text.contains(['[', '`', '<']);
    let target = |open: char, close: char| {
        let inner = after.strip_prefix(open)?;
        inner.find(close).map(|end| &inner[..end])
    };
    if let Some(url) = target('(', ')')
        && plain
        && url.starts_with("http")
        && !url.contains([' ', '<'])
    {
        out.push_str(&rest[..end + 1 + url.len() + 2]);
        return end + 1 + url.len() + 2;
    }
    if let Some(element) = target('[', ']')
        && plain
    {
        out.push('`');
        out.push_str(text);
        out.push('`');
        return end + 1 + element.len() + 2;
    }
    escaped('[', out)
}

/// A bare address becomes an automatic link.
fn address(rest: &str, out: &mut String) -> usize {
    if !(rest.starts_with("http://") || rest.starts_with("https://")) {
        return plain('h', out);
    }
    let end = rest.find(|c: char| c.is_whitespace() || "<>()[]`\"'".contains(c));
    let url =
        rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ';', ':', '!', '?', '*']);
    if url.ends_with('/') && url.ends_with("://") {
        out.push_str(&url.replace(':', "\\:"));
    } else {
        out.push('<');
        out.push_str(url);
        out.push('>');
    }
    url.len()
}

/// `<https://…>` is kept; anything else is no HTML.
fn angle(rest: &str, out: &mut String) -> usize {
    let link = rest.find('>').map(|end| &rest[..=end]);
    match link.filter(|link| link.starts_with("<http") && !link.contains(' ')) {
        Some(link) => {
            out.push_str(link);
            link.len()
        }
        None => escaped('<', out),
    }
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn brackets_are_no_links_to_items() {
        assert_eq!(escape("see [Foo] and a[0]"), r"see \[Foo\] and a\[0\]");
        assert_eq!(escape("see [Book][lib.v1.Book]."), "see `Book`.");
        assert_eq!(escape("[docs](https://a.b/c)"), "[docs](https://a.b/c)");
    }

    #[test]
    fn addresses_become_links() {
        assert_eq!(escape("see https://a.b/c."), "see <https://a.b/c>.");
        assert_eq!(escape("<https://a.b>"), "<https://a.b>");
    }

    #[test]
    fn angle_brackets_are_no_html() {
        assert_eq!(escape("Map<String, T>"), r"Map\<String, T>");
    }

    #[test]
    fn code_spans_stay_as_they_are() {
        assert_eq!(escape("`a[0]<b>` and a ` tick"), r"`a[0]<b>` and a \` tick");
    }
}
