//! The codec against prost-reflect: what one writes the other reads, as the
//! same message, in both encodings.

use agentgen_codegen::compat::witness::json::{self, UnknownNames};
use agentgen_codegen::compat::witness::{Slot, Tree, Types, Value, binary};
use fastrand::Rng;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage as _};
use serde_json::json;

use super::image::Image;
use super::random;

const PROTO3: &str = r#"
    syntax = "proto3";
    package t;
    import "google/protobuf/any.proto";
    import "google/protobuf/duration.proto";
    import "google/protobuf/field_mask.proto";
    import "google/protobuf/struct.proto";
    import "google/protobuf/timestamp.proto";
    import "google/protobuf/wrappers.proto";
    enum E { ZERO = 0; ONE = 1; MINUS = -1; }
    message M {
      double a = 1; float b = 2; int64 c = 3; uint64 d = 4; int32 e = 5;
      fixed64 f = 6; fixed32 g = 7; bool h = 8; string i = 9; bytes j = 10;
      uint32 k = 11; E l = 12; sfixed32 m = 13; sfixed64 n = 14; sint32 o = 15; sint64 p = 16;
      M nested = 17;
      optional int32 maybe = 18; optional string maybe_text = 19; optional E maybe_e = 20;
      oneof choice { int64 first = 21; string second = 22; M third = 23; E fourth = 24; }
      repeated int32 packed = 30; repeated sint64 unpacked = 31 [packed = false];
      repeated string texts = 32; repeated E es = 33; repeated double ds = 34; repeated M ms = 35;
      repeated fixed32 fs = 36; repeated bool bs = 37; repeated bytes blobs = 38; repeated float floats = 39;
      map<string, int32> counts = 40; map<int64, M> by_id = 41; map<bool, E> flags = 42;
      map<uint32, bytes> parts = 43; map<sfixed32, double> sums = 44;
      string renamed_one = 50 [json_name = "other"]; int32 snake_case_2 = 51;
    }
    message Known {
      google.protobuf.Timestamp at = 1; google.protobuf.Duration long = 2;
      google.protobuf.FieldMask mask = 3; google.protobuf.Value value = 4;
      google.protobuf.Struct object = 5; google.protobuf.ListValue list = 6;
      google.protobuf.Int64Value wide = 7; google.protobuf.StringValue text = 8;
      google.protobuf.BoolValue flag = 9; google.protobuf.BytesValue blob = 10;
      google.protobuf.DoubleValue number = 11; google.protobuf.NullValue null = 12;
      repeated google.protobuf.Timestamp times = 13; map<string, google.protobuf.Value> values = 14;
      google.protobuf.Any any = 15; google.protobuf.FloatValue float = 16;
    }
"#;

const PROTO2: &str = r#"
    syntax = "proto2";
    package t;
    enum E { FIVE = 5; ONE = 1; }
    message M {
      required int32 must = 1; optional string text = 2 [default = "d"]; optional E e = 3;
      repeated int32 plain = 4; repeated int32 packed = 5 [packed = true];
      optional group Inner = 6 { optional int64 x = 1; repeated string y = 2; }
      repeated group Many = 7 { required bool flag = 1; }
      optional M nested = 8; oneof choice { int32 first = 9; bytes second = 10; }
      map<string, E> es = 11; optional bytes raw = 12 [default = "\x01"];
      extensions 100 to 200;
    }
    extend M { optional int32 number = 100; repeated string texts = 101; optional M more = 102; }
"#;

fn dynamic(pool: &DescriptorPool, message: &str) -> DynamicMessage {
    DynamicMessage::new(pool.get_message_by_name(message).expect("is declared"))
}

fn agree(text: &str, message: &str, seed: u64, depth: usize) {
    let image = Image::of(text).expect("compiles");
    let schema = image.schema();
    let types = Types::new(&schema);
    let id = schema.message_named(message).expect("is declared");
    let tree = random::tree(&types, id, &mut Rng::with_seed(seed), depth);

    let bytes = binary::write(&types, id, &tree);
    let mut peer = dynamic(&image.pool, message);
    peer.merge(&*bytes).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    let back = binary::read(&types, id, &peer.encode_to_vec());
    assert_eq!(back.as_ref().map(sorted), Ok(sorted(&tree)), "seed {seed}: binary");

    let ours = json::write(&types, id, &tree).unwrap_or_else(|error| panic!("{seed}: {error}"));
    let theirs = serde_json::to_value(&peer).unwrap_or_else(|error| panic!("{seed}: {error}"));
    assert_eq!(ours, theirs, "seed {seed}: JSON");
    let back = json::read(&types, id, &theirs, UnknownNames::Refuse);
    assert_eq!(back.as_ref().map(sorted), Ok(sorted(&tree)), "seed {seed}: JSON");
    let read = DynamicMessage::deserialize(peer.descriptor(), ours)
        .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    assert_eq!(read, peer, "seed {seed}: JSON");
}

