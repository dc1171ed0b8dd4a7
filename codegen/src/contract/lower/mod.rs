//! From descriptors to the contract. Never fails: what is wrong becomes a
//! diagnostic and a sane default, so that a flawed contract can be compared.

mod boxes;
mod checks;
mod conflicts;
mod examples;
mod http;
mod messages;
mod methods;
mod options;
mod packages;
mod queue;
mod rules;
mod services;
mod settings;
mod sse;
mod tools;
mod unique;

use std::collections::HashMap;

use prost_reflect::{DescriptorPool, EnumDescriptor, MessageDescriptor};
use sha2::{Digest, Sha256};

use super::model::{Contract, EnumId, FieldRef, Location, MessageId, TypeRef};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Sources, Spans};

/// Lowers compiled files, and says everything that is wrong with them.
pub fn lower(sources: &Sources) -> (Contract, Vec<Diagnostic>) {
    let mut lowering = Lowering {
        pool: sources.pool(),
        spans: Spans::new(sources),
        contract: Contract::default(),
        messages: HashMap::new(),
        enums: HashMap::new(),
        policies: Vec::new(),
        diagnostics: Vec::new(),
    };
    let plan = packages::plan(sources);
    packages::number(&mut lowering, &plan);
    messages::lower(&mut lowering, &plan);
    boxes::mark(&mut lowering.contract);
    unique::statics(&mut lowering.contract);
    services::lower(&mut lowering, &plan);
    conflicts::resolve(&mut lowering);
    unique::operation_ids(&mut lowering.contract);
    unique::tools(&mut lowering.contract);
    examples::lower(&mut lowering);
    rules::checks::lower(&mut lowering);
    checks::run(&mut lowering, &plan);

    let mut contract = lowering.contract;
    contract.descriptors = sources.encode();
    contract.digest = hex(&Sha256::digest(&contract.descriptors));
    (contract, lowering.diagnostics)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What every step of lowering shares.
struct Lowering<'a> {
    pool: &'a DescriptorPool,
    spans: Spans<'a>,
    contract: Contract,
    messages: HashMap<String, MessageId>,
    enums: HashMap<String, EnumId>,
    /// Which routes give way to others, and how.
    policies: Vec<conflicts::Policy>,
    diagnostics: Vec<Diagnostic>,
}

impl Lowering<'_> {
    /// Records a finding at a place.
    fn report(
        &mut self,
        code: &'static Code,
        place: Location,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let at = self.diagnostics.len();
        self.diagnostics.push(Diagnostic::new(code, message).at(place));
        &mut self.diagnostics[at]
    }

    /// Where a string stands in an option; a service config may write it
    /// without quotes.
    fn quoted(&self, option: &Location, text: &str) -> Location {
        let quoted = self.spans.narrow(option, &format!("\"{text}\""));
        if quoted == *option { self.spans.narrow(option, text) } else { quoted }
    }

    fn type_ref(&self, message: &MessageDescriptor) -> TypeRef {
        match self.messages.get(message.full_name()) {
            Some(id) => TypeRef::Message(*id),
            None => TypeRef::WellKnown(message.full_name().to_owned()),
        }
    }

    fn enum_id(&self, enumeration: &EnumDescriptor) -> Option<EnumId> {
        self.enums.get(enumeration.full_name()).copied()
    }

    /// The field of this name in a message of the contract.
    fn field_of(&self, message: &TypeRef, name: &str) -> Option<FieldRef> {
        let TypeRef::Message(message) = *message else {
            return None;
        };
        let fields = &self.contract.message(message).fields;
        let field = fields.iter().position(|field| field.name == name)?;
        Some(FieldRef { message, field })
    }
}

/// Whether the runtime brings the types of a file. Other files of
/// `google.protobuf`, such as `api.proto`, are emitted like any.
fn is_well_known(file: &str) -> bool {
    const NAMES: [&str; 7] =
        ["any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers"];
    let name = file.strip_prefix("google/protobuf/").and_then(|file| file.strip_suffix(".proto"));
    name.is_some_and(|name| NAMES.contains(&name))
}
