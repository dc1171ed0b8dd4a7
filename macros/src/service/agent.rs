//! Reads an impl so that what is half typed stays where it is: bodies are never
//! looked into, and what is no item yet does not take the others with it. An
//! editor completes inside of it, and the rest is checked.

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Error, ImplItem, ImplItemFn, ItemImpl};

/// What stands between the parts of an impl and the name of a method.
const QUALIFIERS: [&str; 9] =
    ["pub", "async", "const", "unsafe", "extern", "default", "safe", "gen", "final"];

/// An impl, and what was taken out of it.
pub(super) struct Agent {
    pub(super) item: ItemImpl,
    /// Every group in braces between its own, by the number that stands for it.
    bodies: Vec<Group>,
    /// Whether a macro in it may yield any method.
    pub(super) by_macro: bool,
    /// Whether something in it cannot be read, as what is half typed.
    pub(super) unread: bool,
    /// Whether an editor looks at it: it stays as it is, to be completed.
    pub(super) for_editor: bool,
}

impl Agent {
    /// Reads an impl; what is no item is left out, unless an editor looks at it.
    /// The compiler has parsed the impl before, and reported that.
    ///
    /// # Errors
    /// It is none, or its head cannot be read.
    pub(super) fn parse(item: &TokenStream, for_editor: bool) -> Result<Self, Error> {
        let mut head: Vec<TokenTree> = item.clone().into_iter().collect();
        let body = match head.pop() {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
            // The parser says what is missing.
            _ => {
                return Err(syn::parse2::<ItemImpl>(item.clone())
                    .err()
                    .unwrap_or_else(|| Error::new_spanned(item, "expected an impl")));
            }
        };
        let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
        empty.set_span(body.span());
        head.push(empty.into());
        let item = syn::parse2(head.into_iter().collect())?;
        let mut agent =
            Self { item, bodies: Vec::new(), by_macro: false, unread: false, for_editor };
        for tokens in items(body.stream()) {
            agent.read(tokens);
        }
        Ok(agent)
    }

    /// Adds one item.
    fn read(&mut self, tokens: Vec<TokenTree>) {
        let opaque = self.without_bodies(tokens.clone());
        if let Ok(item) = syn::parse2::<ImplItem>(opaque) {
            self.by_macro |= matches!(item, ImplItem::Macro(_));
            self.item.items.push(item);
            return;
        }
        self.unread = true;
        if self.for_editor {
            self.item.items.push(ImplItem::Verbatim(tokens.into_iter().collect()));
        }
    }

    /// Puts a number in the place of each body.
    fn without_bodies(&mut self, tokens: Vec<TokenTree>) -> TokenStream {
        let tokens = tokens.into_iter().map(|token| match token {
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
                let number = Literal::usize_suffixed(self.bodies.len());
                let mut place = Group::new(Delimiter::Brace, TokenTree::from(number).into());
                place.set_span(body.span());
                self.bodies.push(body);
                place.into()
            }
            other => other,
        });
        tokens.collect()
    }

    /// The impl with its bodies.
    pub(super) fn into_tokens(self) -> TokenStream {
        let mut tokens: Vec<TokenTree> = self.item.into_token_stream().into_iter().collect();
        if let Some(TokenTree::Group(group)) = tokens.last_mut() {
            let items = group.stream().into_iter().map(|token| restored(&self.bodies, token));
            let mut whole = Group::new(Delimiter::Brace, items.collect());
            whole.set_span(group.span());
            *group = whole;
        }
        tokens.into_iter().collect()
    }
}

/// The methods of an impl, apart from what cannot be read.
pub(super) fn methods(agent: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> {
    agent.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    })
}

/// The name of the method that an item declares.
pub(super) fn declared(item: &ImplItem) -> Option<String> {
    let ImplItem::Verbatim(tokens) = item else {
        return match item {
            ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
            _ => None,
        };
    };
    let mut tokens = tokens.clone().into_iter().skip_while(|token| !is_name(token, "fn")).skip(1);
    match tokens.next() {
        Some(TokenTree::Ident(name)) => Some(name.to_string()),
        _ => None,
    }
}

/// The body that a number stands for; any other token as it is.
fn restored(bodies: &[Group], token: TokenTree) -> TokenTree {
    let body = match &token {
        TokenTree::Group(place) if place.delimiter() == Delimiter::Brace => number(place),
        _ => None,
    };
    body.and_then(|number| bodies.get(number)).map_or(token, |body| body.clone().into())
}

fn number(place: &Group) -> Option<usize> {
    let mut inside = place.stream().into_iter();
    match (inside.next(), inside.next()) {
        (Some(TokenTree::Literal(it)), None) => it.to_string().strip_suffix("usize")?.parse().ok(),
        _ => None,
    }
}

/// Whether rust-analyzer expands the macro, which does not compile the result.
pub(super) fn in_editor() -> bool {
    let program = std::env::current_exe().ok();
    let name = program.as_deref().and_then(|path| path.file_name());
    name.is_some_and(|name| name.to_string_lossy().starts_with("rust-analyzer"))
}

