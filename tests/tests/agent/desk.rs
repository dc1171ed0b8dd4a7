//! Calls of tools beside their definitions.

use agentgen::tools::{Dialect, Tools};
use agentgen::{Code, Context, Result, agent_service};
use serde_json::{Value, json};

struct Clerk;

#[agent_service(proto = "desk.proto")]
impl Desk for Clerk {
    async fn file(&self, _: &Context, _: FileRequest) -> Result<FileReply> {
        Ok(FileReply { share: f64::NAN, ..FileReply::default() })
    }

    async fn burn(&self, _: &Context, _: FileRequest) -> Result<FileReply> {
        Ok(FileReply::default())
    }
}

/// Burns nothing, and what it is not told to file neither.
struct Trainee;

#[agent_service(check = "desk.proto", unimplemented(burn, file))]
impl Desk for Trainee {
    #[cfg(not(any()))]
    async fn file(&self, _: &Context, _: FileRequest) -> Result<FileReply> {
        Ok(FileReply::default())
    }
}

#[test]
fn what_an_agent_leaves_out_is_no_tool_of_its() {
    let tools = Tools::new().with(DeskServer::new(Trainee).into_dispatcher());
    assert_eq!(tools.expect("the names differ").names().collect::<Vec<_>>(), ["Desk_File"]);
    assert_eq!(self::tools().names().collect::<Vec<_>>(), ["Desk_File", "Desk_Burn"]);
}

fn tools() -> Tools {
    Tools::new().with(DeskServer::new(Clerk).into_dispatcher()).expect("the names differ")
}

/// The paths that a call is refused with.
async fn faults(arguments: &Value) -> Vec<String> {
    let reply = tools().call(&Context::new(), "Desk_File", &arguments.to_string()).await;
    let status = reply.expect_err("it is refused");
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    status.details().violations.iter().map(|violation| violation.field.clone()).collect()
}

#[tokio::test]
async fn what_a_definition_requires_has_to_be_there() {
    assert_eq!(faults(&json!({})).await, ["title"]);
    assert_eq!(faults(&json!({ "title": null })).await, ["title"]);
    let below = json!({
        "title": "a",
        "pages": [{ "text": "b" }, { "number": 2 }],
        "by_name": { "c.d": { "text": null } },
    });
    assert_eq!(faults(&below).await, ["pages[1].text", "byName[\"c.d\"].text"]);
}

#[tokio::test]
async fn every_fault_is_told_at_once() {
    let arguments = json!({
        "title": 1,
        "heading": "a",
        "pages": [{ "text": true, "number": "x", "size": 1 }],
    });
    let found = faults(&arguments).await;
    let all = ["heading", "pages[0].size", "title", "pages[0].text", "pages[0].number"];
    assert_eq!(found, all);
}

#[tokio::test]
async fn nothing_to_say_may_be_null() {
    let reply = tools().call(&Context::new(), "Desk_File", "null").await;
    let status = reply.expect_err("the title is missing");
    assert_eq!(status.details().violations.len(), 1, "{status}");
}

#[tokio::test]
async fn replies_fit_the_schema_that_is_told_of_them() {
    let reply = tools().call(&Context::new(), "Desk_File", r#"{"title": "a"}"#).await;
    let reply: Value = serde_json::from_str(&reply.expect("it is called")).expect("it is JSON");
    let definitions = json!(tools().definitions(Dialect::Mcp));
    let schema = &definitions[0]["outputSchema"];
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let has = |name: &Value| name.as_str().is_some_and(|name| reply.get(name).is_some());
    assert!(required.iter().all(has), "{reply} {schema}");
    let forms = schema["properties"]["share"]["anyOf"].as_array().expect("it has two forms");
    assert!(forms.iter().any(|form| {
        form["enum"].as_array().is_some_and(|names| names.contains(&reply["share"]))
    }));
}
