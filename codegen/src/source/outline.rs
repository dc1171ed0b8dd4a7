//! What a comparison of whole trees has to know of every text, and that is
//! found without parsing it: its package, its imports, what it declares.

use super::editions::Words;

/// What a text says of itself at its top.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline<'a> {
    /// The package; empty for none.
    pub(crate) package: String,
    /// The files it imports, as it names them.
    pub(crate) imports: Vec<String>,
    /// The messages, enums and services at its top.
    pub(crate) declared: Vec<&'a str>,
    /// Where it asks for the encoding of message sets: a byte offset.
    pub(crate) message_set: Option<usize>,
}

impl<'a> Outline<'a> {
    /// Reads a text, which may be anything.
    pub(crate) fn read(text: &'a str) -> Self {
        let mut outline = Self::default();
        let mut words = Words::new(text);
        let (mut depth, mut starts) = (0_usize, true);
        while let Some((at, word)) = words.next() {
            match word {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                "import" if starts && depth == 0 => outline.import(&mut words),
                "package" if starts && depth == 0 => outline.package = statement(&mut words),
                "message" | "enum" | "service" if starts && depth == 0 => {
                    outline.declared.extend(words.next().map(|(_, name)| name));
                }
                "option" if starts && outline.message_set.is_none() => {
                    outline.message_set = message_set(&mut words.clone()).then_some(at);
                }
                _ => {}
            }
            starts = matches!(word, ";" | "{" | "}" | "import" | "package");
        }
        outline
    }

    /// `import option` brings nothing but options, which need not be there.
    fn import(&mut self, words: &mut Words<'_>) {
        let (mut name, mut only_options) = (String::new(), false);
        for (_, word) in words.take_while(|(_, word)| *word != ";") {
            match word {
                "public" | "weak" => {}
                "option" => only_options = true,
                _ => name.push_str(word.trim_matches(['"', '\''])),
            }
        }
        if !only_options && !self.imports.contains(&name) {
            self.imports.push(name);
        }
    }
}

/// The rest of a statement, without blanks.
fn statement(words: &mut Words<'_>) -> String {
    words.map(|(_, word)| word).take_while(|&word| word != ";").collect()
}

fn message_set(words: &mut Words<'_>) -> bool {
    ["message_set_wire_format", "=", "true"]
        .into_iter()
        .all(|expected| words.next().is_some_and(|(_, word)| word == expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_imports_and_names_are_found_at_the_top_alone() {
        let outline = Outline::read(
            "// import \"no.proto\";\nsyntax = \"proto3\"; import public \"a.proto\";\n\
             package a . b; import 'c' \".proto\"; import option \"o.proto\";\n\
             message M { message Inner { string import = 1; } string package = 2; }\n\
             enum E { A = 0; } service S { rpc R(M) returns (M) { option deprecated = true; } }",
        );
        let expected = Outline {
            package: "a.b".to_owned(),
            imports: vec!["a.proto".to_owned(), "c.proto".to_owned()],
            declared: vec!["M", "E", "S"],
            message_set: None,
        };
        assert_eq!(outline, expected);
    }

    #[test]
    fn a_message_set_is_found_inside_messages() {
        let text = "message M { option message_set_wire_format = true; }";
        assert_eq!(Outline::read(text).message_set, Some(12));
        let text = "message M { option message_set_wire_format = false; }";
        assert_eq!(Outline::read(text).message_set, None);
    }

    #[test]
    fn any_text_has_an_outline() {
        for text in ["", "}", "import", "package", "message", "import \"", "option", "/*", "\u{0}"]
        {
            Outline::read(text);
        }
    }
}
