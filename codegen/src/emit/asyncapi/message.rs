//! Messages: a type of the contract in a role, which decides on its headers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Contract, Dialect, Schemas};
use super::{binding, envelope};
use crate::contract::TypeRef;
use crate::emit::schema::Object;

/// The name of the message that reports a failure.
pub(super) const ERROR: &str = "error";

/// What a message is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Request,
    Reply,
    Dead,
}

impl Role {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Reply => "reply",
            Self::Dead => "dead",
        }
    }
}

/// The messages of a document, with the schemas they need.
pub(super) struct Messages<'a> {
    contract: &'a Contract,
    schemas: Schemas<'a>,
    built: BTreeMap<String, Value>,
}

impl<'a> Messages<'a> {
    pub(super) fn new(contract: &'a Contract) -> Self {
        let schemas = Schemas::new(contract, "#/components/schemas/", Dialect::Exact);
        Self { contract, schemas, built: BTreeMap::new() }
    }

    /// A reference to a message type in a role; `keyed` where it has an ordering
    /// key.
    pub(super) fn refer(&mut self, of: &TypeRef, role: Role, keyed: bool) -> Value {
        let full_name = self.contract.type_name(of);
        let ordered = if keyed { ".ordered" } else { "" };
        let name = format!("{full_name}.{}{ordered}", role.name());
        let payload = self.schemas.of(of);
        let reference = reference(&name);
        self.built.entry(name).or_insert_with(|| {
            let mut message = json!({
                "name": full_name,
                "headers": envelope::headers(role, full_name),
                "payload": payload,
                "correlationId": { "$ref": format!("#/components/correlationIds/{CORRELATION}") }
            });
            if keyed {
                message["bindings"] = binding::keyed();
            }
            message
        });
        reference
    }

    /// A reference to the message that reports a failure.
    pub(super) fn refer_error(&mut self) -> Value {
        let name = envelope::STATUS;
        self.built.entry(name.to_owned()).or_insert_with(|| {
            json!({
                "name": name,
                "contentType": "application/protobuf",
                "headers": envelope::error_headers(),
                "payload": { "description": "A google.rpc.Status in the protobuf encoding." },
                "correlationId": { "$ref": format!("#/components/correlationIds/{CORRELATION}") }
            })
        });
        reference(name)
    }

    /// The components object.
    pub(super) fn into_components(self) -> Value {
        let mut schemas = self.schemas.into_definitions();
        schemas.extend(envelope::schemas());
        let messages: Object = self.built.into_iter().collect();
        json!({
            "messages": messages,
            "schemas": schemas,
            "correlationIds": {
                CORRELATION: { "location": format!("$message.header#/{}", envelope::CORRELATION_ID) }
            }
        })
    }
}

const CORRELATION: &str = "work";

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/messages/{name}") })
}
