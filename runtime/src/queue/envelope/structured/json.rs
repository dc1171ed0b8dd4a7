//! `application/cloudevents+json`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Event;

pub(super) fn read(body: &[u8]) -> Result<Event, String> {
    // Raw, so that JSON data is read as it was written, large numbers included.
    let mut members: BTreeMap<String, &RawValue> = serde_json::from_slice(body)
        .map_err(|error| format!("its body is no JSON object: {error}"))?;
    let (data, encoded) = (members.remove("data"), members.remove("data_base64"));
    let mut attributes = Vec::new();
    for (name, value) in members {
        let value: Value = serde_json::from_str(value.get()).unwrap_or_default();
        match value {
            Value::Null => {}
            Value::String(text) => attributes.push((name, text)),
            Value::Bool(_) | Value::Number(_) => attributes.push((name, value.to_string())),
            Value::Array(_) | Value::Object(_) => {
                return Err(format!("attribute `{name}` is no text, number or boolean"));
            }
        }
    }
    let declared = attributes.iter().find(|(name, _)| name == "datacontenttype");
    let declared = declared.map(|(_, value)| value.as_str());
    let data = match (data, encoded) {
        (Some(_), Some(_)) => return Err("it has both `data` and `data_base64`".to_owned()),
        (None, None) => Bytes::new(),
        (Some(data), None) => plain(data, declared),
        (None, Some(encoded)) => decode(encoded)?,
    };
    let content_type = declared.is_none().then_some("application/json");
    Ok(Event { attributes, data, content_type })
}

/// JSON data is the member itself; other text is what the string says.
fn plain(data: &RawValue, declared: Option<&str>) -> Bytes {
    if !declared.is_none_or(is_json)
        && let Ok(text) = serde_json::from_str::<String>(data.get())
    {
        return text.into();
    }
    data.get().to_owned().into()
}

fn is_json(content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    name.ends_with("/json") || name.ends_with("+json")
}

fn decode(encoded: &RawValue) -> Result<Bytes, String> {
    let text: Result<String, _> = serde_json::from_str(encoded.get());
    let bytes = text.ok().and_then(|text| STANDARD.decode(text).ok());
    bytes.map(Bytes::from).ok_or_else(|| "its `data_base64` is no base64".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_read_as_it_was_written() {
        let of = |member: &str| read(format!("{{{member}}}").as_bytes()).map(|event| event.data);
        for (member, data) in [
            (r#""data":{"n": 12345678901234567890.5}"#, &br#"{"n": 12345678901234567890.5}"#[..]),
            (r#""data":"text","datacontenttype":"application/json""#, br#""text""#),
            (r#""data":"text","datacontenttype":"text/plain""#, b"text"),
            (r#""data_base64":"AP8=","datacontenttype":"application/protobuf""#, &[0, 255]),
            ("", b""),
        ] {
            assert_eq!(of(member).expect(member), data, "{member}");
        }
        for wrong in [r#""data":1,"data_base64":"""#, r#""data_base64":"?""#, r#""x":[1]"#] {
            of(wrong).expect_err(wrong);
        }
    }

    #[test]
    fn attributes_become_text() {
        let event = read(br#"{"id":"1","n":7,"b":true,"gone":null}"#).expect("an event");
        let expected = [("b", "true"), ("id", "1"), ("n", "7")];
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(event.attributes, expected);
        assert_eq!(event.content_type, Some("application/json"));
    }
}
