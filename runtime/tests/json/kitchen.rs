//! The reference of what generated code looks like: a message with a field of
//! every kind and cardinality, written by hand.

use std::collections::BTreeMap;

use agentgen::codec::Cardinality::{Implicit, Map, Oneof, Optional, Repeated};
use agentgen::codec::json::{self, Json};
use agentgen::codec::{self, Kind, MessageType, wkt};
use agentgen::wkt::{Any, Duration, FieldMask, ListValue, NullValue, Struct, Timestamp, Value};

use crate::tables::{COLOR, Color, TYPES, field};

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Sink {
    #[prost(double, tag = "1")]
    pub(crate) double_value: f64,
    #[prost(float, tag = "2")]
    pub(crate) float_value: f32,
    #[prost(int32, tag = "3")]
    pub(crate) int32_value: i32,
    #[prost(int64, tag = "4")]
    pub(crate) int64_value: i64,
    #[prost(uint32, tag = "5")]
    pub(crate) uint32_value: u32,
    #[prost(uint64, tag = "6")]
    pub(crate) uint64_value: u64,
    #[prost(sint32, tag = "7")]
    pub(crate) sint32_value: i32,
    #[prost(sint64, tag = "8")]
    pub(crate) sint64_value: i64,
    #[prost(fixed32, tag = "9")]
    pub(crate) fixed32_value: u32,
    #[prost(fixed64, tag = "10")]
    pub(crate) fixed64_value: u64,
    #[prost(sfixed32, tag = "11")]
    pub(crate) sfixed32_value: i32,
    #[prost(sfixed64, tag = "12")]
    pub(crate) sfixed64_value: i64,
    #[prost(bool, tag = "13")]
    pub(crate) bool_value: bool,
    #[prost(string, tag = "14")]
    pub(crate) string_value: String,
    #[prost(bytes = "vec", tag = "15")]
    pub(crate) bytes_value: Vec<u8>,
    #[prost(enumeration = "Color", tag = "16")]
    pub(crate) color: i32,
    #[prost(int32, optional, tag = "17")]
    pub(crate) opt_int32: Option<i32>,
    #[prost(string, optional, tag = "18")]
    pub(crate) opt_string: Option<String>,
    #[prost(enumeration = "Color", optional, tag = "19")]
    pub(crate) opt_color: Option<i32>,
    #[prost(message, optional, boxed, tag = "20")]
    pub(crate) child: Option<Box<Sink>>,
    #[prost(float, repeated, tag = "21")]
    pub(crate) floats: Vec<f32>,
    #[prost(int64, repeated, tag = "22")]
    pub(crate) int64s: Vec<i64>,
    #[prost(string, repeated, tag = "23")]
    pub(crate) strings: Vec<String>,
    #[prost(bytes = "vec", repeated, tag = "24")]
    pub(crate) blobs: Vec<Vec<u8>>,
    #[prost(enumeration = "Color", repeated, tag = "25")]
    pub(crate) colors: Vec<i32>,
    #[prost(message, repeated, tag = "26")]
    pub(crate) children: Vec<Sink>,
    #[prost(btree_map = "string, string", tag = "27")]
    pub(crate) labels: BTreeMap<String, String>,
    #[prost(btree_map = "bool, int64", tag = "28")]
    pub(crate) by_bool: BTreeMap<bool, i64>,
    #[prost(btree_map = "int32, enumeration(Color)", tag = "29")]
    pub(crate) by_int32: BTreeMap<i32, i32>,
    #[prost(btree_map = "int64, message", tag = "30")]
    pub(crate) by_int64: BTreeMap<i64, Sink>,
    #[prost(btree_map = "uint32, bytes", tag = "31")]
    pub(crate) by_uint32: BTreeMap<u32, Vec<u8>>,
    #[prost(btree_map = "uint64, double", tag = "32")]
    pub(crate) by_uint64: BTreeMap<u64, f64>,
    #[prost(oneof = "sink::Choice", tags = "33, 34, 35, 36, 37")]
    pub(crate) choice: Option<sink::Choice>,
    #[prost(enumeration = "NullValue", optional, tag = "38")]
    pub(crate) null: Option<i32>,
    #[prost(enumeration = "NullValue", repeated, tag = "39")]
    pub(crate) nulls: Vec<i32>,
    #[prost(message, optional, tag = "40")]
    pub(crate) timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "41")]
    pub(crate) duration: Option<Duration>,
    #[prost(message, optional, tag = "42")]
    pub(crate) mask: Option<FieldMask>,
    #[prost(message, optional, tag = "43")]
    pub(crate) object: Option<Struct>,
    #[prost(message, optional, tag = "44")]
    pub(crate) json: Option<Value>,
    #[prost(message, optional, tag = "45")]
    pub(crate) list: Option<ListValue>,
    #[prost(message, optional, tag = "46")]
    pub(crate) wrapped_text: Option<String>,
    #[prost(message, optional, tag = "47")]
    pub(crate) wrapped_blob: Option<Vec<u8>>,
    #[prost(message, optional, tag = "48")]
    pub(crate) wrapped_float: Option<f32>,
    #[prost(message, optional, tag = "49")]
    pub(crate) empty: Option<()>,
    #[prost(message, optional, tag = "50")]
    pub(crate) any: Option<Any>,
    #[prost(message, repeated, tag = "51")]
    pub(crate) anys: Vec<Any>,
    #[prost(message, repeated, tag = "52")]
    pub(crate) jsons: Vec<Value>,
    #[prost(message, repeated, tag = "53")]
    pub(crate) times: Vec<Timestamp>,
    #[prost(message, repeated, tag = "54")]
    pub(crate) wrapped_counts: Vec<i64>,
}

