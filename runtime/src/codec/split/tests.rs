//! Streams cut wherever they may be, each framing with its faults.

use super::*;

const LENIENT: Framing = Framing::Array { or_one: true };
const STRICT: Framing = Framing::Array { or_one: false };

/// The documents of `text`, which arrives in pieces of `size` bytes, and
/// what ends them.
fn split(framing: Framing, text: &str, size: usize) -> (Vec<String>, Option<Fault>) {
    let mut splitter = Splitter::new(framing, 20);
    text.as_bytes().chunks(size).for_each(|piece| splitter.push(piece));
    splitter.finish();
    let mut out = Vec::new();
    loop {
        match splitter.next() {
            Ok(Some(own)) => {
                out.push(String::from_utf8(own.text).unwrap().trim().to_owned());
            }
            Ok(None) => return (out, None),
            Err(fault) => return (out, Some(fault)),
        }
    }
}

#[track_caller]
fn assert_split(framing: Framing, text: &str, expected: &[&str]) {
    for size in 1..=text.len().max(1) {
        let (found, fault) = split(framing, text, size);
        assert_eq!(found, expected, "{text} in pieces of {size}");
        assert_eq!(fault, None, "{text} in pieces of {size}");
    }
}

#[test]
fn lines_are_documents_wherever_the_input_is_cut() {
    assert_split(Framing::Lines, "{\"a\":1}\r\n\n{\"a\":2}", &["{\"a\":1}", "{\"a\":2}"]);
}

#[test]
fn records_are_documents_wherever_the_input_is_cut() {
    let text = "\u{1e}{\"a\":\n1}\n\u{1e}\u{1e}2\n\u{1e}[3]";
    assert_split(Framing::Sequence, text, &["{\"a\":\n1}", "2", "[3]"]);
    assert_split(Framing::Sequence, "", &[]);
}

#[test]
fn a_record_that_may_be_half_a_number_is_cut_off() {
    for text in ["\u{1e}1\n\u{1e}2", "\u{1e}1\n\u{1e}2\u{1e}3\n"] {
        let (found, fault) = split(Framing::Sequence, text, 1);
        assert_eq!(found, ["1"]);
        assert!(matches!(fault, Some(Fault::CutOff(_))), "{fault:?}");
    }
}

#[test]
fn array_elements_are_documents_wherever_the_input_is_cut() {
    let text = r#" [ {"a":"],\"}"} , [1,[2]], "x\\", 3 ,4] "#;
    let expected = [r#"{"a":"],\"}"}"#, "[1,[2]]", r#""x\\""#, "3", "4"];
    assert_split(LENIENT, text, &expected);
    assert_split(STRICT, text, &expected);
    assert_split(STRICT, "[]", &[]);
}

#[test]
fn an_element_is_passed_on_before_its_comma() {
    let mut splitter = Splitter::new(STRICT, 20);
    splitter.push(b"[{\"a\":1}");
    assert_eq!(splitter.next().unwrap().unwrap().text, b"{\"a\":1}");
    assert_eq!(splitter.next(), Ok(None));
}

#[test]
fn a_body_that_is_no_array_is_one_document_where_that_is_allowed() {
    assert_split(LENIENT, " {\"a\": [1]} ", &["{\"a\": [1]}"]);
    assert_split(LENIENT, "", &[]);
    for (text, cut_off) in [("{\"a\":1}", false), ("", true)] {
        let (found, fault) = split(STRICT, text, 1);
        assert!(found.is_empty());
        assert_eq!(matches!(fault, Some(Fault::CutOff(_))), cut_off, "{fault:?}");
    }
}

#[test]
fn documents_know_their_number_and_place_wherever_the_input_is_cut() {
    let spot = |line, column| Spot { line, column };
    for (framing, text, expected) in [
        (Framing::Lines, "1\n\n 2\r\n3", [spot(1, 0), spot(3, 0), spot(4, 0)]),
        (Framing::Sequence, "\u{1e}1\n\u{1e}[\n]\n\u{1e}3\n", [spot(1, 1), spot(2, 1), spot(4, 1)]),
        (STRICT, "[1, {\n} ,\n\n  3]", [spot(1, 1), spot(1, 4), spot(4, 2)]),
    ] {
        for size in 1..=text.len() {
            let mut splitter = Splitter::new(framing, 20);
            text.as_bytes().chunks(size).for_each(|piece| splitter.push(piece));
            splitter.finish();
            for (index, start) in expected.into_iter().enumerate() {
                let document = splitter.next().unwrap().unwrap();
                let place = (document.index, document.start);
                assert_eq!(place, (Some(index), start), "{text} in pieces of {size}");
            }
        }
    }
    let mut single = Splitter::new(LENIENT, 20);
    single.push(b"\n {}");
    single.finish();
    let document = single.next().unwrap().unwrap();
    assert_eq!((document.index, document.start), (None, spot(2, 1)));
}

#[cfg(feature = "rest")]
#[test]
fn a_fault_has_its_place() {
    let mut splitter = Splitter::new(STRICT, 20);
    splitter.push(b"[1,\n {} {}]");
    assert_eq!(splitter.spot(), Spot { line: 2, column: 4 });
}

#[test]
fn an_array_that_breaks_off_is_an_error_after_its_elements() {
    for text in ["[1,{}", "[1,{},", "[1,{},{", "[1,{},\"a]"] {
        let (found, fault) = split(STRICT, text, 2);
        assert_eq!(found, ["1", "{}"], "{text}");
        assert!(matches!(fault, Some(Fault::CutOff(_))), "{text}: {fault:?}");
    }
}

#[test]
fn a_malformed_array_is_refused() {
    for bad in ["[1,]", "[,1]", "[1]2", "[{} {}]", "[\"a\"1]"] {
        let (_, fault) = split(LENIENT, bad, 2);
        assert!(matches!(fault, Some(Fault::Malformed(_))), "{bad}: {fault:?}");
    }
}

#[test]
fn a_document_over_the_limit_is_refused() {
    for framing in [Framing::Lines, Framing::Sequence, LENIENT] {
        assert_ne!(split(framing, &"x".repeat(20), 5).1, Some(Fault::TooLong));
        assert_eq!(split(framing, &"x".repeat(21), 5).1, Some(Fault::TooLong));
    }
}
