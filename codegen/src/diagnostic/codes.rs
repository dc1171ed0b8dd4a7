//! The one table of finding kinds: name, default severity, what it means.

use super::Severity;

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable name, such as `route-duplicate`.
    pub name: &'static str,
    /// How bad a finding of this kind is.
    pub severity: Severity,
    /// What it means, in one sentence.
    pub doc: &'static str,
}

macro_rules! codes {
    ($($ident:ident $severity:ident $name:literal $doc:literal)*) => {
        $(
            #[doc = $doc]
            pub static $ident: Code = Code { name: $name, severity: Severity::$severity, doc: $doc };
        )*

        /// Every kind of finding, in the order of the table.
        pub static ALL: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    // Reading.
    INPUT_UNREADABLE Error "input-unreadable" "An input or an import cannot be read."
    INPUT_OUTSIDE Error "input-outside-includes" "An input lies outside every include folder, or an earlier folder hides it."
    IMPORT_UNKNOWN Error "import-unknown" "An import names a file that no include folder holds."
    IMPORT_CYCLE Error "import-cycle" "A file imports itself through other files."
    EDITIONS_TEXT Error "editions-text" "The text of editions is not read; a descriptor image of it is."
    SYNTAX Error "syntax" "The text is not a valid .proto file."
    DEFINITION Error "definition" "A name, number, type or option does not resolve."

    // The service config.
    CONFIG_SYNTAX Error "config-syntax" "The service config is no YAML that can be read."
    CONFIG_KEY Error "config-key" "A key of the service config means nothing."
    CONFIG_VALUE Error "config-value" "A value of the service config is of another type than its key asks for."
    CONFIG_SELECTOR Error "config-selector" "A selector of the service config names nothing that it could set options of."
    CONFIG_ELSEWHERE Note "config-elsewhere" "A rule of the service config is about an API that is not among the inputs."

    // Names.
    NAME_CLASH Error "name-clash" "Two names become one after conversion to Rust's case."
    NAME_UNUSABLE Error "name-unusable" "A name leaves nothing after conversion to Rust's case."
    NAME_RESERVED Error "name-reserved" "A field or enum value uses a name that its message or enum reserves."
    ENUM_CLOSED Error "enum-closed" "A field of a proto3 message has a proto2 enum, which knows no other values."
    ENUM_MAP_ZERO Error "enum-map-zero" "The values of a map have an enum whose first value is not 0."

    // Routes.
    ROUTE_INVALID Error "route-invalid" "A path template does not follow the grammar of google.api.http."
    ROUTE_DUPLICATE Error "route-duplicate" "Two bindings have one verb and match the same paths."
    ROUTE_DROPPED Note "route-dropped" "A binding is not served: it gives way to another one that matches the same requests, as its contract says."
    ROUTE_POLICY Error "route-policy" "A setting names a route that its rpc does not have."
    ROUTE_UNCONTESTED Note "route-uncontested" "A binding says what becomes of it in a conflict, and there is none."
    ROUTE_OVERLAP Note "route-overlap" "Two bindings match some path in common; the more specific one wins."
    ROUTE_VARIABLE Error "route-variable" "A path variable is no singular scalar field of the request."
    ROUTE_BODY Error "route-body" "A body names a field that the message does not have."
    ROUTE_NESTED Error "route-nested" "Additional bindings hold additional bindings, which do not count."
    ROUTE_VERB Error "route-verb" "An HTTP rule has no verb, or a verb that HTTP does not know."
    ROUTE_UNREACHABLE Warning "route-unreachable" "A path template has a segment `.` or `..`, which clients of URLs resolve before they send a request."
    BODY_IN_PATH Warning "body-in-path" "A body is a field that the path sets, so that what the body says of it does not count."
    BODY_ON_GET Warning "body-on-get" "A GET has a body, which proxies and browsers drop."

    STREAM_WITHOUT_BODY Warning "stream-without-body" "A binding of an rpc that takes a stream has no body to send it in."
    STREAM_ERROR_FIELD Note "stream-error-field" "Replies of a stream have a member `error`, by which a document of it says that the stream failed."
    FIELD_UNREACHABLE Note "field-unreachable" "A field can be set neither in the path nor the body nor the query of a binding."

    // Options of agentgen.v1.
    OPTION_FIELD Error "option-field" "An option names a field that does not exist or has the wrong type."
    OPTION_SHAPE Error "option-shape" "An option does not fit the shape of its rpc."
    OPTION_VALUE Error "option-value" "An option's value is out of range."
    EXAMPLE_INVALID Error "example-invalid" "An example is no JSON of the type that it stands for, or two have one name."
    SUBJECT_INVALID Error "subject-invalid" "A subject or group is no dotted name."
    SUBJECT_DUPLICATE Error "subject-duplicate" "Two rpcs use one queue subject."

    // Tools of language models.
    TOOL_NAME Error "tool-name" "A tool's name is none that every provider takes."
    TOOL_DUPLICATE Error "tool-duplicate" "Two rpcs are one tool."
    TOOL_SHAPE Warning "tool-shape" "An rpc is no tool, since its request is no JSON object."
    TOOL_DIALECT Warning "tool-dialect" "A provider's strict form cannot express a tool; its closest form is emitted."

    // Rules of buf.validate.
    RULE_TYPE Error "rule-type" "A rule does not fit the type of its field."
    RULE_VALUE Error "rule-value" "A rule's value is wrong: a regular expression that does not compile, a field that does not exist."
    RULE_UNSUPPORTED Error "rule-unsupported" "A rule that is stated cannot be enforced; a warning where no rpc checks its requests."

    // Style that has consequences.
    ENUM_ZERO_MEANING Note "enum-zero-meaning" "The zero value of an enum has a meaning, so that a field that was not set has it too."

    // Output.
    MESSAGES_UNMAKEABLE Error "messages-unmakeable" "prost-build refuses the message types."
    RUST_INVALID Error "rust-invalid" "The generated Rust does not parse."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_kebab_case() {
        let mut names: Vec<&str> = ALL.iter().map(|code| code.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        let kebab = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(names.iter().all(kebab), "{names:?}");
    }
}
