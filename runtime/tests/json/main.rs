//! The JSON codec and text binding over hand-written messages of every kind.

mod any;
mod bind;
mod depth;
mod fault_table;
mod faults;
mod hostile;
mod kitchen;
mod parts;
mod proto2;
mod round_trip;
mod scalars;
mod shapes;
mod tables;
mod well_known;

use agentgen::codec::json::{self, Options};
use agentgen::codec::{Message, WireError};

use kitchen::Sink;

const STRICT: Options = Options { ignore_unknown_fields: false, ..Options::DEFAULT };

fn read(text: &str) -> Result<Sink, WireError> {
    json::read(text.as_bytes(), &STRICT)
}

#[track_caller]
fn sink(text: &str) -> Sink {
    read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[track_caller]
fn refused(text: &str) -> WireError {
    match read(text) {
        Ok(message) => panic!("{text} was read as {}", write(&message)),
        Err(error) => error,
    }
}

#[track_caller]
fn write(message: &dyn Message) -> String {
    let text = message.to_json().unwrap_or_else(|error| panic!("not written: {error}"));
    String::from_utf8(text).expect("JSON is UTF-8")
}
