//! What the registry promises, over both agents and over a network.

use agentgen::client::Channel;
use agentgen::tools::{Dialect, Tools, explain};
use agentgen::{Code, Context, Status};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::agents::{Appointments, CalendarServer, Meteorologist, WeatherServer, weather};

fn tools() -> Tools {
    Tools::new()
        .with(WeatherServer::new(Meteorologist).into_dispatcher())
        .and_then(|tools| {
            tools.with(CalendarServer::new(Appointments::default()).into_dispatcher())
        })
        .expect("the names differ")
}

async fn call(name: &str, arguments: &str) -> Result<Value, Status> {
    let reply = tools().call(&Context::new(), name, arguments).await?;
    Ok(serde_json::from_str(&reply).expect("a reply is JSON"))
}

/// The paths and rules that a call was refused with.
async fn faults(arguments: &str) -> Vec<String> {
    let status = call("Weather_Forecast", arguments).await.expect_err("it is refused");
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    status.details().violations.iter().map(|violation| violation.field.clone()).collect()
}

#[test]
fn every_dialect_defines_every_tool_that_is_not_hidden() {
    for dialect in Dialect::ALL {
        let definitions = json!(tools().definitions(dialect));
        let name = |tool: &Value| {
            let named = tool.get("function").unwrap_or(tool);
            named["name"].as_str().expect("a tool has a name").to_owned()
        };
        let names: Vec<_> = definitions.as_array().expect("a list").iter().map(name).collect();
        assert_eq!(names, ["Weather_Forecast", "book_appointment"], "{dialect:?}");
    }
}

#[tokio::test]
async fn the_loop_goes_on_until_the_model_has_an_answer() {
    let text = crate::converse().await.expect("it ends");
    assert!(text.starts_with("Done in 3 calls: "), "{text}");
    assert!(text.contains(r#""number":"1""#), "the picnic is booked: {text}");
}

#[tokio::test]
async fn arguments_of_the_schema_reach_the_handler() {
    let reply = call("Weather_Forecast", r#"{"city":"Oslo","daysAhead":2,"unit":"FAHRENHEIT"}"#);
    assert_eq!(reply.await.expect("it is called")["summary"], "sunny");
    let nulls = r#"{"title":"x","daysAhead":null,"guests":null}"#;
    assert_eq!(call("book_appointment", nulls).await.expect("it is called")["number"], "1");
    for nothing in ["", "null"] {
        assert_eq!(call("book_appointment", nothing).await.expect("it is called")["number"], "1");
    }
}

#[tokio::test]
async fn wrong_arguments_are_refused_with_their_path() {
    assert_eq!(faults(r#"{"city": "Oslo", "daysAhead": "soon"}"#).await, ["daysAhead"]);
    assert_eq!(faults(r#"{"city": "", "daysAhead": 8}"#).await, ["city", "daysAhead"]);
    assert_eq!(faults(r#"{"city": "Oslo", "unit": "KELVIN"}"#).await, ["unit"]);
    assert_eq!(faults("{}").await, ["city"]);
    assert_eq!(faults(r#"{"day": 1, "unit": "KELVIN", "city": 1}"#).await, ["day", "unit", "city"]);
    let unknown = call("Weather_Forecast", r#"{"city": "Oslo", "day": 1}"#).await;
    let text = explain(&unknown.expect_err("there is no such property"));
    assert!(text.contains("day"), "{text}");
    let broken = call("Weather_Forecast", r#"{"city": "#).await.expect_err("it is no JSON");
    assert_eq!(broken.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn an_unknown_tool_and_a_hidden_one_are_not_found() {
    for name in ["Weather_Forecasts", "Calendar_Clear"] {
        let status = call(name, "{}").await.expect_err("there is no such tool");
        assert_eq!(status.code(), Code::NotFound);
        assert!(status.message().contains("Weather_Forecast, book_appointment"), "{status}");
    }
}

#[test]
fn two_tools_of_one_name_are_told_with_both_rpcs() {
    let twice = tools().with(WeatherServer::new(Meteorologist).into_dispatcher());
    let error = twice.expect_err("it is there already");
    assert_eq!(error.name, "Weather_Forecast");
    assert_eq!([&*error.first, &*error.second], ["weather.v1.Weather.Forecast"; 2]);
}

#[tokio::test]
async fn tools_of_a_remote_agent_are_called_over_its_channel() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let server = WeatherServer::new(Meteorologist).rest().grpc();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = server.shutdown_on(async { stopped.await.unwrap_or_default() });
    let server = tokio::spawn(server.serve(listener));
    for channel in [
        Channel::rest(&format!("http://{address}")).expect("a URL"),
        Channel::grpc(&format!("http://{address}")).await.expect("it answers"),
    ] {
        let tools = Tools::new().with_remote(&weather::INFO, &channel).expect("no other tools");
        let context = Context::new();
        let fine = tools.call(&context, "Weather_Forecast", r#"{"city":"Oslo"}"#).await;
        assert!(fine.expect("it is called").contains("sunny"));
        let wrong = tools.call(&context, "Weather_Forecast", r#"{"city":""}"#).await;
        let wrong = wrong.expect_err("the rule holds there too");
        assert_eq!(wrong.details().violations[0].field, "city");
    }
    drop(stop);
    server.await.expect("it does not panic").expect("it ends");
}
