//! Project scaffolds for `agentgen new`, embedded as files.
//!
//! A scaffold is a folder of this crate. Its files hold two placeholders that
//! are valid identifiers, so that every file stays readable in its own
//! language: `__name__` (snake case) and `__Name__` (upper camel case). The
//! manifest is called `manifest.toml`, because cargo leaves folders with a
//! `Cargo.toml` out of a package.

/// A scaffold.
#[derive(Debug)]
pub struct Template {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    files: &'static [(&'static str, &'static str)],
}

/// Every scaffold; the first one is the default.
pub const TEMPLATES: &[Template] = &[Template {
    name: "agent",
    about: "An agent from one contract through the macro, without a build script",
    files: &[
        ("Cargo.toml", include_str!("../agent/manifest.toml")),
        ("proto/agent.proto", include_str!("../agent/proto/agent.proto")),
        ("src/main.rs", include_str!("../agent/src/main.rs")),
        (".gitignore", "/target\n/work.db*\n"),
    ],
}];

impl Template {
    /// The scaffold with this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// The files of a project called `name`: relative path and text.
    ///
    /// # Errors
    /// `name` is not a lowercase ASCII letter followed by lowercase letters,
    /// digits and single inner `_` or `-`.
    pub fn render(&self, name: &str) -> Result<Vec<(&'static str, String)>, InvalidName> {
        let words: Vec<&str> = name.split(['-', '_']).collect();
        let letters = |word: &&str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !words.iter().all(letters) {
            return Err(InvalidName(name.to_owned()));
        }
        let snake = words.join("_");
        let camel: String = words.iter().map(|word| capitalized(word)).collect();
        let fill = |text: &str| text.replace("__name__", &snake).replace("__Name__", &camel);
        Ok(self.files.iter().map(|(path, text)| (*path, fill(text))).collect())
    }
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}

/// A project name that is no crate, package and type name at once.
#[derive(Debug, PartialEq, Eq)]
pub struct InvalidName(String);

impl std::fmt::Display for InvalidName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}` cannot name a project: use lowercase letters, digits, and `-` or `_` between \
             words, such as `ticket-triage`",
            self.0
        )
    }
}

impl std::error::Error for InvalidName {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_placeholder_is_left_in_a_rendered_project() {
        for template in TEMPLATES {
            for (path, text) in template.render("ticket-triage").unwrap() {
                assert!(!text.contains("__"), "{path} of {}", template.name);
            }
        }
    }

    #[test]
    fn a_name_takes_the_case_of_its_place() {
        let files = Template::find("agent").unwrap().render("ticket-triage2").unwrap();
        let proto = &files.iter().find(|(path, _)| *path == "proto/agent.proto").unwrap().1;
        assert!(proto.contains("package ticket_triage2.v1;"));
        assert!(proto.contains("service TicketTriage2Agent {"));
    }

    #[test]
    fn names_that_are_no_identifiers_are_refused() {
        for bad in ["", "Agent", "2nd", "a--b", "-a", "a-", "a b", "é"] {
            let error = Template::find("agent").unwrap().render(bad).unwrap_err();
            assert_eq!(error, InvalidName(bad.to_owned()));
        }
    }
}
