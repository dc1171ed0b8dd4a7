//! `google.rpc.Status` and its standard details as protobuf: the form that
//! gRPC carries in `grpc-status-details-bin`, and queues in replies.

use std::time::Duration;

use prost::Message;
use prost_types::Any;

use super::{Code, ErrorInfo, FieldViolation, LocalizedMessage, Status};

/// The type URLs of `google/rpc/error_details.proto` up to the name.
pub(super) const PREFIX: &str = "type.googleapis.com/google.rpc.";

#[derive(Clone, PartialEq, Message)]
struct StatusProto {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

#[derive(Clone, PartialEq, Message)]
struct ErrorInfoProto {
    #[prost(string, tag = "1")]
    reason: String,
    #[prost(string, tag = "2")]
    domain: String,
    #[prost(btree_map = "string, string", tag = "3")]
    metadata: std::collections::BTreeMap<String, String>,
}

#[derive(Clone, PartialEq, Message)]
struct RetryInfoProto {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<prost_types::Duration>,
}

#[derive(Clone, PartialEq, Message)]
struct BadRequestProto {
    #[prost(message, repeated, tag = "1")]
    field_violations: Vec<FieldViolationProto>,
}

#[derive(Clone, PartialEq, Message)]
struct FieldViolationProto {
    #[prost(string, tag = "1")]
    field: String,
    #[prost(string, tag = "2")]
    description: String,
    #[prost(string, tag = "3")]
    reason: String,
    #[prost(message, optional, tag = "4")]
    localized_message: Option<LocalizedProto>,
}

#[derive(Clone, PartialEq, Message)]
struct LocalizedProto {
    #[prost(string, tag = "1")]
    locale: String,
    #[prost(string, tag = "2")]
    message: String,
}

impl Status {
    /// Encodes this status as a `google.rpc.Status` message.
    pub fn to_proto(&self) -> Vec<u8> {
        StatusProto {
            code: self.code().number(),
            message: self.message().to_owned(),
            details: self.detail_messages(),
        }
        .encode_to_vec()
    }

    /// Decodes a `google.rpc.Status` message.
    ///
    /// Bytes that are no such message give [`Code::Unknown`].
    pub fn from_proto(bytes: &[u8]) -> Self {
        let Ok(proto) = StatusProto::decode(bytes) else {
            return Self::unknown("the peer sent an undecodable google.rpc.Status");
        };
        let mut status = Self::new(Code::from_number(proto.code), proto.message);
        for detail in proto.details {
            status.add_detail(detail);
        }
        status
    }

    /// The details as the standard messages of `google/rpc/error_details.proto`.
    pub fn detail_messages(&self) -> Vec<Any> {
        let details = self.details();
        let info = details.info.as_ref().map(|info| pack("ErrorInfo", &info_proto(info)));
        let retry = details.retry_after.map(|delay| pack("RetryInfo", &retry_proto(delay)));
        let fields = (!details.violations.is_empty())
            .then(|| pack("BadRequest", &bad_request_proto(&details.violations)));
        info.into_iter().chain(retry).chain(fields).chain(details.other.iter().cloned()).collect()
    }

    /// Adds a detail in its wire form. A standard one is understood; any other,
    /// a broken one and a second one of a kind are kept as they came.
    pub fn add_detail(&mut self, detail: Any) {
        if self.understand(&detail).is_none() {
            self.details_mut().other.push(detail);
        }
    }

    fn understand(&mut self, detail: &Any) -> Option<()> {
        let details = self.details_mut();
        let bytes = detail.value.as_slice();
        match detail.type_url.strip_prefix(PREFIX)? {
            "ErrorInfo" if details.info.is_none() => {
                let ErrorInfoProto { reason, domain, metadata } =
                    ErrorInfoProto::decode(bytes).ok()?;
                details.info = Some(ErrorInfo { reason, domain, metadata });
            }
            "RetryInfo" if details.retry_after.is_none() => {
                let delay = RetryInfoProto::decode(bytes).ok()?.retry_delay?;
                details.retry_after = Some(Duration::try_from(delay).ok()?);
            }
            "BadRequest" => {
                let violations = BadRequestProto::decode(bytes).ok()?.field_violations;
                details.violations.extend(violations.into_iter().map(violation));
            }
            _ => return None,
        }
        Some(())
    }
}

fn pack(name: &str, message: &impl Message) -> Any {
    Any { type_url: format!("{PREFIX}{name}"), value: message.encode_to_vec() }
}

fn info_proto(info: &ErrorInfo) -> ErrorInfoProto {
    ErrorInfoProto {
        reason: info.reason.clone(),
        domain: info.domain.clone(),
        metadata: info.metadata.clone(),
    }
}

fn retry_proto(delay: Duration) -> RetryInfoProto {
    RetryInfoProto { retry_delay: prost_types::Duration::try_from(delay).ok() }
}

fn bad_request_proto(violations: &[FieldViolation]) -> BadRequestProto {
    let proto = |own: &FieldViolation| FieldViolationProto {
        field: own.field.clone(),
        description: own.description.clone(),
        reason: own.reason.clone(),
        localized_message: own.localized_message.as_ref().map(|text| LocalizedProto {
            locale: text.locale.clone(),
            message: text.message.clone(),
        }),
    };
    BadRequestProto { field_violations: violations.iter().map(proto).collect() }
}

fn violation(proto: FieldViolationProto) -> FieldViolation {
    let FieldViolationProto { field, description, reason, localized_message } = proto;
    let localized_message = localized_message
        .map(|LocalizedProto { locale, message }| LocalizedMessage { locale, message });
    FieldViolation { field, description, reason, localized_message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_survive_the_wire() {
        let status = Status::resource_exhausted("busy")
            .with_reason("MODEL_BUSY", "agents.example")
            .with_retry_after(Duration::from_millis(1500))
            .with_violation("prompt", "is too long");
        let back = Status::from_proto(&status.to_proto());
        assert_eq!(back.code(), status.code());
        assert_eq!(back.message(), status.message());
        assert_eq!(back.details(), status.details());
    }

    #[test]
    fn an_unknown_detail_is_kept_as_it_came() {
        let detail = Any { type_url: "type.example/x.Y".into(), value: vec![1, 2] };
        let mut status = Status::internal("broken");
        status.add_detail(detail.clone());
        assert_eq!(Status::from_proto(&status.to_proto()).details().other, [detail]);
    }

    #[test]
    fn a_broken_or_second_detail_of_a_standard_type_is_kept_as_it_came() {
        let mut status = Status::internal("broken").with_reason("FIRST", "x.example");
        let second = Status::internal("").with_reason("SECOND", "x.example").detail_messages();
        let broken = Any { type_url: format!("{PREFIX}RetryInfo"), value: vec![7] };
        let kept = [second[0].clone(), broken];
        kept.iter().cloned().for_each(|detail| status.add_detail(detail));
        let back = Status::from_proto(&status.to_proto());
        assert_eq!(back.details().other, kept);
        assert_eq!(back.details().info.as_ref().map(|info| &*info.reason), Some("FIRST"));
    }
}
