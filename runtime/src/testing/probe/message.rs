//! The one message of the probe.

use crate::codec::{self, Cardinality, Field, Kind, MessageType, json};

/// A piece of work, and the answer to it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Job {
    /// What it is called.
    #[prost(string, tag = "1")]
    pub name: String,
    /// How much there is to do.
    #[prost(uint32, tag = "2")]
    pub size: u32,
}

impl Job {
    /// A piece of work.
    pub fn new(name: impl Into<String>, size: u32) -> Self {
        Self { name: name.into(), size }
    }
}

impl json::Json for Job {
    fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
        out.field("name", &self.name)?;
        out.field("size", &self.size)
    }

    fn read<'de, A: json::MapAccess<'de>>(
        &mut self,
        field: usize,
        value: json::Slot<'_, A>,
    ) -> Result<(), A::Error> {
        match field {
            0 => value.read(&mut self.name),
            1 => value.read(&mut self.size),
            _ => value.skip(),
        }
    }
}

pub(super) static JOB: MessageType = MessageType {
    name: "agentgen.probe.Job",
    fields: &FIELDS,
    new: codec::new::<Job>,
    rules: None,
};

pub(super) static FIELDS: [Field; 2] =
    [field("name", 1, Kind::String), field("size", 2, Kind::Uint32)];

const fn field(name: &'static str, number: u32, kind: Kind) -> Field {
    Field { name, json: name, number, cardinality: Cardinality::Implicit, kind }
}

crate::messages! { Job => JOB }
