//! How deep a document may be: every form of nesting counts, on the way in, and
//! on the way out where bytes can nest without a limit.

use agentgen::codec::Message as _;
use agentgen::codec::Typed as _;
use agentgen::codec::json::{self, Options};
use agentgen::wkt::Any;
use prost::Message as _;

use crate::kitchen::Sink;
use crate::{STRICT, read, refused};

const REASON: &str = "nested too deeply for the reader: flatten it";

/// A document with something opened and closed as often as a depth says.
struct Nesting {
    head: &'static str,
    open: &'static str,
    inner: &'static str,
    close: &'static str,
    tail: &'static str,
    /// The most repetitions within 100 levels.
    most: usize,
}

impl Nesting {
    fn text(&self, depth: usize) -> String {
        let (open, close) = (self.open.repeat(depth), self.close.repeat(depth));
        [self.head, &open, self.inner, &close, self.tail].concat()
    }
}

const fn of([head, open, inner, close, tail]: [&'static str; 5], most: usize) -> Nesting {
    Nesting { head, open, inner, close, tail, most }
}

/// The root is one level.
const FORMS: [Nesting; 11] = [
    of(["", r#"{"child":"#, "{}", "}", ""], 99),
    of(["", r#"{"children":["#, "{}", "]}", ""], 99),
    of(["", r#"{"branch":"#, "{}", "}", ""], 99),
    of(["", r#"{"byInt64":{"1":"#, "{}", "}}", ""], 99),
    of([r#"{"json":"#, "[", "1", "]", "}"], 99),
    of([r#"{"json":"#, r#"{"a":"#, "1", "}", "}"], 99),
    of([r#"{"json":"#, r#"[{"a":"#, "1", "}]", "}"], 49),
    of([r#"{"object":{"a":"#, r#"{"a":"#, "1", "}", "}}"], 98),
    of([r#"{"list":["#, "[", "1", "]", "]}"], 98),
    // An `Any` and the message in it.
    of(["", r#"{"any":{"@type":"a/kitchen.v1.Sink","child":"#, "{}", "}}", ""], 33),
    of([r#"{"any":"#, r#"{"@type":"a/google.protobuf.Any","value":"#, "{}", "}", "}"], 98),
];

#[test]
fn every_form_of_nesting_is_limited() {
    for form in &FORMS {
        let text = form.text(form.most);
        assert!(read(&text).is_ok(), "{text}: {:?}", read(&text));
        for depth in [form.most + 1, 2_000] {
            let error = refused(&form.text(depth));
            assert!(error.message().starts_with(REASON), "{}: {error}", form.text(1));
        }
    }
}

#[test]
fn the_path_of_what_is_too_deep_shows_its_ends() {
    let error = refused(&FORMS[0].text(2_000));
    let end = ["child"; 10].join(".");
    assert_eq!(error.path(), format!("{end} … .{end}"));
    let error = refused(&FORMS[1].text(2_000));
    assert!(error.path().starts_with("children[0].") && error.path().len() < 150, "{error}");
}

#[test]
fn ignored_fields_are_limited_as_well() {
    let lenient = |text: &str| json::read::<Sink>(text.as_bytes(), &Options::DEFAULT);
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"{"}":"#, "}")] {
        let text = |depth| of([r#"{"new":"#, open, "1", close, "}"], 0).text(depth);
        assert_eq!(lenient(&text(99)), Ok(Sink::default()));
        for depth in [100, 100_000] {
            let error = lenient(&text(depth)).expect_err("it is too deep");
            assert!(error.message().starts_with(REASON), "{error}");
        }
    }
    let inside = |depth| of([r#"{"empty":{"new":"#, "[", "1", "]", "}}"], 0).text(depth);
    assert!(lenient(&inside(98)).is_ok());
    assert!(lenient(&inside(99)).is_err());
    let value = r#"{"any":{"@type":"a/google.protobuf.Duration","value":"1s","new":[[[1]]]}}"#;
    assert!(lenient(value).is_ok());
}

#[test]
fn the_limit_is_an_option() {
    let shallow = Options { max_depth: 2, ..STRICT };
    let read = |text: &str| json::read::<Sink>(text.as_bytes(), &shallow);
    assert!(read(r#"{"child":{}}"#).is_ok());
    assert!(read(r#"{"child":{"child":{}}}"#).is_err());
    assert!(read(r#"{"json":[1]}"#).is_ok());
    assert!(read(r#"{"json":[[1]]}"#).is_err());
}

#[test]
fn any_in_any_is_limited_on_the_way_out() {
    let nested = |depth| {
        let mut any = Any::default();
        for _ in 0..depth {
            let type_url = "a/google.protobuf.Any".to_owned();
            any = Any { type_url, value: any.encode_to_vec() };
        }
        any
    };
    let (mut text, mut unwritten) = (Vec::new(), Vec::new());
    nested(100).write_json(&mut text).expect("it is within the limit");
    assert!(Any::TYPE.from_json(&text, &Options::DEFAULT).is_err(), "the root is a level too");
    for depth in [101, 3_000] {
        let error = nested(depth).write_json(&mut unwritten).expect_err("it is too deep");
        assert!(error.message().starts_with(REASON), "{error}");
        assert_eq!(unwritten, b"");
    }
}
