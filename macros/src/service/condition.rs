//! `#[cfg(…)]` on methods: a macro sees methods that the compiler may leave out,
//! so that what it says about them holds under the same condition.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Meta};

/// Under what condition an item is compiled; `None` is always.
pub(super) fn of(attributes: &[Attribute]) -> Option<TokenStream> {
    let conditions = attributes.iter().filter(|it| it.path().is_ident("cfg"));
    let conditions: Vec<_> = conditions
        .filter_map(|attribute| match &attribute.meta {
            Meta::List(list) => Some(&list.tokens),
            _ => None,
        })
        .collect();
    match conditions.as_slice() {
        [] => None,
        [one] => Some((*one).clone()),
        all => Some(quote!(all(#(#all),*))),
    }
}

/// When something is there.
#[derive(Clone, Default)]
pub(super) struct When {
    always: bool,
    conditions: Vec<TokenStream>,
}

/// The rest of the cases: all of them, or those of a condition.
pub(super) struct Otherwise(Option<TokenStream>);

impl When {
    /// It is there under one more condition.
    pub(super) fn add(&mut self, condition: Option<TokenStream>) {
        match condition {
            Some(condition) => self.conditions.push(condition),
            None => self.always = true,
        }
    }

    pub(super) fn is_always(&self) -> bool {
        self.always
    }

    pub(super) fn is_never(&self) -> bool {
        !self.always && self.conditions.is_empty()
    }

    /// The cases of both.
    pub(super) fn or(&self, other: &Self) -> Self {
        let conditions = [self.conditions.as_slice(), &other.conditions].concat();
        Self { always: self.always || other.always, conditions }
    }

    /// When it is not there; `None` where it always is.
    pub(super) fn otherwise(&self) -> Option<Otherwise> {
        let conditions = &self.conditions;
        if self.always {
            return None;
        }
        Some(Otherwise(match conditions.as_slice() {
            [] => None,
            [one] => Some(quote!(not(#one))),
            all => Some(quote!(not(any(#(#all),*)))),
        }))
    }
}

impl Otherwise {
    /// The condition; `None` for all cases.
    pub(super) fn condition(&self) -> Option<&TokenStream> {
        self.0.as_ref()
    }

    /// The attribute that limits an item to these cases.
    pub(super) fn attribute(&self) -> TokenStream {
        self.0.as_ref().map(|condition| quote!(#[cfg(#condition)])).unwrap_or_default()
    }
}
