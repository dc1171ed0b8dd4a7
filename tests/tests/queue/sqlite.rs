//! The `SQLite` broker passes the suite, and stays whole over several handles,
//! crashes and clocks that jump.

use std::path::PathBuf;
use std::time::Duration;

use agentgen::Metadata;
use agentgen::broker::{Broker, DAMAGE, Publish, RAW, Subscription};
use agentgen::testing::Fixture;

/// A path that no other test uses; the folder is the build's, and is emptied
/// with it.
pub(crate) fn fresh_file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("queue");
    std::fs::create_dir_all(&folder).expect("the folder for test files");
    let path = folder.join(format!("{name}-{}.db", std::process::id()));
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.clone().into_os_string();
        file.push(suffix);
        // Left behind by a process of the same number, if at all.
        let _ = std::fs::remove_file(file);
    }
    path
}

/// A store whose URL ends in `settings`, in a file of this test alone.
fn fixture(settings: &str) -> Fixture {
    let name = std::thread::current().name().unwrap_or("sqlite").replace("::", "-");
    let url = format!("sqlite:{}?dedupe_window=1{settings}", fresh_file(&name).display());
    Fixture::new(move || {
        let url = url.clone();
        async move { Broker::open(&url).await }
    })
}

/// Every commit is on the disk when it returns.
mod full {
    agentgen::broker_suite!(super::fixture(""));
}

/// The last commits may be lost with the power, and with nothing less.
mod normal {
    agentgen::broker_suite!(super::fixture("&synchronous=normal"));
}

#[tokio::test]
async fn a_message_whose_headers_are_damaged_is_delivered_with_a_mark() {
    let file = fresh_file("damaged");
    let broker = Broker::open(&format!("sqlite:{}", file.display())).await.expect("a broker");
    for body in ["a", "b"] {
        let message = Publish::new("work", Metadata::new(), body);
        broker.publish(message).await.expect("it is stored");
    }
    let other = rusqlite::Connection::open(&file).expect("the file");
    let damage = "UPDATE message SET headers = 'garbage' WHERE id = 1";
    other.execute(damage, []).expect("it is damaged");
    assert_eq!(broker.browse("work", 0, 10).await.expect("both are listed").len(), 2);
    let group = Subscription::new("work", "g", Duration::from_secs(30));
    let mut group = broker.subscribe(group).await.expect("the group is joined");
    let both = group.next(2).await.expect("both are delivered");
    assert!(both[0].headers.get(DAMAGE).is_some_and(|text| text.contains("damaged")));
    assert_eq!(both[0].headers.get(RAW), Some(r#"[["headers","garbage"]]"#));
    assert!(both[1].headers.get(DAMAGE).is_none());
}

/// However much expires at once is removed while there is traffic, settling included.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_expired_does_not_outgrow_its_removal() {
    let file = fresh_file("expired");
    let url = format!("sqlite:{}?dedupe_window=1&synchronous=normal", file.display());
    let broker = Broker::open(&url).await.expect("a broker");
    let group = Subscription::new("work", "g", Duration::from_secs(30));
    let mut group = broker.subscribe(group).await.expect("the group is joined");
    let publish = |number: u32| {
        let dedupe_key = Some(number.to_string());
        broker.publish(Publish { dedupe_key, ..Publish::new("work", Metadata::new(), "a") })
    };
    let all = futures_util::future::join_all((0..8000).map(publish)).await;
    assert!(all.iter().all(Result::is_ok));
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let other = rusqlite::Connection::open(&file).expect("the file");
    let mut left = 0_u32;
    for _ in 0..20 {
        for delivery in group.next(100).await.expect("deliveries") {
            delivery.ack().await.expect("it is acknowledged");
        }
        let counted = other.query_row("SELECT count(*) FROM dedupe", [], |row| row.get(0));
        left = counted.expect("the rows are counted");
        if left == 0 {
            return;
        }
    }
    panic!("{left} rows are left");
}

/// Positions grow, whoever publishes and whatever was removed: a stale lease never fits
/// another message, and who reads on from a position misses none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_position_is_given_twice() {
    let file = fresh_file("positions");
    let url = format!("sqlite:{}?synchronous=normal", file.display());
    let mut last = 0;
    for round in 0..3 {
        // Two processes, as far as the file can tell, and none that was here before.
        let both = [
            Broker::open(&url).await.expect("a broker"),
            Broker::open(&url).await.expect("another"),
        ];
        let group = Subscription::new("work", "g", Duration::from_secs(30));
        let mut group = both[0].subscribe(group).await.expect("the group is joined");
        for broker in both.iter().cycle().take(4) {
            let message = Publish::new("work", Metadata::new(), "a");
            broker.publish(message).await.expect("it is stored");
            let stored = both[1].browse("work", last, 10).await.expect("it is listed");
            assert_eq!(stored.len(), 1, "round {round}: nothing new after {last}");
            last = stored[0].position;
            // With it the highest number is gone from the table.
            let delivery = group.next(1).await.expect("a delivery").remove(0);
            delivery.ack().await.expect("it is acknowledged");
        }
        for broker in both {
            broker.close().await.expect("closed");
        }
    }
}
