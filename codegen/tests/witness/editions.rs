//! The codec under editions, which come as images only: their features decide,
//! and a proto2 twin says what is right.

use agentgen_codegen::compat::schema::{EncodedFile, Schema};
use agentgen_codegen::compat::witness::{Slot, Tree, Types, Value, binary};
use agentgen_codegen::source;
use fastrand::Rng;
use prost::encoding::encode_varint;

use super::image::Image;
use super::random;

const MESSAGES: &str = "
    message M { N n = 1; repeated N ns = 2; repeated int32 list = 3; string text = 4; E e = 5;
                map<string, N> by = 6; }
    message N { int32 x = 1; }
    enum E { ZERO = 0; ONE = 1; }";

/// The descriptor of a proto3 text as one of edition 2023 with features for
/// the whole file; what is appended to an encoded message wins or is merged.
fn edition(features: &[u8]) -> Vec<u8> {
    let text = format!("syntax = \"proto3\";{MESSAGES}");
    let sources = source::from_texts([("contract.proto", text)]).expect("compiles");
    let file = sources.pool().get_file_by_name("contract.proto").expect("was compiled");
    let mut bytes = file.encode_to_vec();
    let mut field =
        |number: u64, wire_type: u64| encode_varint(number << 3 | wire_type, &mut bytes);
    field(14, 0);
    encode_varint(1000, &mut bytes);
    encode_varint(8 << 3 | 2, &mut bytes);
    encode_varint(features.len() as u64 + 3, &mut bytes);
    encode_varint(50 << 3 | 2, &mut bytes);
    encode_varint(features.len() as u64, &mut bytes);
    bytes.extend_from_slice(features);
    bytes
}

fn read(features: &[u8], payload: &[u8]) -> Result<Tree, String> {
    let file = edition(features);
    let schema = Schema::read(&[EncodedFile { bytes: &file, is_import: false }]).expect("reads");
    let id = schema.message_named("M").expect("is declared");
    binary::read(&Types::new(&schema), id, payload).map_err(|error| error.to_string())
}

const DELIMITED_AND_EXPANDED: &[u8] = &[0x28, 2, 0x18, 2];

#[test]
fn delimited_messages_are_groups_and_maps_are_not() {
    let file = edition(DELIMITED_AND_EXPANDED);
    let schema = Schema::read(&[EncodedFile { bytes: &file, is_import: false }]).expect("reads");
    let (types, id) = (Types::new(&schema), schema.message_named("M").expect("is declared"));
    // The same wire format in proto2.
    let twin = Image::of(
        "syntax = \"proto2\"; message M { optional group N = 1 { optional int32 x = 1; }
         repeated group Ns = 2 { optional int32 x = 1; } repeated int32 list = 3;
         optional string text = 4; optional E e = 5; map<string, V> by = 6; }
         message V { optional int32 x = 1; } enum E { ZERO = 0; ONE = 1; }",
    )
    .expect("compiles");
    let twin_schema = twin.schema();
    let twin_types = Types::new(&twin_schema);
    let twin_id = twin_schema.message_named("M").expect("is declared");
    for seed in 0..100 {
        let tree = random::tree(&types, id, &mut Rng::with_seed(seed), 2);
        let bytes = binary::write(&types, id, &tree);
        assert_eq!(binary::write(&twin_types, twin_id, &tree), bytes, "seed {seed}");
        assert_eq!(binary::read(&types, id, &bytes).as_ref(), Ok(&tree), "seed {seed}");
    }
}

#[test]
fn features_decide_on_presence_validation_and_unknown_enum_values() {
    let set = |number, value| Ok(Tree::of(number, Slot::One(value)));
    assert_eq!(read(&[8, 1], &[0x28, 0]), set(5, Value::Enum(0)), "explicit presence");
    assert_eq!(read(&[8, 2], &[0x28, 0]), Ok(Tree::default()), "implicit presence");
    assert!(read(&[8, 3], &[0x28, 0]).is_err(), "legacy required");
    assert!(read(&[0x20, 2], &[0x22, 1, 255]).is_err(), "validation");
    assert_eq!(read(&[0x20, 3], &[0x22, 1, 255]), set(4, Value::String(vec![255])), "none");
    assert_eq!(read(&[0x10, 1], &[0x28, 7]), set(5, Value::Enum(7)), "open");
    assert!(read(&[0x10, 2], &[0x28, 7]).expect("is read").fields.is_empty(), "closed");
}
