//! What a file promises beyond the suite: nothing is lost to a newer schema,
//! a foreign file, a damaged clock or a process that dies.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use agentgen::Metadata;
use agentgen::broker::{Broker, Delivery, ErrorKind, Publish, Subscriber, Subscription};
use agentgen::testing::open_sqlite_at;

use crate::sqlite::fresh_file;

const LEASE: Duration = Duration::from_millis(500);
const SOON: Duration = Duration::from_secs(20);
const HOUR: i64 = 3600;

/// A wall clock that can be moved.
#[derive(Clone, Default)]
struct Wall(Arc<AtomicI64>);

impl Wall {
    fn jump(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    async fn open(&self, path: &str) -> Broker {
        let offset = Arc::clone(&self.0);
        let wall = move || {
            let offset = offset.load(Ordering::Relaxed);
            let by = Duration::from_secs(offset.unsigned_abs());
            if offset < 0 { SystemTime::now() - by } else { SystemTime::now() + by }
        };
        open_sqlite_at(path, wall).await.expect("the broker opens")
    }
}

async fn join(broker: &Broker) -> Box<dyn Subscriber> {
    broker.subscribe(Subscription::new("work", "g", LEASE)).await.expect("the group is joined")
}

async fn take(group: &mut Box<dyn Subscriber>) -> Delivery {
    let taken = tokio::time::timeout(SOON, group.next(1)).await;
    taken.expect("nothing was delivered: the queue stalls").expect("a delivery").remove(0)
}

async fn publish(broker: &Broker, text: &'static str, delay: Duration) {
    let message = Publish { delay, ..Publish::new("work", Metadata::new(), text) };
    broker.publish(message).await.expect("the message is stored");
}

/// A lease and a delay end in time, whatever the wall clock of this process,
/// and of the one that comes after it, does.
async fn a_jump_stalls_nothing(name: &str, jump: i64) {
    let path = fresh_file(name).display().to_string();
    let wall = Wall::default();
    let mut broker = wall.open(&path).await;
    for round in 0..2 {
        let mut group = join(&broker).await;
        publish(&broker, "leased", Duration::ZERO).await;
        std::mem::forget(take(&mut group).await);
        publish(&broker, "delayed", LEASE / 2).await;
        wall.jump(jump);
        if round == 1 {
            // The time goes on in a process that knows the new one only.
            broker.close().await.expect("the broker closes");
            broker = wall.open(&path).await;
            group = join(&broker).await;
        }
        let since = Instant::now();
        for _ in 0..2 {
            take(&mut group).await.ack().await.expect("the ack");
        }
        assert!(since.elapsed() < LEASE * 6, "came back after {:?}", since.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wall_clock_that_jumps_an_hour_ahead_stalls_nothing() {
    a_jump_stalls_nothing("ahead", HOUR).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wall_clock_that_jumps_an_hour_back_stalls_nothing() {
    a_jump_stalls_nothing("back", -HOUR).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_an_hour_apart_share_one_time() {
    let path = fresh_file("apart").display().to_string();
    let (now, late) = (Wall::default(), Wall::default());
    late.jump(-HOUR);
    let (ahead, behind) = (now.open(&path).await, late.open(&path).await);
    let (mut here, mut there) = (join(&ahead).await, join(&behind).await);
    publish(&ahead, "a", Duration::ZERO).await;
    std::mem::forget(take(&mut here).await);
    assert_eq!(&take(&mut there).await.body[..], b"a");
    publish(&behind, "b", Duration::ZERO).await;
    std::mem::forget(take(&mut there).await);
    take(&mut here).await.ack().await.expect("the ack");
}

/// What turns a file into one of version 1, which had all content in a table of its own,
/// and an index of what expires.
const VERSION_1: &str = "
ALTER TABLE clock DROP COLUMN last_message;
CREATE INDEX dedupe_expiry ON dedupe (expires_at);
CREATE INDEX inbox_expiry ON inbox (expires_at);
INSERT INTO content SELECT id, headers, body FROM message WHERE headers IS NOT NULL;
ALTER TABLE message DROP COLUMN headers;
ALTER TABLE message DROP COLUMN body;
PRAGMA user_version = 1;";

#[tokio::test]
async fn a_file_of_an_older_version_is_taken_over_with_its_messages() {
    let path = fresh_file("older");
    let url = format!("sqlite:{}", path.display());
    let broker = Broker::open(&url).await.expect("a new file");
    publish(&broker, "old", Duration::ZERO).await;
    broker.close().await.expect("closed");
    let edit = rusqlite::Connection::open(&path).expect("the file");
    edit.execute_batch(VERSION_1).expect("a file of version 1");
    drop(edit);
    for _ in 0..2 {
        let broker = Broker::open(&url).await.expect("the file of version 1");
        publish(&broker, "new", Duration::ZERO).await;
        broker.close().await.expect("closed");
    }
    let broker = Broker::open(&url).await.expect("the file");
    let mut group = join(&broker).await;
    for expected in ["old", "new", "new"] {
        let delivery = take(&mut group).await;
        assert_eq!(&delivery.body[..], expected.as_bytes());
        delivery.ack().await.expect("the ack");
    }
}

#[tokio::test]
async fn content_of_any_size_comes_back_and_leaves_nothing_behind() {
    let path = fresh_file("sizes");
    let broker = Broker::open(&format!("sqlite:{}", path.display())).await.expect("a new file");
    let mut group = join(&broker).await;
    for size in [0, 100, 2_040, 2_060, 5_000, 1_000_000] {
        let mut headers = Metadata::new();
        headers.insert("size", &size.to_string());
        let message = Publish::new("work", headers, vec![b'x'; size]);
        broker.publish(message).await.expect("the message is stored");
        let delivery = take(&mut group).await;
        assert_eq!(delivery.headers.get("size"), Some(size.to_string().as_str()));
        assert_eq!(delivery.body.len(), size);
        delivery.ack().await.expect("the ack");
    }
    broker.close().await.expect("closed");
    let file = rusqlite::Connection::open(&path).expect("the file");
    let left = "SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM content)";
    assert_eq!(file.query_row(left, [], |row| row.get::<_, i64>(0)).expect("a count"), 0);
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused_and_left_as_it_is() {
    let path = fresh_file("newer");
    let url = format!("sqlite:{}", path.display());
    Broker::open(&url).await.expect("a new file").close().await.expect("closed");
    let edit = rusqlite::Connection::open(&path).expect("the file");
    edit.pragma_update(None, "user_version", 99).expect("the version");
    let error = Broker::open(&url).await.expect_err("a newer file was opened");
    assert_eq!(error.kind(), ErrorKind::Incompatible);
    assert!(error.to_string().contains("has schema version 99; this agentgen knows up to"));
}

#[tokio::test]
async fn a_file_of_another_kind_is_refused_and_left_as_it_is() {
    let path = fresh_file("foreign");
    let url = format!("sqlite:{}", path.display());
    let foreign = rusqlite::Connection::open(&path).expect("the file");
    foreign.execute_batch("CREATE TABLE notes (text TEXT)").expect("a table");
    let error = Broker::open(&url).await.expect_err("a foreign database was opened");
    assert!(error.to_string().ends_with("is a database, but no broker of agentgen"), "{error}");
    let text = fresh_file("text");
    std::fs::write(&text, "no database at all, and long enough to be looked at").expect("a file");
    let error = Broker::open(&format!("sqlite:{}", text.display())).await;
    assert!(error.expect_err("a text file was opened").to_string().contains("cannot be opened"));
}

#[tokio::test]
async fn options_and_paths_that_make_no_sense_are_refused() {
    for (url, reason) in [
        ("sqlite:", "needs the path of a file"),
        ("sqlite::memory:", "needs the path of a file"),
        ("sqlite:x.db?synchronous=off", "is neither `full` nor `normal`"),
        ("sqlite:x.db?sync=full", "unknown option `sync`"),
    ] {
        let error = Broker::open(url).await.expect_err(url);
        assert!(error.to_string().contains(reason), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_missing_folder_is_made_and_a_file_in_its_place_is_named() {
    let folder = fresh_file("folder");
    let _ = std::fs::remove_dir_all(&folder);
    let url = format!("sqlite:{}", folder.join("deep/work.db").display());
    Broker::open(&url).await.expect("the folder is made").close().await.expect("it closes");
    let url = format!("{url}/work.db");
    let error = Broker::open(&url).await.expect_err("a file is no folder");
    assert!(error.to_string().contains("deep/work.db` cannot be opened"), "{error}");
}