/// Maps have no order.
fn sorted(tree: &Tree) -> Tree {
    let mut tree = tree.clone();
    for slot in tree.fields.values_mut() {
        let inside = |value: &mut Value| {
            if let Value::Message(tree) = value {
                *tree = sorted(tree);
            }
        };
        match slot {
            Slot::One(value) => inside(value),
            Slot::Many(values) => values.iter_mut().for_each(inside),
            Slot::Map(entries) => {
                for (_, value) in entries.iter_mut() {
                    inside(value);
                }
                entries.sort_by_key(|(key, _)| format!("{key:?}"));
            }
        }
    }
    tree
}

#[test]
fn random_messages_of_proto3_are_the_same_to_a_runtime() {
    (0..100).for_each(|seed| agree(PROTO3, "t.M", seed, 2));
}

#[test]
fn random_messages_of_proto2_with_groups_and_extensions_are_the_same_to_a_runtime() {
    (0..100).for_each(|seed| agree(PROTO2, "t.M", seed, 2));
}

#[test]
fn random_well_known_messages_are_the_same_to_a_runtime() {
    (0..100).for_each(|seed| agree(PROTO3, "t.Known", seed, 3));
}

/// What the fields of a message read as, under a text of declarations.
fn reads(declarations: &str, bytes: &[u8]) -> Result<Tree, String> {
    let image = Image::of(declarations).expect("compiles");
    let schema = image.schema();
    let id = schema.message_named("M").expect("is declared");
    binary::read(&Types::new(&schema), id, bytes).map_err(|error| error.to_string())
}

fn reads_json(
    declarations: &str,
    json: &serde_json::Value,
    unknown: UnknownNames,
) -> Result<Tree, String> {
    let image = Image::of(declarations).expect("compiles");
    let schema = image.schema();
    let id = schema.message_named("M").expect("is declared");
    json::read(&Types::new(&schema), id, json, unknown).map_err(|error| error.to_string())
}

/// A varint read as each of its types, as prost-reflect reads it.
#[test]
fn varints_are_cut_as_a_runtime_cuts_them() {
    let kinds = ["int32", "int64", "uint32", "uint64", "sint32", "sint64", "bool", "E"];
    for kind in kinds {
        let text = format!(
            "syntax = \"proto3\"; enum E {{ Z = 0; }} message M {{ optional {kind} a = 1; }}"
        );
        let image = Image::of(&text).expect("compiles");
        let schema = image.schema();
        let (types, id) = (Types::new(&schema), schema.message_named("M").expect("is declared"));
        for bits in [0, 1, 2, 255, 1 << 31, (1 << 32) | 5, u64::MAX, u64::MAX - 1, 1 << 63] {
            let mut bytes = vec![8];
            prost::encoding::encode_varint(bits, &mut bytes);
            let mut peer = dynamic(&image.pool, "M");
            peer.merge(&*bytes).expect("varints are read by all of them");
            let ours = binary::read(&types, id, &bytes).expect("is read");
            assert_eq!(binary::write(&types, id, &ours), peer.encode_to_vec(), "{kind} {bits}");
        }
    }
}

