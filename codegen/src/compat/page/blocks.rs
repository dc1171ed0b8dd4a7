//! The little Markdown that pages use: headings, fenced code, and text between
//! blank lines.

use super::PageError;

/// A piece of a page.
pub(super) enum Block<'p> {
    /// `# text` or `## text`.
    Heading { level: usize, text: &'p str, line: usize },
    /// A fenced block; `line` is that of the opening fence.
    Code { language: &'p str, text: String, line: usize },
    /// A paragraph on one line, or a list with an item on each.
    Text(String),
}

const FENCE: &str = "```";

/// The pieces of a page, in order.
pub(super) fn blocks(text: &str) -> Result<Vec<Block<'_>>, PageError> {
    let mut found = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let heading = heading(line);
        let fence = line.strip_prefix(FENCE);
        if line.trim().is_empty() || heading.is_some() || fence.is_some() {
            flush(&mut paragraph, &mut found);
        } else {
            paragraph.push(line);
        }
        if let Some((level, text)) = heading {
            found.push(Block::Heading { level, text, line: number });
        }
        if let Some(language) = fence {
            let text = code(&mut lines)
                .ok_or_else(|| PageError::new(number, "the block that opens here never closes"))?;
            found.push(Block::Code { language: language.trim(), text, line: number });
        }
    }
    flush(&mut paragraph, &mut found);
    Ok(found)
}

fn flush<'p>(paragraph: &mut Vec<&'p str>, found: &mut Vec<Block<'p>>) {
    if !paragraph.is_empty() {
        found.push(Block::Text(joined(paragraph)));
        paragraph.clear();
    }
}

/// Undoes the wrapping of a paragraph or of the items of a list.
fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        if !text.is_empty() {
            text.push(if is_item(line) { '\n' } else { ' ' });
        }
        text.push_str(line.trim());
    }
    text
}

/// Whether a line begins an item: `- …` or `1. …`.
fn is_item(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ") || digits.len() < line.len() && digits.starts_with(". ")
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|&byte| byte == b'#').count();
    let text = line[level..].strip_prefix(' ')?;
    (level > 0).then_some((level, text.trim()))
}

/// The lines up to the closing fence; `None` where there is none.
fn code<'p>(lines: &mut impl Iterator<Item = (&'p str, usize)>) -> Option<String> {
    let mut text = String::new();
    loop {
        let (line, _) = lines.next()?;
        if line.trim_end() == FENCE {
            return Some(text);
        }
        text.push_str(line);
        text.push('\n');
    }
}
