//! A rule's Markdown page, read: what `explain` shows, what renderers take the
//! safe way from, and the cases that tests run. One text serves all three, so
//! that none of them can say what another does not.

mod blocks;

use blocks::{Block, blocks};

/// A page, borrowing from its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'p> {
    /// The heading, which is the rule's name.
    pub title: &'p str,
    /// What the rule fires on.
    pub summary: String,
    /// What breaks, and for whom.
    pub why: String,
    /// What to do instead.
    pub safe_way: String,
    /// The cases, in the order they stand.
    pub cases: Vec<Case<'p>>,
}

/// Two versions of a contract and what the rule says about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case<'p> {
    /// The heading of its section, such as `Fires: on a oneof`.
    pub heading: &'p str,
    /// The line of the heading, from 1.
    pub line: usize,
    /// Whether the rule fires; else it is a near miss.
    pub fires: bool,
    /// The old version.
    pub old: String,
    /// The new version.
    pub new: String,
    /// The findings, a line each: `LEVEL ELEMENT: MESSAGE`. Empty for a near
    /// miss.
    pub findings: String,
}

/// Why a page cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct PageError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what should stand there.
    pub message: String,
}

impl PageError {
    fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

impl<'p> Page<'p> {
    /// Reads a page.
    pub fn parse(text: &'p str) -> Result<Self, PageError> {
        let mut page = Page {
            title: "",
            summary: String::new(),
            why: String::new(),
            safe_way: String::new(),
            cases: Vec::new(),
        };
        for section in sections(blocks(text)?)? {
            page.take(section)?;
        }
        page.complete(text.lines().count())
    }

    fn take(&mut self, section: Section<'p>) -> Result<(), PageError> {
        let Section { heading, line, level, blocks } = section;
        match (level, heading) {
            (1, title) => {
                if !self.title.is_empty() {
                    return Err(PageError::new(line, "a page has one title"));
                }
                self.title = title;
                self.summary = prose(&blocks);
            }
            (_, "Why") => self.why = prose(&blocks),
            (_, "Safe way") => self.safe_way = prose(&blocks),
            (_, heading) => {
                let fires = case_kind(heading).ok_or_else(|| unknown(line, heading))?;
                self.cases.push(case(heading, line, fires, blocks)?);
            }
        }
        Ok(())
    }

    fn complete(self, lines: usize) -> Result<Self, PageError> {
        let missing = [
            (self.title.is_empty(), "a title, `# rule-name`"),
            (self.summary.is_empty(), "a summary under the title"),
            (self.why.is_empty(), "a section `## Why`"),
            (self.safe_way.is_empty(), "a section `## Safe way`"),
            (!self.cases.iter().any(|case| case.fires), "a section `## Fires`"),
            (self.cases.iter().all(|case| case.fires), "a section `## Stays silent`"),
        ];
        match missing.iter().find(|(missing, _)| *missing) {
            Some((_, what)) => {
                Err(PageError::new(lines, format!("the page has no {}", &what[2..])))
            }
            None => Ok(self),
        }
    }
}

/// A heading and what stands under it.
struct Section<'p> {
    heading: &'p str,
    line: usize,
    level: usize,
    blocks: Vec<Block<'p>>,
}

fn sections(blocks: Vec<Block<'_>>) -> Result<Vec<Section<'_>>, PageError> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for block in blocks {
        match (block, sections.last_mut()) {
            (Block::Heading { level, text, line }, _) => {
                sections.push(Section { heading: text, line, level, blocks: Vec::new() });
            }
            (block, Some(section)) => section.blocks.push(block),
            (_, None) => {
                return Err(PageError::new(1, "a page begins with its title, `# rule-name`"));
            }
        }
    }
    Ok(sections)
}

fn prose(blocks: &[Block<'_>]) -> String {
    let parts = blocks.iter().map(|block| match block {
        Block::Text(text) => text.clone(),
        Block::Code { language, text, .. } => format!("```{language}\n{text}```"),
        Block::Heading { text, .. } => (*text).to_owned(),
    });
    parts.collect::<Vec<_>>().join("\n\n")
}

fn unknown(line: usize, heading: &str) -> PageError {
    let known = "`Why`, `Safe way`, `Fires` or `Stays silent`";
    PageError::new(line, format!("the heading `{heading}` is unknown; write one of {known}"))
}

/// Whether the rule fires in a section with this heading.
fn case_kind(heading: &str) -> Option<bool> {
    match heading.split_once(':').map_or(heading, |(kind, _)| kind) {
        "Fires" => Some(true),
        "Stays silent" => Some(false),
        _ => None,
    }
}

fn case<'p>(
    heading: &'p str,
    line: usize,
    fires: bool,
    blocks: Vec<Block<'p>>,
) -> Result<Case<'p>, PageError> {
    let mut found: [Option<String>; 3] = [None, None, None];
    for block in blocks {
        let Block::Code { language, text, line } = block else { continue };
        let slot = match language {
            "proto old" => 0,
            "proto new" => 1,
            "text" if fires => 2,
            other => {
                let message = format!("a block of `{other}` has no place under `{heading}`");
                return Err(PageError::new(line, message));
            }
        };
        if found[slot].replace(text).is_some() {
            let message = format!("`{heading}` has two blocks of `{language}`");
            return Err(PageError::new(line, message));
        }
    }
    let [old, new, findings] = found;
    let needed = |block: Option<String>, language: &str| {
        let message = format!("`{heading}` has no block of `{language}`");
        block.ok_or_else(|| PageError::new(line, message))
    };
    Ok(Case {
        heading,
        line,
        fires,
        old: needed(old, "proto old")?,
        new: needed(new, "proto new")?,
        findings: if fires { needed(findings, "text")? } else { String::new() },
    })
}

#[cfg(test)]
mod tests;