pub(crate) mod sink {
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub(crate) enum Choice {
        #[prost(string, tag = "33")]
        Text(String),
        #[prost(enumeration = "super::Color", tag = "34")]
        Tint(i32),
        #[prost(message, boxed, tag = "35")]
        Branch(Box<super::Sink>),
        #[prost(enumeration = "super::NullValue", tag = "36")]
        Nothing(i32),
        #[prost(message, tag = "37")]
        Count(i64),
    }
}

impl Json for Sink {
    fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
        out.field("doubleValue", &self.double_value)?;
        out.field("floatValue", &self.float_value)?;
        out.field("int32Value", &self.int32_value)?;
        out.field("int64Value", &self.int64_value)?;
        out.field("uint32Value", &self.uint32_value)?;
        out.field("uint64Value", &self.uint64_value)?;
        out.field("sint32Value", &self.sint32_value)?;
        out.field("sint64Value", &self.sint64_value)?;
        out.field("fixed32Value", &self.fixed32_value)?;
        out.field("fixed64Value", &self.fixed64_value)?;
        out.field("sfixed32Value", &self.sfixed32_value)?;
        out.field("sfixed64Value", &self.sfixed64_value)?;
        out.field("boolValue", &self.bool_value)?;
        out.field("stringValue", &self.string_value)?;
        out.field("bytesValue", &self.bytes_value)?;
        out.enumeration("color", &self.color, &COLOR)?;
        out.field("optInt32", &self.opt_int32)?;
        out.field("optString", &self.opt_string)?;
        out.enumeration("optColor", &self.opt_color, &COLOR)?;
        out.field("child", &self.child)?;
        out.field("floats", &self.floats)?;
        out.field("int64s", &self.int64s)?;
        out.field("strings", &self.strings)?;
        out.field("blobs", &self.blobs)?;
        out.enumeration("colors", &self.colors, &COLOR)?;
        out.field("children", &self.children)?;
        out.field("labels", &self.labels)?;
        out.field("byBool", &self.by_bool)?;
        out.enumeration("byInt32", &self.by_int32, &COLOR)?;
        out.field("byInt64", &self.by_int64)?;
        out.field("byUint32", &self.by_uint32)?;
        out.field("byUint64", &self.by_uint64)?;
        match &self.choice {
            Some(sink::Choice::Text(value)) => out.present("text", value)?,
            Some(sink::Choice::Tint(value)) => out.present_enumeration("tint", value, &COLOR)?,
            Some(sink::Choice::Branch(value)) => out.present("branch", value)?,
            Some(sink::Choice::Nothing(value)) => {
                out.present_enumeration("nothing", value, &wkt::NULL_VALUE)?;
            }
            Some(sink::Choice::Count(value)) => out.present("count", value)?,
            None => {}
        }
        out.enumeration("null", &self.null, &wkt::NULL_VALUE)?;
        out.enumeration("nulls", &self.nulls, &wkt::NULL_VALUE)?;
        out.field("timestamp", &self.timestamp)?;
        out.field("duration", &self.duration)?;
        out.field("mask", &self.mask)?;
        out.field("object", &self.object)?;
        out.field("json", &self.json)?;
        out.field("list", &self.list)?;
        out.field("wrappedText", &self.wrapped_text)?;
        out.field("wrappedBlob", &self.wrapped_blob)?;
        out.field("wrappedFloat", &self.wrapped_float)?;
        out.field("empty", &self.empty)?;
        out.field("any", &self.any)?;
        out.field("anys", &self.anys)?;
        out.field("jsons", &self.jsons)?;
        out.field("times", &self.times)?;
        out.field("wrappedCounts", &self.wrapped_counts)?;
        Ok(())
    }

    fn read<'de, A: json::MapAccess<'de>>(
        &mut self,
        field: usize,
        value: json::Slot<'_, A>,
    ) -> Result<(), A::Error> {
        match field {
            0 => value.read(&mut self.double_value),
            1 => value.read(&mut self.float_value),
            2 => value.read(&mut self.int32_value),
            3 => value.read(&mut self.int64_value),
            4 => value.read(&mut self.uint32_value),
            5 => value.read(&mut self.uint64_value),
            6 => value.read(&mut self.sint32_value),
            7 => value.read(&mut self.sint64_value),
            8 => value.read(&mut self.fixed32_value),
            9 => value.read(&mut self.fixed64_value),
            10 => value.read(&mut self.sfixed32_value),
            11 => value.read(&mut self.sfixed64_value),
            12 => value.read(&mut self.bool_value),
            13 => value.read(&mut self.string_value),
            14 => value.read(&mut self.bytes_value),
            15 => value.read_enumeration(&mut self.color, &COLOR),
            16 => value.read(&mut self.opt_int32),
            17 => value.read(&mut self.opt_string),
            18 => value.read_enumeration(&mut self.opt_color, &COLOR),
            19 => value.read(&mut self.child),
            20 => value.read(&mut self.floats),
            21 => value.read(&mut self.int64s),
            22 => value.read(&mut self.strings),
            23 => value.read(&mut self.blobs),
            24 => value.read_enumeration(&mut self.colors, &COLOR),
            25 => value.read(&mut self.children),
            26 => value.read(&mut self.labels),
            27 => value.read(&mut self.by_bool),
            28 => value.read_enumeration(&mut self.by_int32, &COLOR),
            29 => value.read(&mut self.by_int64),
            30 => value.read(&mut self.by_uint32),
            31 => value.read(&mut self.by_uint64),
            32 => value.read_oneof(&mut self.choice, sink::Choice::Text),
            33 => value.read_oneof_enumeration(&mut self.choice, sink::Choice::Tint, &COLOR),
            34 => value.read_oneof(&mut self.choice, sink::Choice::Branch),
            35 => value.read_oneof_enumeration(
                &mut self.choice,
                sink::Choice::Nothing,
                &wkt::NULL_VALUE,
            ),
            36 => value.read_oneof(&mut self.choice, sink::Choice::Count),
            37 => value.read_enumeration(&mut self.null, &wkt::NULL_VALUE),
            38 => value.read_enumeration(&mut self.nulls, &wkt::NULL_VALUE),
            39 => value.read(&mut self.timestamp),
            40 => value.read(&mut self.duration),
            41 => value.read(&mut self.mask),
            42 => value.read(&mut self.object),
            43 => value.read(&mut self.json),
            44 => value.read(&mut self.list),
            45 => value.read(&mut self.wrapped_text),
            46 => value.read(&mut self.wrapped_blob),
            47 => value.read(&mut self.wrapped_float),
            48 => value.read(&mut self.empty),
            49 => value.read(&mut self.any),
            50 => value.read(&mut self.anys),
            51 => value.read(&mut self.jsons),
            52 => value.read(&mut self.times),
            53 => value.read(&mut self.wrapped_counts),
            _ => value.skip(),
        }
    }
}

