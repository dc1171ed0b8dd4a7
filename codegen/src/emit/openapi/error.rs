//! The bodies of failures, one for each error shape that a service may choose.

use serde_json::{Value, json};

use super::header;
use crate::contract::{ErrorShape, Service};
use crate::emit::schema::Object;

/// What documents say about an error shape.
struct Description {
    shape: ErrorShape,
    /// The name of the response.
    response: &'static str,
    /// The name of the schema. Schemas of the contract are named after
    /// messages, which none of agentgen's own is called.
    schema: &'static str,
    media: &'static str,
    /// Who gets another form.
    instead: &'static str,
    build: fn() -> Value,
}

const PROBLEM: &str = "Whoever names `application/problem+json` (RFC 9457) in `Accept`, with a \
    higher quality than `application/json`, gets that.";
const JSON: &str = "Whoever names `application/problem+json` in `Accept` with a lower quality \
    than `application/json` gets that.";

/// Every shape.
const SHAPES: [Description; 3] = [
    Description {
        shape: ErrorShape::Aip193,
        response: "Error",
        schema: "agentgen.Error",
        media: "application/json",
        instead: PROBLEM,
        build: aip193,
    },
    Description {
        shape: ErrorShape::RpcStatus,
        response: "Status",
        schema: "agentgen.Status",
        media: "application/json",
        instead: PROBLEM,
        build: rpc_status,
    },
    Description {
        shape: ErrorShape::ProblemDetails,
        response: "Problem",
        schema: "agentgen.Problem",
        media: "application/problem+json",
        instead: JSON,
        build: problem,
    },
];

fn describe(shape: ErrorShape) -> &'static Description {
    SHAPES.iter().find(|description| description.shape == shape).unwrap_or(&SHAPES[0])
}

/// A reference to the response of a service's failures.
pub(super) fn reference(service: &Service) -> Value {
    let name = describe(service.error_shape).response;
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// The responses that these services refer to. Each has the form of its service alone:
/// with both, clients in typed languages get a union that they cannot read.
pub(super) fn responses(services: &[&Service]) -> Object {
    let responses = used(services).map(|it| {
        let schema = json!({ "$ref": format!("#/components/schemas/{}", it.schema) });
        let description = format!("The call failed. {}", it.instead);
        let response = json!({
            "description": description,
            "headers": header::of_failure(),
            "content": { it.media: { "schema": schema } }
        });
        (it.response.to_owned(), response)
    });
    responses.collect()
}

/// The schemas that those responses refer to.
pub(super) fn schemas(services: &[&Service]) -> Object {
    used(services).map(|it| (it.schema.to_owned(), (it.build)())).collect()
}

fn used(services: &[&Service]) -> impl Iterator<Item = &'static Description> {
    SHAPES.iter().filter(|it| services.iter().any(|service| service.error_shape == it.shape))
}

fn aip193() -> Value {
    let properties = json!({
        "code": { "type": "integer", "description": "The HTTP status." },
        "status": { "type": "string", "description": CODE_NAME },
        "message": { "type": "string", "description": MESSAGE },
        "details": details()
    });
    let error = json!({
        "type": "object",
        "properties": properties,
        "required": ["code", "status", "message"]
    });
    json!({
        "type": "object",
        "title": "Error",
        "properties": { "error": error },
        "required": ["error"]
    })
}

fn rpc_status() -> Value {
    let properties = json!({
        "code": { "type": "integer", "description": "The number of the canonical code." },
        "message": { "type": "string", "description": MESSAGE },
        "details": details()
    });
    json!({ "type": "object", "title": "Status", "properties": properties, "required": ["code"] })
}

fn problem() -> Value {
    let properties = json!({
        "type": { "type": "string", "description": KIND },
        "title": { "type": "string", "description": "The kind of problem in words." },
        "status": { "type": "integer", "description": "The HTTP status." },
        "detail": { "type": "string", "description": MESSAGE },
        "instance": { "type": "string", "description": "A URI that names the occurrence." },
        "code": { "type": "string", "description": CODE_NAME },
        "details": details()
    });
    json!({
        "type": "object",
        "title": "Problem",
        "properties": properties,
        "required": ["title", "status"]
    })
}

const KIND: &str = "A URI that names the kind of problem: `https://{domain}/errors/{reason}` of \
    the `google.rpc.ErrorInfo`, or `about:blank` where there is no more to it than the HTTP status.";
const CODE_NAME: &str = "The name of the canonical code, such as `NOT_FOUND`.";
const MESSAGE: &str = "What went wrong, for developers.";

fn details() -> Value {
    json!({
        "type": "array",
        "description": "Facts for programs, such as `google.rpc.ErrorInfo`.",
        "items": {
            "type": "object",
            "properties": { "@type": { "type": "string" } },
            "required": ["@type"]
        }
    })
}
