//! Every transport by hand: gRPC with reflection and health, REST, and a queue in a
//! file with retries and dead letters, whose consumer knows each rpc.

use std::fmt::Write as _;

use super::super::contract::{RPCS, SERVICES, is_stream, messages};
use super::super::workspace::{Contract, Variant};
use super::{BUILD, WITH_SERDE, handlers, program, tonic_service};

pub(crate) const EVERY_TRANSPORT: Variant = Variant {
    name: "tonic-axum-queue",
    contract: Some(Contract {
        dependencies: WITH_SERDE,
        build_dependencies: BUILD,
        build: build_with_serde!(
            "    let out = std::path::PathBuf::from(std::env::var_os(\"OUT_DIR\").unwrap());
    std::fs::write(out.join(\"bench.bin\"), prost::Message::encode_to_vec(&set)).unwrap();
"
        ),
        lib: "//! Generated.
tonic::include_proto!(\"bench.v1\");

pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/bench.bin\"));
",
    }),
    dependencies: "axum = { version = \"0.8\", default-features = false, features = [\"http1\", \"http2\", \"json\", \"tokio\"] }\n\
                   prost = \"0.14\"\n\
                   rusqlite = { version = \"0.41\", features = [\"bundled\"] }\n\
                   serde_json = \"1\"\n\
                   tonic = { version = \"0.14\", default-features = false, features = [\"codegen\", \"transport\", \"router\"] }\n\
                   tonic-health = { version = \"0.14\", default-features = false }\n\
                   tonic-reflection = { version = \"0.14\", default-features = false, features = [\"server\"] }\n\
                   tokio = { version = \"1\", features = [\"net\", \"rt-multi-thread\", \"macros\", \"sync\", \"time\"] }\n\
                   futures-util = { version = \"0.3\", default-features = false, features = [\"std\"] }\n",
    main,
    service: |number, changed| {
        tonic_service(number, changed) + &handlers(number) + &consumer(number)
    },
};

/// The rpcs of a service by name, with the request that a message holds.
fn consumer(number: usize) -> String {
    let mut text = format!(
        "\nuse prost::Message as _;\nuse crate::queue::unreadable;\n\n\
         pub async fn handle(agent: &Agent{number}, rpc: &str, body: &[u8]) -> Result<(), Status> {{\n    \
         match rpc {{\n"
    );
    for rpc in 0..RPCS {
        let (from, _) = messages(number, rpc);
        let reply = if is_stream(rpc) {
            "let mut replies = reply.into_inner();\n            \
             while let Some(item) = replies.next().await {\n                \
             item?;\n            }"
        } else {
            "drop(reply);"
        };
        let _ = writeln!(
            text,
            "        \"Call{rpc}\" => {{\n            \
             let request = Message{from}::decode(body).map_err(unreadable)?;\n            \
             let reply = agent.call{rpc}(Request::new(request)).await?;\n            \
             {reply}\n            Ok(())\n        }}"
        );
    }
    text + "        _ => Err(Status::unimplemented(rpc)),\n    }\n}\n"
}

fn main() -> String {
    let agents: String = (0..SERVICES).fold(String::new(), |mut text, number| {
        let _ = write!(text, "agent{number}.clone(), ");
        text
    });
    let mut items = format!("\nmod queue {{{QUEUE}}}\n\nstruct Agents(");
    for number in 0..SERVICES {
        let _ = write!(items, "std::sync::Arc<agent{number}::Agent{number}>, ");
    }
    items.push_str(
        ");\n\nasync fn handle(agents: &Agents, subject: &str, body: &[u8]) -> Result<(), tonic::Status> {\n    \
         let (service, rpc) = subject.rsplit_once('.').unwrap_or_default();\n    \
         match service {\n",
    );
    for number in 0..SERVICES {
        let _ = writeln!(
            items,
            "        \"bench.v1.Service{number}\" => agent{number}::handle(&agents.{number}, rpc, body).await,"
        );
    }
    items.push_str("        _ => Err(tonic::Status::unimplemented(subject)),\n    }\n}\n");
    let before = format!(
        "    let reflection = tonic_reflection::server::Builder::configure()\n        \
         .register_encoded_file_descriptor_set(contract::DESCRIPTORS).build_v1()?;\n    \
         let (_reporter, health) = tonic_health::server::health_reporter();\n    \
         grpc.add_service(reflection).add_service(health);\n    \
         let agents = std::sync::Arc::new(Agents({agents}));\n    \
         tokio::spawn(queue::work(queue::Queue::open(\"work.db\")?, agents));\n"
    );
    program(&items, &before)
}

const QUEUE: &str = r#"
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use rusqlite::{Connection, OptionalExtension as _};
    use tokio::sync::Semaphore;
    use tonic::Status;

    pub struct Queue(Mutex<Connection>);

    struct Job {
        id: i64,
        subject: String,
        body: Vec<u8>,
        attempts: u32,
    }

    impl Queue {
        pub fn open(path: &str) -> rusqlite::Result<Arc<Self>> {
            let db = Connection::open(path)?;
            db.pragma_update(None, "journal_mode", "wal")?;
            db.execute_batch(
                "create table if not exists jobs (
                     id integer primary key, subject text not null, body blob not null,
                     attempts integer not null default 0, due integer not null default 0, dead text)",
            )?;
            Ok(Arc::new(Self(Mutex::new(db))))
        }

        fn claim(&self) -> rusqlite::Result<Option<Job>> {
            let db = self.0.lock().unwrap();
            let mut statement = db.prepare_cached(
                "update jobs set attempts = attempts + 1, due = unixepoch() + 30
                 where id = (select id from jobs where due <= unixepoch() and dead is null
                             order by id limit 1)
                 returning id, subject, body, attempts",
            )?;
            let job = |row: &rusqlite::Row<'_>| {
                Ok(Job {
                    id: row.get(0)?,
                    subject: row.get(1)?,
                    body: row.get(2)?,
                    attempts: row.get(3)?,
                })
            };
            statement.query_row([], job).optional()
        }

        fn settle(&self, job: &Job, result: Result<(), Status>) -> rusqlite::Result<usize> {
            let db = self.0.lock().unwrap();
            match result {
                Ok(()) => db.execute("delete from jobs where id = ?1", [job.id]),
                Err(status) if job.attempts >= 5 => db.execute(
                    "update jobs set dead = ?2 where id = ?1",
                    (job.id, status.message()),
                ),
                Err(_) => db.execute(
                    "update jobs set due = unixepoch() + ?2 where id = ?1",
                    (job.id, 1 << job.attempts),
                ),
            }
        }
    }

    pub async fn work(queue: Arc<Queue>, agents: Arc<super::Agents>) -> rusqlite::Result<()> {
        let at_once = Arc::new(Semaphore::new(16));
        loop {
            let permit = at_once.clone().acquire_owned().await.unwrap();
            let Some(job) = queue.claim()? else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let (queue, agents) = (queue.clone(), agents.clone());
            tokio::spawn(async move {
                let result = super::handle(&agents, &job.subject, &job.body).await;
                if let Err(error) = queue.settle(&job, result) {
                    eprintln!("{}: {error}", job.subject);
                }
                drop(permit);
            });
        }
    }

    pub fn unreadable(error: prost::DecodeError) -> Status {
        Status::invalid_argument(error.to_string())
    }
"#;
