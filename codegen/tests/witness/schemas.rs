//! Small random schemas, as a model that edits change and text that compiles.

use std::fmt::Write as _;

use fastrand::Rng;

#[derive(Clone, Debug)]
pub(crate) struct Contract {
    pub(crate) proto3: bool,
    pub(crate) messages: Vec<Message>,
    pub(crate) enums: Vec<Enumeration>,
}

#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) reserved: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) number: u32,
    pub(crate) label: Label,
    pub(crate) kind: Kind,
    pub(crate) oneof: Option<&'static str>,
    pub(crate) default: Option<&'static str>,
    pub(crate) json_name: Option<&'static str>,
    pub(crate) packed: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Label {
    /// None in proto3, `optional` in proto2.
    Plain,
    Optional,
    Required,
    Repeated,
    Map(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Scalar(&'static str),
    /// By its place.
    Message(usize),
    Enum(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Enumeration {
    pub(crate) name: String,
    pub(crate) values: Vec<(String, i32)>,
}

pub(crate) const SCALARS: [&str; 15] = [
    "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32",
    "sfixed64", "bool", "float", "double", "string", "bytes",
];
const KEYS: [&str; 4] = ["string", "int32", "bool", "uint64"];
const DEFAULTS: [&str; 2] = ["1", "7"];

impl Contract {
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let mut contract =
            Self { proto3: rng.f32() < 0.6, messages: Vec::new(), enums: Vec::new() };
        for name in ["E", "F"] {
            let first = i32::from(!contract.proto3 && rng.bool());
            let count = rng.i32(2..5);
            let values = (0..count).map(|n| (format!("{name}_{n}"), first + n)).collect();
            contract.enums.push(Enumeration { name: name.to_owned(), values });
        }
        for (name, most) in [("M", 6), ("N", 3), ("P", 3)] {
            let message =
                Message { name: name.to_owned(), fields: Vec::new(), reserved: Vec::new() };
            contract.messages.push(message);
            let at = contract.messages.len() - 1;
            for _ in 0..rng.usize(1..=most) {
                contract.add_field(at, rng);
            }
        }
        contract.twin();
        contract
    }

    /// A message that holds the same as another.
    fn twin(&mut self) {
        let mut twin = self.messages[1].clone();
        "Twin".clone_into(&mut twin.name);
        self.messages.push(twin);
    }

    pub(crate) fn kind(&self, rng: &mut Rng, nested: bool) -> Kind {
        match rng.usize(..10) {
            0 | 1 if nested => Kind::Message(rng.usize(1..4)),
            2 => Kind::Enum(rng.usize(..self.enums.len())),
            _ => Kind::Scalar(SCALARS[rng.usize(..SCALARS.len())]),
        }
    }

    pub(crate) fn label(&self, rng: &mut Rng) -> Label {
        match rng.usize(..10) {
            0 | 1 => Label::Repeated,
            2 => Label::Map(KEYS[rng.usize(..KEYS.len())]),
            3 if self.proto3 => Label::Optional,
            3 | 4 if !self.proto3 => Label::Required,
            _ => Label::Plain,
        }
    }

    pub(crate) fn add_field(&mut self, at: usize, rng: &mut Rng) {
        let message = &self.messages[at];
        let taken = |number: &u32| message.fields.iter().any(|field| field.number == *number);
        let Some(number) = (1..40).find(|n| !taken(n) && rng.f32() < 0.7) else { return };
        // Names come from the place and chance, so that a removed one may come
        // back under another number.
        let name = format!("field_{}", char::from(b'a' + rng.u8(..12)));
        if message.fields.iter().any(|field| field.name == name) {
            return;
        }
        let mut field = Field {
            name,
            number,
            label: self.label(rng),
            kind: self.kind(rng, at == 0),
            oneof: None,
            default: None,
            json_name: None,
            packed: None,
        };
        if rng.f32() < 0.25 {
            field.oneof = Some(["one", "other"][rng.usize(..2)]);
            field.label = Label::Plain;
        }
        if rng.f32() < 0.2 {
            field.default = Some(DEFAULTS[rng.usize(..2)]);
        }
        self.messages[at].fields.push(field);
    }

    pub(crate) fn text(&self) -> String {
        let syntax = if self.proto3 { "proto3" } else { "proto2" };
        let mut text = format!("syntax = \"{syntax}\";\npackage t;\n");
        for found in &self.enums {
            let _ = writeln!(text, "enum {} {{", found.name);
            for (name, number) in &found.values {
                let _ = writeln!(text, "  {name} = {number};");
            }
            text += "}\n";
        }
        for message in &self.messages {
            self.message(message, &mut text);
        }
        let root = &self.messages[0].name;
        let _ = writeln!(text, "service S {{ rpc Do({root}) returns ({root}); }}");
        text
    }

    fn message(&self, message: &Message, text: &mut String) {
        let _ = writeln!(text, "message {} {{", message.name);
        for number in &message.reserved {
            if message.fields.iter().all(|field| field.number != *number) {
                let _ = writeln!(text, "  reserved {number};");
            }
        }
        for field in message.fields.iter().filter(|field| field.oneof.is_none()) {
            self.field(field, text);
        }
        for oneof in ["one", "other", "third"] {
            let members = message.fields.iter().filter(|field| field.oneof == Some(oneof));
            let members: Vec<_> = members.collect();
            if !members.is_empty() {
                let _ = writeln!(text, "  oneof {oneof} {{");
                for field in members {
                    self.field(field, text);
                }
                text.push_str("  }\n");
            }
        }
        text.push_str("}\n");
    }

    fn field(&self, field: &Field, text: &mut String) {
        let kind = match field.kind {
            Kind::Scalar(name) => name,
            Kind::Message(at) => &self.messages[at].name,
            Kind::Enum(at) => &self.enums[at].name,
        };
        let label = match field.label {
            _ if field.oneof.is_some() => "",
            Label::Optional => "optional ",
            Label::Plain if !self.proto3 => "optional ",
            Label::Required if !self.proto3 => "required ",
            Label::Repeated => "repeated ",
            Label::Plain | Label::Required | Label::Map(_) => "",
        };
        let kind = match (field.label, field.oneof) {
            (Label::Map(key), None) => format!("map<{key}, {kind}>"),
            _ => kind.to_owned(),
        };
        let mut options = Vec::new();
        options.extend(field.json_name.map(|name| format!("json_name = \"{name}\"")));
        options.extend(self.default(field));
        let numeric = !matches!(field.kind, Kind::Message(_) | Kind::Scalar("string" | "bytes"));
        let listed = field.label == Label::Repeated && field.oneof.is_none();
        if let (Some(packed), true) = (field.packed, listed && numeric) {
            options.push(format!("packed = {packed}"));
        }
        let options =
            if options.is_empty() { String::new() } else { format!(" [{}]", options.join(", ")) };
        let _ = writeln!(text, "    {label}{kind} {} = {}{options};", field.name, field.number);
    }

    fn default(&self, field: &Field) -> Option<String> {
        let value = field.default?;
        if self.proto3 || !matches!(field.label, Label::Plain | Label::Optional) {
            return None;
        }
        let text = match field.kind {
            Kind::Message(_) => return None,
            Kind::Enum(at) => self.enums[at].values.last()?.0.clone(),
            Kind::Scalar("bool") => (value == "1").to_string(),
            Kind::Scalar("string" | "bytes") => format!("\"{value}\""),
            Kind::Scalar(_) => value.to_owned(),
        };
        Some(format!("default = {text}"))
    }
}
