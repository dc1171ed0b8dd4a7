//! Every mistake of one expansion, each at its own span, warnings, and the nearest
//! right name for a wrong one.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// Collects mistakes, so that one does not hide the next.
#[derive(Default)]
pub(crate) struct Report(Vec<Mistake>);

/// A mistake, and the `cfg` under which it is one.
struct Mistake {
    error: syn::Error,
    condition: Option<TokenStream>,
}

impl Report {
    /// Adds a mistake at `span`.
    pub(crate) fn error(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    /// Adds a mistake that all of `tokens` make.
    pub(crate) fn error_at(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds what a parser found.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.extend_if(None, [error]);
    }

    /// Adds several mistakes, in what is compiled under a condition only.
    pub(crate) fn extend_if(
        &mut self,
        condition: Option<&TokenStream>,
        errors: impl IntoIterator<Item = syn::Error>,
    ) {
        // One for each place: an attribute holds for one item.
        let errors = errors.into_iter().flatten();
        self.0.extend(errors.map(|error| Mistake { error, condition: condition.cloned() }));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mistakes as `compile_error!` items.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.iter().map(Mistake::to_tokens).collect()
    }
}

impl Mistake {
    fn to_tokens(&self) -> TokenStream {
        let error = self.error.to_compile_error();
        let condition = self.condition.as_ref().map(|condition| quote!(#[cfg(#condition)]));
        quote!(#condition #error)
    }
}

/// A warning at `span`. A macro has no other way to one: the compiler shows the
/// note of a constant that is deprecated, where it is used.
pub(crate) fn warning(span: Span, message: &str) -> TokenStream {
    quote_spanned! {span=>
        const _: () = {
            #[deprecated(note = #message)]
            const CONTRACT: () = ();
            CONTRACT
        };
    }
}

/// `; did you mean …?` with the candidate nearest to `name`, or nothing where
/// none is near.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> String {
    hint(nearest(name, candidates))
}

/// `; did you mean …?` with the name that is meant, or nothing where none is known.
pub(crate) fn hint(meant: Option<&str>) -> String {
    meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default()
}

/// The candidate nearest to `name`, where one is near at all.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let scored = candidates.into_iter().map(|candidate| {
        let score = strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase());
        (candidate, score)
    });
    let best = scored.max_by(|(_, left), (_, right)| left.total_cmp(right));
    best.filter(|(_, score)| *score > 0.8).map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_suggested() {
        let names = ["summarize", "summarize_stream", "upload"];
        assert_eq!(nearest("sumarize", names), Some("summarize"));
        assert_eq!(nearest("UPLOAD", names), Some("upload"));
        assert_eq!(nearest("delete", names), None);
        assert_eq!(nearest("x", []), None);
    }
}
