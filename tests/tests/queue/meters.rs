//! What the meters say, read with the SDK of OpenTelemetry.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agentgen::client::Channel;
use agentgen::queue::Options;
use agentgen::{Broker, Context};
use opentelemetry::{KeyValue, global};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};

use crate::desk::{Clerk, Desk as _, DeskClient, DeskServer, SUBJECT, Task};

/// Attributes as text, sorted: `name=value`, separated by spaces.
type Point = String;

/// Keeps the last value of every series: a sum, a gauge's value, a histogram's
/// count, or the sum of one over whole numbers.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<BTreeMap<(String, Point), String>>>);

impl PushMetricExporter for Kept {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for metric in metrics.scope_metrics().flat_map(ScopeMetrics::metrics) {
            assert!(!metric.unit().is_empty(), "{} has no unit", metric.name());
            for (point, value) in points(metric.data()) {
                values.insert((metric.name().to_owned(), point), value);
            }
        }
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

fn points(data: &AggregatedMetrics) -> Vec<(Point, String)> {
    match data {
        AggregatedMetrics::U64(MetricData::Sum(sum)) => {
            let points = sum.data_points();
            points.map(|point| (text(point.attributes()), point.value().to_string())).collect()
        }
        AggregatedMetrics::U64(MetricData::Gauge(gauge)) => {
            let points = gauge.data_points();
            points.map(|point| (text(point.attributes()), point.value().to_string())).collect()
        }
        AggregatedMetrics::F64(MetricData::Gauge(gauge)) => {
            let points = gauge.data_points();
            points.map(|point| (text(point.attributes()), point.value().to_string())).collect()
        }
        AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
            let points = histogram.data_points();
            points.map(|point| (text(point.attributes()), point.count().to_string())).collect()
        }
        AggregatedMetrics::U64(MetricData::Histogram(histogram)) => {
            let points = histogram.data_points();
            points.map(|point| (text(point.attributes()), point.sum().to_string())).collect()
        }
        other => panic!("no instrument of ours: {other:?}"),
    }
}

fn text<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> Point {
    let mut words: Vec<_> = attributes.map(|one| format!("{}={}", one.key, one.value)).collect();
    words.sort();
    words.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn meters_count_what_is_sent_and_how_it_ends() {
    let kept = Kept::default();
    let reader = PeriodicReader::builder(kept.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    global::set_meter_provider(provider.clone());

    let broker = Broker::open("memory:").await.expect("a broker");
    let options = Options::default().watch(Duration::from_millis(20));
    let serving = tokio::spawn(DeskServer::new(Clerk).queue_with(broker.clone(), options).run());
    let client = DeskClient::new(Channel::queue(broker.clone()));
    for number in 1..=3 {
        // The refused one is an end as well.
        let _ = client.handle(&Context::new(), Task { number }).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    serving.abort();
    provider.force_flush().expect("it is flushed");

    let values = kept.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let on = format!("messaging.destination.name={SUBJECT}");
    let group = "messaging.consumer.group.name=desk";
    let system = "messaging.system=memory";
    let of = |name: &str, point: String| {
        let key = (name.to_owned(), point);
        values.get(&key).cloned().unwrap_or_else(|| panic!("no {key:?} in {values:#?}"))
    };
    let sent = format!("{on} messaging.operation.name=publish {system}");
    assert_eq!(of("messaging.client.sent.messages", sent), "3");
    let dead = format!("{on}.dead messaging.operation.name=publish {system}");
    assert_eq!(of("messaging.client.sent.messages", dead), "1");
    let taken = format!("{group} {on} messaging.operation.name=receive {system}");
    assert_eq!(of("messaging.client.consumed.messages", taken), "4", "one of them twice");
    let sending =
        format!("{on} messaging.operation.name=publish messaging.operation.type=send {system}");
    assert_eq!(of("messaging.client.operation.duration", sending), "3");

    let process = "messaging.operation.name=process messaging.operation.type=process";
    let handled = format!("{group} {on} {process} {system}");
    assert_eq!(of("messaging.process.duration", handled.clone()), "2");
    for code in ["INVALID_ARGUMENT", "UNAVAILABLE"] {
        let failed = format!("error.type={code} {handled}");
        assert_eq!(of("messaging.process.duration", failed), "1");
    }

    for (outcome, count) in [("ack", "2"), ("retry", "1"), ("dead_letter", "1")] {
        let settled = format!("agentgen.queue.outcome={outcome} {group} {on} {system}");
        assert_eq!(of("agentgen.queue.settled", settled), count, "{outcome}");
    }
    let attempts = format!("agentgen.queue.outcome=ack {group} {on} {system}");
    assert_eq!(of("agentgen.queue.attempts", attempts), "3", "a first and a second attempt");
    for state in ["ready", "delayed", "leased"] {
        let depth = format!("agentgen.queue.state={state} {on} {system}");
        assert_eq!(of("agentgen.queue.depth", depth), "0");
    }
    assert_eq!(of("agentgen.queue.oldest", format!("{on} {system}")), "0");
}
