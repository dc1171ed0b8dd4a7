//! Whose a stream is where room for streams is shared out: each caller has a
//! share, however many streams it opens.
//!
//! It says nothing of who may resume a stream: that is the key's part.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use super::store::digest;
use crate::Principal;

/// A caller, as a SHA-256 in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Owner(Arc<str>);

impl Owner {
    /// The principal; where there is none, the network that the caller is in.
    pub(super) fn of(principal: Option<&Principal>, peer: IpAddr) -> Self {
        Self(match principal {
            Some(principal) => digest(&[b"principal", principal.subject.as_bytes()]),
            None => digest(&[b"peer", network(peer).to_string().as_bytes()]),
        })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What one caller has of addresses: a single one of IPv4, 64 bits of IPv6.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(own) => Ipv6Addr::from_bits(own.to_bits() & (u128::MAX << 64)).into(),
        own @ IpAddr::V4(_) => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_its_principal_or_else_its_network() {
        let at = |peer: &str| Owner::of(None, peer.parse().unwrap());
        assert_eq!(at("192.0.2.1"), at("::ffff:192.0.2.1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
        assert_eq!(at("2001:db8::1"), at("2001:db8:0:0:ffff::2"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        let named = |subject: &str, peer: &str| {
            let principal = Principal::new(subject, ["user"]);
            Owner::of(Some(&principal), peer.parse().unwrap())
        };
        assert_eq!(named("ann", "192.0.2.1"), named("ann", "192.0.2.2"));
        assert_ne!(named("ann", "192.0.2.1"), named("bob", "192.0.2.1"));
        assert_ne!(named("192.0.2.1", "192.0.2.1"), at("192.0.2.1"));
    }
}
