//! One predicate as a row of the runtime's table.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::contract::{Check, Limit, Range};
use crate::emit::rust::module::ident;

/// The regular expressions and those of CEL of a message: each a static of its
/// own, because it is compiled in place, once.
pub(super) struct Statics {
    message: String,
    patterns: Vec<String>,
    expressions: Vec<Expression>,
}

/// Text, place, and what `rule` stands for.
type Expression = (String, String, Option<String>);

impl Statics {
    pub(super) fn new(message: &str) -> Self {
        Self { message: message.to_owned(), patterns: Vec::new(), expressions: Vec::new() }
    }

    fn name(&self, kind: &str, index: usize) -> TokenStream {
        ident(&format!("{}_{kind}_{}", self.message, index + 1)).to_token_stream()
    }

    fn pattern(&mut self, text: &str) -> TokenStream {
        let index = place_of(&mut self.patterns, text.to_owned());
        self.name("PATTERN", index)
    }

    fn expression(&mut self, text: &str, place: &str, rule: Option<&String>) -> TokenStream {
        let expression = (text.to_owned(), place.to_owned(), rule.cloned());
        let index = place_of(&mut self.expressions, expression);
        self.name("CEL", index)
    }

    /// Their definitions.
    pub(super) fn definitions(&self) -> TokenStream {
        let patterns = self.patterns.iter().enumerate().map(|(index, text)| {
            let name = self.name("PATTERN", index);
            quote! { ::agentgen::pattern! { #name => #text } }
        });
        let expressions =
            self.expressions.iter().enumerate().map(|(index, (text, place, rule))| {
                let name = self.name("CEL", index);
                let rule = rule.as_ref().map(|rule| quote! { , #rule });
                quote! { ::agentgen::cel! { #name => #text, #place #rule } }
            });
        quote! { #(#patterns)* #(#expressions)* }
    }
}

/// Where an item stands in a list, added where it is not there yet.
fn place_of<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    let known = list.iter().position(|other| *other == item);
    known.unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

pub(super) fn tokens(check: &Check, statics: &mut Statics) -> TokenStream {
    let name = ident(name(check));
    let argument = match check {
        Check::Finite | Check::Defined | Check::Unique | Check::Past | Check::Future => {
            return quote! { Check::#name };
        }
        Check::Pattern(text) => {
            let pattern = statics.pattern(text);
            quote! { &#pattern }
        }
        Check::Cel { text, place, rule } => {
            let expression = statics.expression(text, place, rule.as_ref());
            quote! { &#expression }
        }
        Check::Format(format) => {
            let format = ident(format);
            quote! { Format::#format }
        }
        check => argument(check),
    };
    quote! { Check::#name(#argument) }
}

fn argument(check: &Check) -> TokenStream {
    match check {
        Check::Bool(value) => value.to_token_stream(),
        Check::Whole(bounds) => range(bounds, whole),
        Check::Near(nanos) => whole(*nanos),
        Check::WholeIn(list) | Check::WholeNotIn(list) => slice(list.iter().map(|n| whole(*n))),
        Check::Float(bounds) => range(bounds, float),
        Check::FloatIn(list) | Check::FloatNotIn(list) => slice(list.iter().map(|n| float(*n))),
        Check::Characters(bounds) | Check::Bytes(bounds) | Check::Count(bounds) => {
            range(bounds, |number| Literal::u64_unsuffixed(number).into_token_stream())
        }
        Check::BytesIn(list) | Check::BytesNotIn(list) => {
            slice(list.iter().map(|bytes| self::bytes(bytes)))
        }
        Check::Prefix(bytes)
        | Check::Suffix(bytes)
        | Check::Contains(bytes)
        | Check::NotContains(bytes) => self::bytes(bytes),
        Check::Lengths(list) => {
            slice(list.iter().map(|n| Literal::usize_unsuffixed(*n).into_token_stream()))
        }
        Check::TypeIn(list)
        | Check::TypeNotIn(list)
        | Check::MaskIs(list)
        | Check::MaskIn(list)
        | Check::MaskNotIn(list) => slice(list.iter().map(ToTokens::to_token_stream)),
        _ => TokenStream::new(),
    }
}

/// The name of a predicate, in the contract and in the runtime.
fn name(check: &Check) -> &'static str {
    match check {
        Check::Bool(_) => "Bool",
        Check::Whole(_) => "Whole",
        Check::WholeIn(_) => "WholeIn",
        Check::WholeNotIn(_) => "WholeNotIn",
        Check::Float(_) => "Float",
        Check::FloatIn(_) => "FloatIn",
        Check::FloatNotIn(_) => "FloatNotIn",
        Check::Finite => "Finite",
        Check::Characters(_) => "Characters",
        Check::Bytes(_) => "Bytes",
        Check::BytesIn(_) => "BytesIn",
        Check::BytesNotIn(_) => "BytesNotIn",
        Check::Prefix(_) => "Prefix",
        Check::Suffix(_) => "Suffix",
        Check::Contains(_) => "Contains",
        Check::NotContains(_) => "NotContains",
        Check::Pattern(_) => "Pattern",
        Check::Cel { .. } => "Cel",
        Check::Format(_) => "Format",
        Check::Lengths(_) => "Lengths",
        Check::Defined => "Defined",
        Check::Count(_) => "Count",
        Check::Unique => "Unique",
        Check::TypeIn(_) => "TypeIn",
        Check::TypeNotIn(_) => "TypeNotIn",
        Check::MaskIs(_) => "MaskIs",
        Check::MaskIn(_) => "MaskIn",
        Check::MaskNotIn(_) => "MaskNotIn",
        Check::Past => "Past",
        Check::Future => "Future",
        Check::Near(_) => "Near",
    }
}

fn slice(items: impl Iterator<Item = TokenStream>) -> TokenStream {
    quote! { &[#(#items),*] }
}

fn bytes(bytes: &[u8]) -> TokenStream {
    Literal::byte_string(bytes).into_token_stream()
}

fn whole(number: i128) -> TokenStream {
    let digits = Literal::u128_unsuffixed(number.unsigned_abs());
    if number < 0 {
        quote! { -#digits }
    } else {
        digits.into_token_stream()
    }
}

fn float(number: f64) -> TokenStream {
    if number.is_nan() {
        return quote! { f64::NAN };
    }
    let sign = number.is_sign_negative().then(|| quote! { - });
    if number.is_infinite() {
        return quote! { #sign f64::INFINITY };
    }
    let digits = Literal::f64_unsuffixed(number.abs());
    quote! { #sign #digits }
}

/// A range by the shortest of the runtime's constructors.
fn range<T: Copy + PartialEq>(range: &Range<T>, token: fn(T) -> TokenStream) -> TokenStream {
    let (door, value) = match (range.low, range.high) {
        (Limit::Closed(low), Limit::Closed(high)) if low == high => ("exactly", low),
        (Limit::Closed(low), Limit::None) => ("at_least", low),
        (Limit::Open(low), Limit::None) => ("above", low),
        (Limit::None, Limit::Closed(high)) => ("at_most", high),
        (Limit::None, Limit::Open(high)) => ("below", high),
        _ => return two_sided(range, token),
    };
    let (door, value) = (ident(door), token(value));
    quote! { Range::#door(#value) }
}

fn two_sided<T: Copy>(range: &Range<T>, token: fn(T) -> TokenStream) -> TokenStream {
    let limit = |limit: Limit<T>| match limit {
        Limit::None => quote! { Limit::None },
        Limit::Open(value) => {
            let value = token(value);
            quote! { Limit::Open(#value) }
        }
        Limit::Closed(value) => {
            let value = token(value);
            quote! { Limit::Closed(#value) }
        }
    };
    let (low, high) = (limit(range.low), limit(range.high));
    let door = ident(if range.outside { "outside" } else { "within" });
    quote! { Range::#door(#low, #high) }
}