/// The tokens of each item. A method ends at its body, a macro at its braces,
/// everything else at a semicolon; what ends nowhere, since it is being typed,
/// where the next method begins.
fn items(body: TokenStream) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<_> = body.into_iter().collect();
    let (mut items, mut item, mut is_method) = (Vec::new(), Vec::new(), false);
    for (at, token) in tokens.iter().enumerate() {
        if is_name(token, "fn") && matches!(tokens.get(at + 1), Some(TokenTree::Ident(_))) {
            let begun: Vec<_> = item.split_off(end_of_last(&item));
            items.push(std::mem::replace(&mut item, begun));
            is_method = true;
        }
        item.push(token.clone());
        // `Array<{ 4 }>` is part of a type.
        let in_type = || matches!(tokens.get(at + 1), Some(TokenTree::Punct(it)) if ">,".contains(it.as_char()));
        let ends =
            is_punct(token, ';') || is_body(token) && (is_method && !in_type() || is_macro(&item));
        if ends {
            items.push(std::mem::take(&mut item));
            is_method = false;
        }
    }
    items.push(item);
    items.retain(|item| !item.is_empty());
    items
}

/// Where the attributes and qualifiers of the next method begin.
fn end_of_last(mut item: &[TokenTree]) -> usize {
    loop {
        item = match item {
            [rest @ .., pound, TokenTree::Group(it)]
                if is_punct(pound, '#') && it.delimiter() == Delimiter::Bracket =>
            {
                rest
            }
            [rest @ .., public, TokenTree::Group(it)]
                if is_name(public, "pub") && it.delimiter() == Delimiter::Parenthesis =>
            {
                rest
            }
            [rest @ .., TokenTree::Ident(it)] if QUALIFIERS.iter().any(|name| it == name) => rest,
            [rest @ .., external, TokenTree::Literal(_)] if is_name(external, "extern") => rest,
            _ => return item.len(),
        }
    }
}

/// Whether an item is `path! { … }`.
fn is_macro(item: &[TokenTree]) -> bool {
    let Some(bang) = item.len().checked_sub(2).filter(|at| is_punct(&item[*at], '!')) else {
        return false;
    };
    let mut path = &item[..bang];
    while let [pound, TokenTree::Group(_), rest @ ..] = path
        && is_punct(pound, '#')
    {
        path = rest;
    }
    let in_path = |token: &TokenTree| matches!(token, TokenTree::Ident(_)) || is_punct(token, ':');
    !path.is_empty() && path.iter().all(in_path)
}

/// Whether a token is a group in braces, also one that came through a macro.
fn is_body(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(it) if it.delimiter() == Delimiter::None => {
            let mut inside = it.stream().into_iter();
            inside.next().is_some_and(|first| is_body(&first)) && inside.next().is_none()
        }
        TokenTree::Group(it) => it.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

fn is_name(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(it) if it == name)
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str, for_editor: bool) -> Agent {
        let tokens = source.parse().expect("it is made of tokens");
        Agent::parse(&tokens, for_editor).expect("it is an impl")
    }

    fn plain(source: &impl ToString) -> String {
        source.to_string().replace(char::is_whitespace, "")
    }

    #[test]
    fn what_was_read_comes_back_as_it_came() {
        let source = "impl<T: Store> a::Agent for Mine<T, { N }> where T: Send { type Error = E; \
                      const N: usize = { 4 }; #[doc = \"x\"] async fn f(&self, a: A<{ 1 }>) -> R { \
                      self.; if } fn g<const N: usize>() {} pub(crate) extern \"C\" fn h() {} }";
        let agent = read(source, false);
        assert!(!agent.unread, "bodies are not looked into");
        assert_eq!(agent.item.items.len(), 5);
        assert_eq!(plain(&agent.into_tokens()), plain(&source));
    }

    #[test]
    fn macros_and_what_follows_them_are_items() {
        let source = "impl Agent for Mine { rpc!(); #[a] more::consts! { A, B } \
                      async fn f(&self) {} }";
        let agent = read(source, false);
        assert!(agent.by_macro, "a macro may yield any method");
        assert_eq!(agent.item.items.len(), 3);
        assert_eq!(plain(&agent.into_tokens()), plain(&source));
    }

    #[test]
    fn a_method_without_body_has_a_name() {
        let agent = read("impl Agent for Mine { async fn f(&self) -> R; }", false);
        let names: Vec<_> = agent.item.items.iter().filter_map(declared).collect();
        assert_eq!(names, ["f"]);
    }

    #[test]
    fn what_is_half_typed_is_for_the_editor_alone() {
        let halves = [
            "async fn summ",
            "async fn summ(&self)",
            "async fn summ(&self) -> [u8; 4]",
            "su",
            "as",
            "fn",
            "type Error = ",
            "async fn summ(&self) -> {}",
        ];
        for half in halves {
            let source = |half: &str| {
                format!(
                    "impl Agent for Mine {{ async fn a(&self) {{}} {half} \
                     #[inline] async fn b(&self) {{}} }}"
                )
            };
            let typed = read(&source(half), true);
            assert_eq!(plain(&typed.into_tokens()), plain(&source(half)));
            let agent = read(&source(half), false);
            assert!(agent.unread, "{half}");
            assert_eq!(methods(&agent.item).count(), 2, "{half}");
            assert_eq!(plain(&agent.into_tokens()), plain(&source("")));
        }
    }
}
