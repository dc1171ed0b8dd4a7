//! The loop by hand on `redis`: a stream, and keys for what was seen, begun and
//! done. What belongs together goes in one transaction.

use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::future::{BoxFuture, join_all};
use futures_util::stream;
use redis::aio::ConnectionManager;

use crate::{BODY, Round, Speed, speed};

const DAY: u64 = 86_400;

/// An entry of a stream: its id, and its fields and their values in turn.
type Entry = (String, Vec<Vec<u8>>);

async fn publish(mut redis: ConnectionManager, id: String) {
    let script = redis::Script::new(
        "if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', 120) then return 0 end
         redis.call('XADD', KEYS[2], '*', 'id', ARGV[1], 'body', ARGV[2]) return 1",
    );
    let mut call = script.key(format!("seen:{id}"));
    call.key("jobs").arg(id).arg(&BODY[..]);
    let stored: u8 = call.invoke_async(&mut redis).await.expect("the job is stored");
    assert_eq!(stored, 1, "it was seen before");
}

async fn take(mut redis: ConnectionManager, count: usize) -> Vec<Entry> {
    let mut read = redis::cmd("XREADGROUP");
    read.arg("GROUP").arg("workers").arg("one").arg("COUNT").arg(count);
    read.arg("STREAMS").arg("jobs").arg(">");
    let found: Option<Vec<(String, Vec<Entry>)>> =
        read.query_async(&mut redis).await.expect("the jobs");
    found.into_iter().flatten().flat_map(|(_, entries)| entries).collect()
}

async fn handle(mut redis: ConnectionManager, (entry, fields): Entry) {
    let id = String::from_utf8_lossy(fields.get(1).expect("the id it was published with"));
    let (done, attempt) = (format!("done:{id}"), format!("attempt:{id}"));
    let mut begin = redis::pipe();
    begin.atomic();
    begin.cmd("SET").arg(&done).arg(&entry).arg("NX").arg("EX").arg(DAY);
    begin.cmd("HINCRBY").arg(&attempt).arg("starts").arg(1);
    let (free, starts): (Option<String>, u32) =
        begin.query_async(&mut redis).await.expect("the attempt is counted");
    assert!(free.is_some() && starts == 1, "done before");
    std::hint::black_box(&fields);
    let mut end = redis::pipe();
    end.atomic();
    end.cmd("SET").arg(&done).arg(&BODY[..]).arg("EX").arg(DAY).ignore();
    end.cmd("XACK").arg("jobs").arg("workers").arg(&entry).ignore();
    end.cmd("XDEL").arg("jobs").arg(&entry).ignore();
    end.cmd("DEL").arg(&attempt).ignore();
    end.exec_async(&mut redis).await.expect("the job is done");
}

pub(crate) fn round(round: Round) -> BoxFuture<'static, Speed> {
    Box::pin(async move {
        let Round { url, at_once, messages } = round;
        let client = redis::Client::open(url).expect("an address");
        let redis = ConnectionManager::new(client).await.expect("a connection");
        let mut make = redis::cmd("XGROUP");
        make.arg("CREATE").arg("jobs").arg("workers").arg("0").arg("MKSTREAM");
        make.exec_async(&mut redis.clone()).await.expect("a group");
        let start = Instant::now();
        let publisher = |publisher: usize| {
            let redis = redis.clone();
            async move {
                for number in 0..messages / at_once {
                    publish(redis.clone(), format!("{publisher}-{number}")).await;
                }
            }
        };
        join_all((0..at_once).map(publisher)).await;
        let messages = messages / at_once * at_once;
        let publish = speed(messages, start);

        let start = Instant::now();
        let jobs = stream::unfold(redis.clone(), |redis| async move {
            Some((stream::iter(take(redis.clone(), at_once).await), redis))
        });
        let work = jobs.flatten().take(messages).map(|job| handle(redis.clone(), job));
        work.buffer_unordered(at_once).count().await;
        Speed { publish, consume: speed(messages, start) }
    })
}
