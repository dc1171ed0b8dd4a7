//! The well-known forms of strings.

mod host;
mod ip;
mod names;
mod uri;

pub(super) use host::is_host_and_port;

/// A well-known form of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An e-mail address as HTML defines it.
    Email,
    /// A host name.
    Hostname,
    /// An IP address of either version.
    Ip,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address, with or without a zone.
    Ipv6,
    /// A URI (RFC 3986).
    Uri,
    /// A URI or a relative reference.
    UriRef,
    /// A host name or an IP address.
    Address,
    /// A UUID with hyphens.
    Uuid,
    /// A UUID without hyphens.
    TrimmedUuid,
    /// An IP address and a prefix length.
    IpWithPrefix,
    /// An IPv4 address and a prefix length.
    Ipv4WithPrefix,
    /// An IPv6 address and a prefix length.
    Ipv6WithPrefix,
    /// An IP network: no bit is set behind the prefix.
    IpPrefix,
    /// An IPv4 network.
    Ipv4Prefix,
    /// An IPv6 network.
    Ipv6Prefix,
    /// A host and a port.
    HostAndPort,
    /// A ULID.
    Ulid,
    /// A full protobuf name.
    ProtobufName,
    /// A full protobuf name behind a dot.
    ProtobufDotName,
    /// The name of an HTTP header.
    HeaderName,
    /// The name of an HTTP header, or anything without NUL and line ends.
    LooseHeaderName,
    /// The value of an HTTP header.
    HeaderValue,
    /// The value of an HTTP header, or anything without NUL and line ends.
    LooseHeaderValue,
}

impl Format {
    /// Whether a string has the form. The empty string has every one: that it
    /// must not be empty is a rule of its own.
    pub fn holds(self, text: &str) -> bool {
        text.is_empty() || self.matches(text)
    }

    /// Whether a string has the form, the empty string as any other.
    pub(super) fn matches(self, text: &str) -> bool {
        match self {
            Self::Email => host::is_email(text),
            Self::Hostname => host::is_hostname(text),
            Self::Ip => ip::is_v4(text) || ip::is_v6(text),
            Self::Ipv4 => ip::is_v4(text),
            Self::Ipv6 => ip::is_v6(text),
            Self::Uri => uri::is_uri(text),
            Self::UriRef => uri::is_reference(text),
            Self::Address => host::is_hostname(text) || ip::is_v4(text) || ip::is_v6(text),
            Self::Uuid => names::is_uuid(text),
            Self::TrimmedUuid => names::is_trimmed_uuid(text),
            Self::IpWithPrefix => ip::is_v4_prefix(text, false) || ip::is_v6_prefix(text, false),
            Self::Ipv4WithPrefix => ip::is_v4_prefix(text, false),
            Self::Ipv6WithPrefix => ip::is_v6_prefix(text, false),
            Self::IpPrefix => ip::is_v4_prefix(text, true) || ip::is_v6_prefix(text, true),
            Self::Ipv4Prefix => ip::is_v4_prefix(text, true),
            Self::Ipv6Prefix => ip::is_v6_prefix(text, true),
            Self::HostAndPort => is_host_and_port(text, true),
            Self::Ulid => names::is_ulid(text),
            Self::ProtobufName => names::is_protobuf_name(text),
            Self::ProtobufDotName => text.strip_prefix('.').is_some_and(names::is_protobuf_name),
            Self::HeaderName => names::is_header_name(text),
            Self::HeaderValue => names::is_header_value(text),
            Self::LooseHeaderName | Self::LooseHeaderValue => !text.contains(['\0', '\n', '\r']),
        }
    }
}