#[test]
fn numbers_that_a_closed_enum_does_not_declare_are_unknown() {
    let text = "syntax = \"proto2\"; enum E { A = 1; } message M { optional E a = 1; \
                repeated E b = 2; repeated E c = 3 [packed = true]; map<int32, E> d = 4; }";
    let bytes = [8, 7, 16, 1, 16, 7, 26, 2, 7, 1, 34, 4, 8, 1, 16, 7];
    let tree = reads(text, &bytes).expect("is read");
    let one = Slot::Many(vec![Value::Enum(1)]);
    assert_eq!(tree.fields.into_iter().collect::<Vec<_>>(), [(2, one.clone()), (3, one)]);
    assert_eq!(tree.unknown.iter().map(|field| field.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn values_of_another_wire_type_are_unknown_and_kept() {
    let text = "syntax = \"proto3\"; message M { int32 a = 1; fixed32 b = 2; string c = 3; }";
    let bytes = [10, 1, 5, 16, 1, 24, 1, 35, 8, 1, 36];
    let tree = reads(text, &bytes).expect("is read");
    assert!(tree.fields.is_empty());
    assert_eq!(
        tree.unknown.iter().flat_map(|field| field.bytes.clone()).collect::<Vec<_>>(),
        bytes
    );
}

#[test]
fn messages_are_merged_and_the_last_of_singular_values_wins() {
    let text = "syntax = \"proto3\"; message M { N n = 1; int32 a = 2; \
                oneof o { int32 x = 3; N y = 4; } } message N { int32 p = 1; repeated int32 q = 2; }";
    let bytes = [10, 4, 8, 1, 16, 1, 10, 4, 8, 2, 16, 2, 16, 1, 16, 9, 34, 0, 24, 3];
    let mut inside = Tree::of(1, Slot::One(Value::Int(2)));
    inside.fields.insert(2, Slot::Many(vec![Value::Int(1), Value::Int(2)]));
    let mut expected = Tree::of(1, Slot::One(Value::Message(inside)));
    expected.fields.insert(2, Slot::One(Value::Int(9)));
    expected.fields.insert(3, Slot::One(Value::Int(3)));
    assert_eq!(reads(text, &bytes), Ok(expected));
}

#[test]
fn strings_are_validated_where_the_schema_says_so() {
    let proto3 = "syntax = \"proto3\"; message M { string a = 1; }";
    assert_eq!(reads(proto3, &[10, 1, 255]).unwrap_err(), "`M.a`: the string is not UTF-8");
    let proto2 = "syntax = \"proto2\"; message M { optional string a = 1; }";
    assert_eq!(reads(proto2, &[10, 1, 255]), Ok(Tree::of(1, Slot::One(Value::String(vec![255])))));
}

#[test]
fn a_missing_required_field_is_refused_at_any_depth_in_both_encodings() {
    let text =
        "syntax = \"proto2\"; message M { repeated N n = 1; } message N { required int32 a = 1; }";
    assert_eq!(reads(text, &[10, 0]).unwrap_err(), "`N.a`: required and missing");
    let read = reads_json(text, &json!({"n": [{}]}), UnknownNames::Ignore);
    assert_eq!(read.unwrap_err(), "`N.a`: required and missing");
}

#[test]
fn malformed_bytes_and_endless_nesting_are_refused() {
    let text = "syntax = \"proto3\"; message M { M m = 1; repeated fixed32 f = 2; }";
    assert_eq!(reads(text, &[10, 5]).unwrap_err(), "malformed bytes");
    assert_eq!(reads(text, &[18, 3, 0, 0, 0]).unwrap_err(), "`M.f`: malformed packed values");
    let nested = (0..200).fold(Vec::new(), |inside: Vec<u8>, _| {
        let mut bytes = vec![10];
        prost::encoding::encode_varint(inside.len() as u64, &mut bytes);
        bytes.extend(inside);
        bytes
    });
    assert!(reads(text, &nested).unwrap_err().contains("nest too deeply"));
}

#[test]
fn json_is_taken_in_every_form_that_the_mapping_allows() {
    let text = "syntax = \"proto3\"; enum E { Z = 0; A = 1; } message M { int64 snake_a = 1; \
                int32 b = 2; bytes c = 3; E d = 4; double e = 5; repeated E f = 6; }";
    let forms = [
        json!({"snakeA": "5", "b": 1, "c": "+/8=", "d": "A", "e": 1.0, "f": ["A"]}),
        json!({"snake_a": 5, "b": "1", "c": "-_8", "d": 1, "e": "1", "f": [1]}),
        json!({"snakeA": 5.0, "b": 1.0, "c": "+/8", "d": "A", "e": "1e0", "f": ["A"]}),
    ];
    let trees = forms.map(|form| reads_json(text, &form, UnknownNames::Refuse));
    assert_eq!(trees[0].as_ref().map(|tree| tree.fields.len()), Ok(6));
    assert!(trees.iter().all(|tree| *tree == trees[0]), "{trees:?}");
    let null = json!({"snakeA": null, "b": null, "c": null, "d": null, "e": null, "f": null});
    assert_eq!(reads_json(text, &null, UnknownNames::Refuse), Ok(Tree::default()));
}

#[test]
fn json_that_the_mapping_does_not_allow_is_refused() {
    let text = "syntax = \"proto3\"; enum E { Z = 0; A = 1; } message M { int64 a_b = 1; int32 b = 2; \
                bytes c = 3; E d = 4; float e = 5; repeated E f = 6; bool g = 7; uint32 h = 8; \
                oneof o { int32 x = 9; int32 y = 10; } map<bool, int32> m = 11; }";
    for refused in [
        json!({"aB": 1, "a_b": 1}),
        json!({"b": 1.5}),
        json!({"b": 2_147_483_648_i64}),
        json!({"b": " 1"}),
        json!({"c": "?"}),
        json!({"d": true}),
        json!({"e": 1e300}),
        json!({"f": [null]}),
        json!({"f": "A"}),
        json!({"g": "true"}),
        json!({"h": -1}),
        json!({"x": 1, "y": 1}),
        json!({"m": {"1": 1}}),
        json!([]),
    ] {
        for unknown in [UnknownNames::Refuse, UnknownNames::Ignore] {
            assert!(reads_json(text, &refused, unknown).is_err(), "{refused}");
        }
    }
}

#[test]
fn unknown_names_in_json_are_refused_or_passed_over() {
    let text = "syntax = \"proto3\"; enum E { Z = 0; } message M { E a = 1; repeated E b = 2; }";
    let payload = json!({"a": "NEW", "b": ["NEW", "Z"], "c": 1});
    let expected = Tree::of(2, Slot::Many(vec![Value::Enum(0)]));
    assert_eq!(reads_json(text, &payload, UnknownNames::Ignore), Ok(expected));
    for (payload, why) in [
        (json!({"a": "NEW"}), "`M.a`: unknown enum value `NEW`"),
        (json!({"c": 1}), "`M.c`: unknown field"),
    ] {
        assert_eq!(reads_json(text, &payload, UnknownNames::Refuse).unwrap_err(), why);
    }
}
