//! Configurations: both read the same file and keep the same findings.

use agentgen_codegen::compat::anchor::Settings;
use agentgen_codegen::compat::buf_yaml::BufYaml;

use super::buf::{self, Buf};
use super::images;

/// The settings of a configuration for images.
pub(super) fn settings(config: &str) -> Settings {
    let parsed = BufYaml::parse(config, "buf.yaml").unwrap_or_else(|error| panic!("{error}"));
    parsed.settings("new.binpb")
}

const CONFIGS: [&str; 11] = [
    "{version: v2}",
    "{version: v1, breaking: {use: [FILE]}}",
    "{version: v1, breaking: {use: [PACKAGE, FIELD_SAME_LABEL], except: [FILE_SAME_SYNTAX]}}",
    "{version: v1, breaking: {use: [WIRE_JSON, WIRE]}}",
    "{version: v1, breaking: {use: [FIELD_SAME_CTYPE, FILE_SAME_JAVA_STRING_CHECK_UTF8]}}",
    "{version: v1beta1, breaking: {use: [WIRE, WIRE_JSON, PACKAGE], except: [RPC_NO_DELETE]}}",
    "{version: v1beta1}",
    "{version: v2, breaking: {ignore: [field-renamed, ./moved-between-files/a.proto]}}",
    "{version: v2, breaking: {use: [WIRE_JSON], ignore_only: {WIRE_JSON: [field-renamed],
      FIELD_SAME_NAME: [field-renamed-keeping-json/a.proto], RESERVED_ENUM_NO_DELETE: [reserved]}}}",
    "{version: v2, breaking: {use: [FILE, PACKAGE], ignore_unstable_packages: true}}",
    "{version: v2, breaking: {use: [CSR], except: [WIRE]}}",
];

#[test]
fn every_version_of_the_configuration_is_read_alike() {
    let buf = Buf::new("configurations");
    let (_, old, new) = images(&buf);
    for config in CONFIGS {
        let theirs = buf.breaking(&old, &new, config);
        let ours = buf::ours(&old, &new, &settings(config));
        buf::assert_same(config, &ours, &theirs);
    }
}
