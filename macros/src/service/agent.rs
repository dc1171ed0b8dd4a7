//! Reads an impl so that what is half typed stays where it is: bodies are never
//! looked into, and an item that cannot be read comes back as it came, beside
//! the others. An editor completes inside of it, and the rest is checked.

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Error, ImplItem, ItemImpl};

/// An impl, and what was taken out of it.
pub(super) struct Agent {
    pub(super) item: ItemImpl,
    /// Every group in braces between its own, by the number that stands for it.
    bodies: Vec<Group>,
    /// Why items cannot be read.
    pub(super) unread: Vec<Error>,
}

impl Agent {
    /// Reads an impl.
    ///
    /// # Errors
    /// It is none, or its head cannot be read.
    pub(super) fn parse(item: &TokenStream) -> Result<Self, Error> {
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
        let mut agent = Self { item, bodies: Vec::new(), unread: Vec::new() };
        for tokens in items(body.stream()) {
            let opaque = agent.without_bodies(tokens.clone());
            let item = syn::parse2::<ImplItem>(opaque).unwrap_or_else(|error| {
                agent.unread.push(error);
                ImplItem::Verbatim(tokens.into_iter().collect())
            });
            agent.item.items.push(item);
        }
        Ok(agent)
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

/// The tokens of each item. A method ends at its body, everything else at a
/// semicolon; one without body, which is being typed, ends where the next begins.
fn items(body: TokenStream) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<_> = body.into_iter().collect();
    let (mut items, mut item, mut is_method) = (Vec::new(), Vec::new(), false);
    for (at, token) in tokens.iter().enumerate() {
        if is_name(token, "fn") && matches!(tokens.get(at + 1), Some(TokenTree::Ident(_))) {
            if is_method {
                let begun: Vec<_> = item.split_off(end_of_method(&item));
                items.push(std::mem::replace(&mut item, begun));
            }
            is_method = true;
        }
        item.push(token.clone());
        let ends = match token {
            TokenTree::Punct(it) => it.as_char() == ';',
            TokenTree::Group(it) => {
                it.delimiter() == Delimiter::Brace
                    && is_method
                    && {
                        // `Array<{ 4 }>` is part of a type.
                        !matches!(tokens.get(at + 1), Some(TokenTree::Punct(it)) if ">,".contains(it.as_char()))
                    }
            }
            _ => false,
        };
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
fn end_of_method(item: &[TokenTree]) -> usize {
    let of_next = |token: &TokenTree| match token {
        TokenTree::Ident(it) => ["pub", "async", "const", "unsafe"].iter().any(|name| it == name),
        TokenTree::Group(it) => it.delimiter() == Delimiter::Bracket,
        TokenTree::Punct(it) => it.as_char() == '#',
        TokenTree::Literal(_) => false,
    };
    item.iter().rposition(|token| !of_next(token)).map_or(0, |last| last + 1)
}

fn is_name(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(it) if it == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Agent {
        Agent::parse(&source.parse().expect("it is made of tokens")).expect("it is an impl")
    }

    fn plain(tokens: &TokenStream) -> String {
        tokens.to_string().replace(char::is_whitespace, "")
    }

    #[test]
    fn what_was_read_comes_back_as_it_came() {
        let source = "impl<T: Store> a::Agent for Mine<T, { N }> where T: Send { type Error = E; \
                      const N: usize = { 4 }; #[doc = \"x\"] async fn f(&self, a: A<{ 1 }>) -> R { \
                      self.; if } fn g<const N: usize>() {} }";
        let agent = read(source);
        assert!(agent.unread.is_empty(), "bodies are not looked into");
        assert_eq!(agent.item.items.len(), 4);
        assert_eq!(plain(&agent.into_tokens()), source.replace(char::is_whitespace, ""));
    }

    #[test]
    fn a_half_typed_method_stays_beside_the_others() {
        for half in ["async fn summ", "async fn summ(&self)", "async fn summ(&self) ->", "su"] {
            let source = format!(
                "impl Agent for Mine {{ async fn a(&self) {{}} {half} \
                 #[inline] async fn b(&self) {{}} }}"
            );
            let tokens: TokenStream = source.parse().expect("it is made of tokens");
            let agent = Agent::parse(&tokens).expect("the head can be read");
            let methods = agent.item.items.iter().filter(|item| matches!(item, ImplItem::Fn(_)));
            assert!(methods.count() >= 1, "{half}");
            assert_eq!(agent.unread.len(), 1, "{half}");
            assert_eq!(plain(&agent.into_tokens()), plain(&tokens));
        }
    }
}