pub(crate) static SINK: MessageType = MessageType {
    name: "kitchen.v1.Sink",
    fields: &[
        field("double_value", "doubleValue", 1, Implicit, Kind::Double),
        field("float_value", "floatValue", 2, Implicit, Kind::Float),
        field("int32_value", "int32Value", 3, Implicit, Kind::Int32),
        field("int64_value", "int64Value", 4, Implicit, Kind::Int64),
        field("uint32_value", "uint32Value", 5, Implicit, Kind::Uint32),
        field("uint64_value", "uint64Value", 6, Implicit, Kind::Uint64),
        field("sint32_value", "sint32Value", 7, Implicit, Kind::Sint32),
        field("sint64_value", "sint64Value", 8, Implicit, Kind::Sint64),
        field("fixed32_value", "fixed32Value", 9, Implicit, Kind::Fixed32),
        field("fixed64_value", "fixed64Value", 10, Implicit, Kind::Fixed64),
        field("sfixed32_value", "sfixed32Value", 11, Implicit, Kind::Sfixed32),
        field("sfixed64_value", "sfixed64Value", 12, Implicit, Kind::Sfixed64),
        field("bool_value", "boolValue", 13, Implicit, Kind::Bool),
        field("string_value", "stringValue", 14, Implicit, Kind::String),
        field("bytes_value", "bytesValue", 15, Implicit, Kind::Bytes),
        field("color", "color", 16, Implicit, Kind::Enum(&COLOR)),
        field("opt_int32", "optInt32", 17, Optional, Kind::Int32),
        field("opt_string", "optString", 18, Optional, Kind::String),
        field("opt_color", "optColor", 19, Optional, Kind::Enum(&COLOR)),
        field("child", "child", 20, Optional, Kind::Message(&SINK)),
        field("floats", "floats", 21, Repeated, Kind::Float),
        field("int64s", "int64s", 22, Repeated, Kind::Int64),
        field("strings", "strings", 23, Repeated, Kind::String),
        field("blobs", "blobs", 24, Repeated, Kind::Bytes),
        field("colors", "colors", 25, Repeated, Kind::Enum(&COLOR)),
        field("children", "children", 26, Repeated, Kind::Message(&SINK)),
        field("labels", "labels", 27, Map(&Kind::String), Kind::String),
        field("by_bool", "byBool", 28, Map(&Kind::Bool), Kind::Int64),
        field("by_int32", "byInt32", 29, Map(&Kind::Int32), Kind::Enum(&COLOR)),
        field("by_int64", "byInt64", 30, Map(&Kind::Int64), Kind::Message(&SINK)),
        field("by_uint32", "byUint32", 31, Map(&Kind::Uint32), Kind::Bytes),
        field("by_uint64", "byUint64", 32, Map(&Kind::Uint64), Kind::Double),
        field("text", "text", 33, Oneof(0), Kind::String),
        field("tint", "tint", 34, Oneof(0), Kind::Enum(&COLOR)),
        field("branch", "branch", 35, Oneof(0), Kind::Message(&SINK)),
        field("nothing", "nothing", 36, Oneof(0), Kind::Enum(&wkt::NULL_VALUE)),
        field("count", "count", 37, Oneof(0), Kind::Message(&wkt::INT64_VALUE)),
        field("null", "null", 38, Optional, Kind::Enum(&wkt::NULL_VALUE)),
        field("nulls", "nulls", 39, Repeated, Kind::Enum(&wkt::NULL_VALUE)),
        field("timestamp", "timestamp", 40, Optional, Kind::Message(&wkt::TIMESTAMP)),
        field("duration", "duration", 41, Optional, Kind::Message(&wkt::DURATION)),
        field("mask", "mask", 42, Optional, Kind::Message(&wkt::FIELD_MASK)),
        field("object", "object", 43, Optional, Kind::Message(&wkt::STRUCT)),
        field("json", "json", 44, Optional, Kind::Message(&wkt::VALUE)),
        field("list", "list", 45, Optional, Kind::Message(&wkt::LIST_VALUE)),
        field("wrapped_text", "wrappedText", 46, Optional, Kind::Message(&wkt::STRING_VALUE)),
        field("wrapped_blob", "wrappedBlob", 47, Optional, Kind::Message(&wkt::BYTES_VALUE)),
        field("wrapped_float", "wrappedFloat", 48, Optional, Kind::Message(&wkt::FLOAT_VALUE)),
        field("empty", "empty", 49, Optional, Kind::Message(&wkt::EMPTY)),
        field("any", "any", 50, Optional, Kind::Message(&wkt::ANY)),
        field("anys", "anys", 51, Repeated, Kind::Message(&wkt::ANY)),
        field("jsons", "jsons", 52, Repeated, Kind::Message(&wkt::VALUE)),
        field("times", "times", 53, Repeated, Kind::Message(&wkt::TIMESTAMP)),
        field("wrapped_counts", "wrappedCounts", 54, Repeated, Kind::Message(&wkt::INT64_VALUE)),
    ],
    new: codec::new::<Sink>,
    rules: None,
};

agentgen::messages! { types = TYPES; Sink => SINK }
