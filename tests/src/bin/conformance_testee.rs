//! What protobuf's conformance runner tests: answers each request on standard
//! input on standard output, both with their length in four bytes before them,
//! until the input ends.

use std::io::{self, Read, Write};

use agentgen::codec::json::Options;
use agentgen::codec::{Message as Erased, WireError};
use agentgen_tests::conformance::message_type;
use prost::Message as _;
use prost::bytes::Bytes;

/// `conformance.ConformanceRequest`, as far as it is read here.
#[derive(prost::Message)]
struct Request {
    #[prost(oneof = "Payload", tags = "1, 2, 7, 8")]
    payload: Option<Payload>,
    #[prost(int32, tag = "3")]
    output_format: i32,
    #[prost(string, tag = "4")]
    message_type: String,
    #[prost(int32, tag = "5")]
    category: i32,
}

#[derive(prost::Oneof)]
enum Payload {
    #[prost(bytes = "bytes", tag = "1")]
    Protobuf(Bytes),
    #[prost(string, tag = "2")]
    Json(String),
    #[prost(string, tag = "7")]
    Jspb(String),
    #[prost(string, tag = "8")]
    Text(String),
}

/// `conformance.ConformanceResponse`.
#[derive(prost::Message)]
struct Response {
    #[prost(oneof = "Outcome", tags = "1, 3, 4, 5, 6")]
    outcome: Option<Outcome>,
}

#[derive(prost::Oneof)]
enum Outcome {
    #[prost(string, tag = "1")]
    ParseError(String),
    #[prost(bytes = "bytes", tag = "3")]
    Protobuf(Bytes),
    #[prost(string, tag = "4")]
    Json(String),
    #[prost(string, tag = "5")]
    Skipped(String),
    #[prost(string, tag = "6")]
    SerializeError(String),
}

/// Values of `conformance.WireFormat` and `conformance.TestCategory`.
const PROTOBUF: i32 = 1;
const JSON: i32 = 2;
const IGNORE_UNKNOWN: i32 = 3;

/// The first request of every run asks for failures that the testee knows of.
const FAILURES: &str = "conformance.FailureSet";

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while let Some(request) = receive(&mut input)? {
        let response = Response { outcome: Some(answer(request)) }.encode_to_vec();
        let length = u32::try_from(response.len()).map_err(io::Error::other)?;
        output.write_all(&length.to_le_bytes())?;
        output.write_all(&response)?;
        output.flush()?;
    }
    Ok(())
}

fn receive(input: &mut impl Read) -> io::Result<Option<Request>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut bytes = vec![0; usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?];
    input.read_exact(&mut bytes)?;
    Request::decode(bytes.as_slice()).map(Some).map_err(io::Error::other)
}

fn answer(request: Request) -> Outcome {
    if request.message_type == FAILURES {
        return Outcome::Protobuf(Bytes::new());
    }
    let of = message_type(&request.message_type);
    let ignore_unknown_fields = request.category == IGNORE_UNKNOWN;
    let message = match request.payload {
        Some(Payload::Protobuf(bytes)) => of.from_proto(bytes),
        Some(Payload::Json(text)) => {
            of.from_json(text.as_bytes(), &Options { ignore_unknown_fields, ..Options::default() })
        }
        _ => return Outcome::Skipped("neither binary nor JSON".to_owned()),
    };
    match message {
        Ok(message) => written(message.as_ref(), request.output_format),
        Err(error) => Outcome::ParseError(error.to_string()),
    }
}

fn written(message: &dyn Erased, format: i32) -> Outcome {
    let failed = |error: WireError| Outcome::SerializeError(error.to_string());
    match format {
        PROTOBUF => Outcome::Protobuf(message.to_proto()),
        JSON => message.to_json().map_or_else(failed, |text| {
            String::from_utf8(text)
                .map_or_else(|error| Outcome::SerializeError(error.to_string()), Outcome::Json)
        }),
        _ => Outcome::Skipped("neither binary nor JSON".to_owned()),
    }
}
