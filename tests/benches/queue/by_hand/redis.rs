//! On `redis`: a stream, and keys for what was published, begun and done. What belongs
//! together is one script.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::{LocalBoxFuture, join_all};
use redis::aio::ConnectionManager;
use redis::{Script, ScriptInvocation};

use super::hands::{Hands, spawn};
use super::store::now;
use super::{Begun, DAY, Event, Headers, Held, LEASE, WINDOW, millis, work};
use crate::tally::Tally;
use crate::{Round, Speed, speed};

static PUBLISH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if not redis.call('SET', KEYS[1], 1, 'NX', 'PX', ARGV[1]) then return 0 end
         redis.call('XADD', 'jobs', '*', unpack(ARGV, 2))
         return 1",
    )
});

/// Returns the number of the attempt, -1 where the work is done, -2 where it is done now.
static BEGIN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local place = redis.call('GET', KEYS[2])
         if place and place:sub(1, 1) == 'r' then return -1 end
         if place and place ~= 'h' .. ARGV[1]
             and redis.call('HGET', 'attempt:' .. place:sub(2), 'running') == '1' then return -2 end
         redis.call('SET', KEYS[2], 'h' .. ARGV[1], 'PX', ARGV[2])
         redis.call('HSET', KEYS[1], 'running', 1)
         return redis.call('HINCRBY', KEYS[1], 'starts', 1)",
    )
});

/// Ends an attempt, unless another has begun: with a result, or a dead letter.
static FINISH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if (redis.call('HGET', KEYS[1], 'starts') or '0') ~= ARGV[2] then return 0 end
         if KEYS[2] ~= '' then redis.call('SET', KEYS[2], 'r' .. ARGV[3], 'PX', ARGV[4]) end
         if ARGV[5] then redis.call('XADD', 'dead', '*', unpack(ARGV, 5)) end
         redis.call('XACK', 'jobs', 'workers', ARGV[1])
         redis.call('XDEL', 'jobs', ARGV[1])
         redis.call('DEL', KEYS[1])
         return 1",
    )
});

static AGAIN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if (redis.call('HGET', KEYS[1], 'starts') or '0') ~= ARGV[2] then return 0 end
         redis.call('HSET', KEYS[1], 'running', 0)
         redis.call('ZADD', 'later', ARGV[3], ARGV[1])
         return 1",
    )
});

/// Hands over what is due again, what was lost where that is asked for, and else what
/// is new.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local due = redis.call('ZRANGEBYSCORE', 'later', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
         if due[1] then
             redis.call('ZREM', 'later', unpack(due))
             return redis.call('XCLAIM', 'jobs', 'workers', 'one', 0, unpack(due))
         end
         if ARGV[4] == '1' then
             local lost = redis.call('XAUTOCLAIM', 'jobs', 'workers', 'one', ARGV[3], '0', 'COUNT', ARGV[2])
             if lost[2][1] then return lost[2] end
         end
         local new = redis.call('XREADGROUP', 'GROUP', 'workers', 'one', 'COUNT', ARGV[2],
             'STREAMS', 'jobs', '>')
         return new and new[1][2] or {}",
    )
});

/// An entry of a stream: its id, and its fields and their values in turn.
type Entry = (String, Vec<Vec<u8>>);

#[derive(Clone)]
struct Delivered {
    redis: ConnectionManager,
    entry: String,
    attempt: u32,
}

async fn run<T: redis::FromRedisValue>(
    redis: &ConnectionManager,
    script: &ScriptInvocation<'_>,
) -> T {
    script.invoke_async(&mut redis.clone()).await.expect("the script runs")
}

async fn publish(redis: &ConnectionManager, source: &str) {
    let Event { id, headers, body } = Event::new(source);
    let mut script = PUBLISH.key(format!("seen:{id}"));
    script.arg(millis(WINDOW));
    for (name, value) in headers {
        script.arg(name).arg(value);
    }
    script.arg("body").arg(&body[..]);
    let stored: u8 = run(redis, &script).await;
    assert_eq!(stored, 1, "it was published before");
}

/// Once a second it looks for what was lost, too.
async fn take(redis: &ConnectionManager, count: usize, look_at: &mut Instant) -> Vec<Entry> {
    let look = Instant::now() >= *look_at;
    if look {
        *look_at = Instant::now() + Duration::from_secs(1);
    }
    let mut script = TAKE.arg(now());
    script.arg(count).arg(millis(LEASE)).arg(u8::from(look));
    run(redis, &script).await
}

