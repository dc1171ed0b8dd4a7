//! The payloads as messages of a contract, in the shape of generated code.

use std::collections::BTreeMap;

use agentgen::__private::prost;
use agentgen::codec::json::{self, Json};
use agentgen::codec::{self, EnumType, EnumValue, Field, Kind, MessageType};

#[derive(Debug, Clone, PartialEq, prost::Message)]
#[prost(prost_path = "::agentgen::__private::prost")]
#[prost(skip_debug)]
pub(crate) struct Chat {
    #[prost(string, tag = "1")]
    pub(crate) id: String,
    #[prost(enumeration = "Role", tag = "2")]
    pub(crate) role: i32,
    #[prost(string, tag = "3")]
    pub(crate) content: String,
    #[prost(int64, tag = "4")]
    pub(crate) created_at: i64,
    #[prost(double, tag = "5")]
    pub(crate) temperature: f64,
    #[prost(string, repeated, tag = "6")]
    pub(crate) stop: Vec<String>,
    #[prost(btree_map = "string, string", tag = "7")]
    pub(crate) metadata: BTreeMap<String, String>,
    #[prost(bool, tag = "8")]
    pub(crate) stream: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[prost(prost_path = "::agentgen::__private::prost")]
#[repr(i32)]
pub(crate) enum Role {
    Unspecified = 0,
    User = 1,
}

static ROLE: EnumType = EnumType {
    name: "bench.Role",
    values: &[EnumValue::new("ROLE_UNSPECIFIED", 0), EnumValue::new("ROLE_USER", 1)],
    closed: false,
};

static CHAT: MessageType = MessageType {
    name: "bench.Chat",
    fields: &[
        Field::implicit("id", "id", 1, Kind::String),
        Field::implicit("role", "role", 2, Kind::Enum(&ROLE)),
        Field::implicit("content", "content", 3, Kind::String),
        Field::implicit("created_at", "createdAt", 4, Kind::Int64),
        Field::implicit("temperature", "temperature", 5, Kind::Double),
        Field::repeated("stop", "stop", 6, Kind::String),
        Field::map("metadata", "metadata", 7, &Kind::String, Kind::String),
        Field::implicit("stream", "stream", 8, Kind::Bool),
    ],
    new: codec::new::<Chat>,
    rules: None,
};

impl Json for Chat {
    fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
        out.field("id", &self.id)?;
        out.enumeration("role", &self.role, &ROLE)?;
        out.field("content", &self.content)?;
        out.field("createdAt", &self.created_at)?;
        out.field("temperature", &self.temperature)?;
        out.field("stop", &self.stop)?;
        out.field("metadata", &self.metadata)?;
        out.field("stream", &self.stream)
    }

    fn read<'de, A: json::MapAccess<'de>>(
        &mut self,
        field: usize,
        value: json::Slot<'_, A>,
    ) -> Result<(), A::Error> {
        match field {
            0 => value.read(&mut self.id),
            1 => value.read_enumeration(&mut self.role, &ROLE),
            2 => value.read(&mut self.content),
            3 => value.read(&mut self.created_at),
            4 => value.read(&mut self.temperature),
            5 => value.read(&mut self.stop),
            6 => value.read(&mut self.metadata),
            7 => value.read(&mut self.stream),
            _ => value.skip(),
        }
    }
}

#[derive(Clone, PartialEq, prost::Message)]
#[prost(prost_path = "::agentgen::__private::prost")]
pub(crate) struct Embedding {
    #[prost(string, tag = "1")]
    pub(crate) model: String,
    #[prost(float, repeated, tag = "2")]
    pub(crate) values: Vec<f32>,
}

static EMBEDDING: MessageType = MessageType {
    name: "bench.Embedding",
    fields: &[
        Field::implicit("model", "model", 1, Kind::String),
        Field::repeated("values", "values", 2, Kind::Float),
    ],
    new: codec::new::<Embedding>,
    rules: None,
};

impl Json for Embedding {
    fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
        out.field("model", &self.model)?;
        out.field("values", &self.values)
    }

    fn read<'de, A: json::MapAccess<'de>>(
        &mut self,
        field: usize,
        value: json::Slot<'_, A>,
    ) -> Result<(), A::Error> {
        match field {
            0 => value.read(&mut self.model),
            1 => value.read(&mut self.values),
            _ => value.skip(),
        }
    }
}

#[derive(Clone, PartialEq, prost::Message)]
#[prost(prost_path = "::agentgen::__private::prost")]
pub(crate) struct Document {
    #[prost(message, repeated, tag = "1")]
    pub(crate) messages: Vec<Chat>,
}

static DOCUMENT: MessageType = MessageType {
    name: "bench.Document",
    fields: &[Field::repeated("messages", "messages", 1, Kind::Message(&CHAT))],
    new: codec::new::<Document>,
    rules: None,
};

impl Json for Document {
    fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
        out.field("messages", &self.messages)
    }

    fn read<'de, A: json::MapAccess<'de>>(
        &mut self,
        field: usize,
        value: json::Slot<'_, A>,
    ) -> Result<(), A::Error> {
        match field {
            0 => value.read(&mut self.messages),
            _ => value.skip(),
        }
    }
}

agentgen::messages! { Chat => CHAT, Embedding => EMBEDDING, Document => DOCUMENT }

pub(crate) fn chat() -> Chat {
    Chat {
        id: "0193a8f2-7b1c-7e6a-9c1d-2f3a4b5c6d7e".into(),
        role: 1,
        content: "Summarise the attached report in three sentences, for a reader in a hurry. \
                  Keep the figures, drop the adjectives."
            .into(),
        created_at: 1_763_686_800_123,
        temperature: 0.7,
        stop: vec!["\n\n".into(), "END".into()],
        metadata: [("tenant", "acme"), ("locale", "en-GB")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        stream: true,
    }
}

pub(crate) fn embedding() -> Embedding {
    let values = (0..1536_u16).map(|index| (f32::from(index) * 0.37).sin() / 27.0).collect();
    Embedding { model: "text-embedding".into(), values }
}

/// About 100 KB of JSON.
pub(crate) fn document() -> Document {
    Document { messages: vec![chat(); 300] }
}
