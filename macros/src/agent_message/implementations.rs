//! The implementations around the conversions.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

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
    let converts = if let What::Enum(_) = what {
        let number = convert(target, quote!(i32), &place, bodies);
        let named = convert(target, rust, &place, by_number(target));
        quote!(#number #named)
    } else {
        convert(target, rust, &place, bodies)
    };
    quote! {
        #converts

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

fn convert(target: &Target<'_>, wire: impl ToTokens, place: &str, bodies: Bodies) -> TokenStream {
    let (own, Bodies { into_wire, from_wire }) = (&target.own, bodies);
    let docs = format!(" Converts from and to what `{place}` declares.");
    quote! {
        #[doc = #docs]
        #[automatically_derived]
        #[allow(deprecated, reason = "the contract may deprecate a field")]
        impl ::agentgen::convert::Convert<#wire> for #own {
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

/// Fields hold an enum as a number; its own type goes through that.
fn by_number(target: &Target<'_>) -> Bodies {
    let rust = &target.rust;
    Bodies {
        into_wire: quote! {
            let number = <Self as ::agentgen::convert::Convert<i32>>::into_wire(self);
            let wire = <#rust as ::core::convert::TryFrom<i32>>::try_from(number);
            ::core::result::Result::unwrap_or_default(wire)
        },
        from_wire: quote! {
            <Self as ::agentgen::convert::Convert<i32>>::from_wire(
                ::core::convert::Into::into(wire),
            )
        },
    }
}
