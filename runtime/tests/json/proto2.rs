//! What only proto2 has: required fields, groups, closed enums; and a field
//! whose JSON name is its own.

use agentgen::codec::Cardinality::{Optional, Repeated, Required};
use agentgen::codec::json::{self, Json};
use agentgen::codec::{self, EnumType, EnumValue, Kind, MessageType};

use crate::kitchen::{SINK, Sink};
use crate::tables::{TYPES, field};

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Legacy {
    #[prost(int32, required, tag = "1")]
    pub(crate) id: i32,
    #[prost(enumeration = "Mood", required, tag = "2", default = "Calm")]
    pub(crate) mood: i32,
    #[prost(message, required, tag = "3")]
    pub(crate) sink: Sink,
    #[prost(group, optional, tag = "4")]
    pub(crate) page: Option<legacy::Page>,
    #[prost(group, repeated, tag = "5")]
    pub(crate) pages: Vec<legacy::Page>,
}

pub(crate) mod legacy {
    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Page {
        #[prost(string, optional, tag = "1")]
        pub(crate) title: Option<String>,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(crate) enum Mood {
    Calm = 1,
}

pub(crate) static MOOD: EnumType = EnumType {
    name: "kitchen.v1.Mood",
    values: &[EnumValue { name: "CALM", number: 1 }],
    closed: true,
};

impl Json for Legacy {
    fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
        out.present("ID", &self.id)?;
        out.present_enumeration("mood", &self.mood, &MOOD)?;
        out.present("sink", &self.sink)?;
        out.field("page", &self.page)?;
        out.field("pages", &self.pages)
    }

    fn read<'de, A: json::MapAccess<'de>>(
        &mut self,
        field: usize,
        value: json::Slot<'_, A>,
    ) -> Result<(), A::Error> {
        match field {
            0 => value.read(&mut self.id),
            1 => value.read_enumeration(&mut self.mood, &MOOD),
            2 => value.read(&mut self.sink),
            3 => value.read(&mut self.page),
            4 => value.read(&mut self.pages),
            _ => value.skip(),
        }
    }
}

impl Json for legacy::Page {
    fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
        out.field("title", &self.title)
    }

    fn read<'de, A: json::MapAccess<'de>>(
        &mut self,
        field: usize,
        value: json::Slot<'_, A>,
    ) -> Result<(), A::Error> {
        match field {
            0 => value.read(&mut self.title),
            _ => value.skip(),
        }
    }
}

pub(crate) static LEGACY: MessageType = MessageType {
    name: "kitchen.v1.Legacy",
    fields: &[
        field("id", "ID", 1, Required, Kind::Int32),
        field("mood", "mood", 2, Required, Kind::Enum(&MOOD)),
        field("sink", "sink", 3, Required, Kind::Message(&SINK)),
        field("page", "page", 4, Optional, Kind::Group(&LEGACY_PAGE)),
        field("pages", "pages", 5, Repeated, Kind::Group(&LEGACY_PAGE)),
    ],
    new: codec::new::<Legacy>,
    rules: None,
};

pub(crate) static LEGACY_PAGE: MessageType = MessageType {
    name: "kitchen.v1.Legacy.Page",
    fields: &[field("title", "title", 1, Optional, Kind::String)],
    new: codec::new::<legacy::Page>,
    rules: None,
};

agentgen::messages! {
    types = TYPES;
    Legacy => LEGACY,
    legacy::Page => LEGACY_PAGE,
}