impl Delivered {
    fn attempt_key(&self) -> String {
        format!("attempt:{}", self.entry)
    }

    /// Ends it; with nothing more than that where there is no result and no letter.
    async fn end(&self, place: &str, result: &[u8], letter: &[(String, Vec<u8>)]) {
        let mut script = FINISH.key(self.attempt_key());
        script.key(place).arg(&self.entry).arg(self.attempt).arg(result).arg(millis(DAY));
        for (name, value) in letter {
            script.arg(name).arg(value);
        }
        // Refused, it is another's by now.
        let _: u8 = run(&self.redis, &script).await;
    }
}

impl Held for Delivered {
    async fn begin(&mut self, key: &str) -> Begun {
        let mut script = BEGIN.key(self.attempt_key());
        script.key(format!("done:{key}")).arg(&self.entry).arg(millis(DAY));
        match run(&self.redis, &script).await {
            -1 => Begun::Done,
            -2 => Begun::Busy,
            starts => {
                self.attempt = u32::try_from(starts).expect("it was counted");
                Begun::Run(self.attempt)
            }
        }
    }

    async fn renew(&self) -> bool {
        let mut claim = redis::cmd("XCLAIM");
        claim.arg("jobs").arg("workers").arg("one").arg(0).arg(&self.entry).arg("JUSTID");
        let held: Result<Vec<String>, _> = claim.query_async(&mut self.redis.clone()).await;
        held.is_ok_and(|held| !held.is_empty())
    }

    async fn finish(self, key: &str, result: Vec<u8>) {
        self.end(&format!("done:{key}"), &result, &[]).await;
    }

    async fn drop_it(self) {
        self.end("", &[], &[]).await;
    }

    async fn again(self, pause: Duration) {
        let mut script = AGAIN.key(self.attempt_key());
        script.arg(&self.entry).arg(self.attempt).arg(now() + millis(pause));
        let _: u8 = run(&self.redis, &script).await;
    }

    async fn bury(self, why: &str, headers: Headers, body: Bytes) {
        let fields = headers.into_iter().map(|(name, value)| (name, value.into_bytes()));
        let own = [("dead-reason".to_owned(), why.into()), ("body".to_owned(), body.to_vec())];
        self.end("", &[], &fields.chain(own).collect::<Vec<_>>()).await;
    }
}

async fn handle(redis: ConnectionManager, (entry, fields): Entry, tally: Tally) {
    let (mut headers, mut body) = (Headers::new(), Bytes::new());
    let mut fields = fields.into_iter();
    while let Some((name, value)) = fields.next().zip(fields.next()) {
        match String::from_utf8(name).expect("a name of a field") {
            name if name == "body" => body = value.into(),
            name => headers.push((name, String::from_utf8(value).expect("a header"))),
        }
    }
    work(Delivered { redis, entry, attempt: 0 }, headers, body, &tally).await;
}

pub(crate) fn round(round: Round) -> LocalBoxFuture<'static, Speed> {
    Box::pin(async move {
        let Round { url, at_once, messages } = round;
        let client = redis::Client::open(url).expect("an address");
        let redis = ConnectionManager::new(client).await.expect("a connection");
        let mut make = redis::cmd("XGROUP");
        make.arg("CREATE").arg("jobs").arg("workers").arg("0").arg("MKSTREAM");
        make.exec_async(&mut redis.clone()).await.expect("a group");
        let start = Instant::now();
        let publisher = |publisher: usize| {
            let redis = &redis;
            async move {
                let source = format!("/by-hand/{publisher}");
                for _ in 0..messages / at_once {
                    publish(redis, &source).await;
                }
            }
        };
        join_all((0..at_once).map(publisher)).await;
        let messages = messages / at_once * at_once;
        let publish = speed(messages, start.elapsed());

        let tally = Tally::of(messages);
        let (hands, mut taken, mut look_at) = (Hands::new(at_once), 0, Instant::now());
        while taken < messages {
            let mut free = hands.free().await;
            let jobs = take(&redis, free.num_permits(), &mut look_at).await;
            if jobs.is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            taken += jobs.len();
            spawn(&mut free, jobs, |job| handle(redis.clone(), job, tally.clone()));
        }
        tally.done().await;
        Speed { publish, consume: tally.speed() }
    })
}
