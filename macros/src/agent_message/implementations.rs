//! The implementations around the conversions.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{DeriveInput, Ident, Path, parse_quote};

use super::target::{Target, What};

/// A conversion both ways: the bodies of the two methods of `Convert`.
pub(super) struct Bodies {
    pub(super) into_wire: TokenStream,
    pub(super) from_wire: TokenStream,
}

/// Everything that the derive implements; without bodies, what lets the rest of
/// the user's crate compile.
pub(super) fn all(target: &Target<'_>, bodies: Option<Bodies>) -> TokenStream {
    let Target { own, rust, what, .. } = target;
    let place = target.place(what.location());
    let bodies = bodies.unwrap_or_else(|| Bodies {
        into_wire: quote!(::core::unreachable!()),
        from_wire: quote!({
            let _ = wire;
            ::core::unreachable!()
        }),
    });
    let converts = if let What::Enum(of) = what {
        let number =
            convert(target, quote!(::core::primitive::i32), &place, bodies, Some(&of.full_name));
        let named = convert(target, rust, &place, by_number(target), None);
        quote!(#number #named)
    } else {
        convert(target, rust, &place, bodies, None)
    };
    let both = by_standard(own, rust);
    quote!(#converts #both)
}

/// The conversions of the standard library.
fn by_standard(own: &Ident, rust: &Path) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<#own> for #rust {
            fn from(own: #own) -> Self {
                ::agentgen::convert::Convert::into_wire(own)
            }
        }

        #[automatically_derived]
        impl ::core::convert::TryFrom<#rust> for #own {
            type Error = ::agentgen::Status;

            fn try_from(wire: #rust) -> ::core::result::Result<Self, ::agentgen::Status> {
                let own = <Self as ::agentgen::convert::Convert<#rust>>::from_wire(wire);
                ::core::result::Result::map_err(own, ::core::convert::Into::into)
            }
        }
    }
}

/// What lets the rest of the user's crate compile, where nothing of the contract is
/// found for the type: it stands for every value.
pub(super) fn stand_in(input: &DeriveInput, rust: Option<&Path>) -> TokenStream {
    let own = &input.ident;
    let (_, arguments, bounds) = input.generics.split_for_impl();
    let mut generics = input.generics.clone();
    generics.params.push(parse_quote!(AnyOfTheContract));
    let (with_wire, ..) = generics.split_for_impl();
    let (generics, ..) = input.generics.split_for_impl();
    // Nothing converts from and into itself twice.
    let both = rust.filter(|rust| !rust.is_ident(own)).map(|rust| {
        quote! {
            #[automatically_derived]
            impl #generics ::core::convert::From<#own #arguments> for #rust #bounds {
                fn from(_: #own #arguments) -> Self {
                    ::core::unreachable!()
                }
            }

            #[automatically_derived]
            impl #generics ::core::convert::TryFrom<#rust> for #own #arguments #bounds {
                type Error = ::agentgen::Status;

                fn try_from(_: #rust) -> ::core::result::Result<Self, ::agentgen::Status> {
                    ::core::unreachable!()
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #with_wire ::agentgen::convert::Convert<AnyOfTheContract> for #own #arguments #bounds {
            fn into_wire(self) -> AnyOfTheContract {
                ::core::unreachable!()
            }

            fn from_wire(
                _: AnyOfTheContract,
            ) -> ::core::result::Result<Self, ::agentgen::convert::WireError> {
                ::core::unreachable!()
            }
        }

        #both
    }
}

/// One implementation; for the numbers of an enum, with its name.
fn convert(
    target: &Target<'_>,
    wire: impl ToTokens,
    place: &str,
    bodies: Bodies,
    of: Option<&str>,
) -> TokenStream {
    let (own, Bodies { into_wire, from_wire }) = (&target.own, bodies);
    let of = of.map(|name| {
        quote! {
            const ENUM: ::core::option::Option<&'static ::core::primitive::str> =
                ::core::option::Option::Some(#name);
        }
    });
    let docs = format!(" Converts from and to what `{place}` declares.");
    quote! {
        #[doc = #docs]
        #[automatically_derived]
        #[allow(deprecated, reason = "the contract may deprecate a field")]
        impl ::agentgen::convert::Convert<#wire> for #own {
            #of

            fn into_wire(self) -> #wire {
                #into_wire
            }

            fn from_wire(
                wire: #wire,
            ) -> ::core::result::Result<Self, ::agentgen::convert::WireError> {
                #from_wire
            }
        }
    }
}

/// Fields hold an enum as a number; its own type goes through that. A number that is
/// none of its values, which `other` may hold, becomes its default there.
fn by_number(target: &Target<'_>) -> Bodies {
    let rust = &target.rust;
    Bodies {
        into_wire: quote! {
            let number = <Self as ::agentgen::convert::Convert<::core::primitive::i32>>::into_wire(self);
            let wire = <#rust as ::core::convert::TryFrom<::core::primitive::i32>>::try_from(number);
            ::core::result::Result::unwrap_or_default(wire)
        },
        from_wire: quote! {
            <Self as ::agentgen::convert::Convert<::core::primitive::i32>>::from_wire(
                ::core::convert::Into::into(wire),
            )
        },
    }
}
