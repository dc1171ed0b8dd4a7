//! The payloads as plain serde structs: not canonical JSON, but the yardstick.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::contract;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Chat {
    id: String,
    role: String,
    content: String,
    created_at: i64,
    temperature: f64,
    stop: Vec<String>,
    metadata: BTreeMap<String, String>,
    stream: bool,
}

impl From<contract::Chat> for Chat {
    fn from(chat: contract::Chat) -> Self {
        Self {
            id: chat.id,
            role: "ROLE_USER".into(),
            content: chat.content,
            created_at: chat.created_at,
            temperature: chat.temperature,
            stop: chat.stop,
            metadata: chat.metadata,
            stream: chat.stream,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Embedding {
    model: String,
    values: Vec<f32>,
}

impl From<contract::Embedding> for Embedding {
    fn from(embedding: contract::Embedding) -> Self {
        Self { model: embedding.model, values: embedding.values }
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Document {
    messages: Vec<Chat>,
}

impl From<contract::Document> for Document {
    fn from(document: contract::Document) -> Self {
        Self { messages: document.messages.into_iter().map(Chat::from).collect() }
    }
}
