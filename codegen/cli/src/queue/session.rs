//! Which broker, and which contract says what is on it.

use std::path::{Path, PathBuf};

use agentgen::Broker;
use agentgen_codegen::Loaded;
use agentgen_codegen::contract::{Method, QueueBinding};
use clap::Args;

use super::broken;
use crate::config::Config;
use crate::console::Failure;
use crate::inputs::{Inputs, failure};

/// Where to look.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// The broker, as the agents name it: sqlite:PATH, or the URL of a server with
    /// its options [default: `AGENTGEN_BROKER` of the environment, or `broker` of
    /// agentgen.toml].
    #[arg(long, value_name = "URL")]
    broker: Option<String>,
    /// The contract, as .proto files or folders of them: it names the subjects
    /// and shows bodies as JSON; may be repeated [default: `protos` of
    /// agentgen.toml].
    #[arg(long = "proto", value_name = "PROTO")]
    protos: Vec<PathBuf>,
    /// Look imports up in this folder; may be repeated.
    #[arg(short = 'I', long = "include", value_name = "DIR")]
    includes: Vec<PathBuf>,
    /// Lay the options of this google.api.Service YAML over the .proto files.
    #[arg(long, value_name = "FILE")]
    service_config: Option<PathBuf>,
}

/// An open broker, and the contract if there is one.
pub(super) struct Session {
    pub(super) broker: Broker,
    pub(super) loaded: Option<Loaded>,
}

impl Target {
    pub(super) async fn open(self) -> Result<Session, Failure> {
        let config = Config::find(&std::env::current_dir()?)?;
        let url = self.broker.or_else(|| std::env::var("AGENTGEN_BROKER").ok());
        let url = url.or_else(|| config.broker.clone()).ok_or_else(|| {
            Failure::trouble(
                "no broker is named: give --broker URL, set AGENTGEN_BROKER, or write `broker` in \
                 agentgen.toml",
            )
        })?;
        check(&url)?;
        let has_contract = !self.protos.is_empty() || !config.protos.is_empty();
        let inputs = Inputs::new(self.protos, self.includes, self.service_config);
        let loaded = has_contract.then(|| inputs.load()).transpose()?.map(|space| space.loaded);
        if let Some(loaded) = &loaded
            && loaded.has_errors()
        {
            return Err(failure(&loaded.diagnostics, loaded.sources.texts()));
        }
        let broker = Broker::open_existing(&url).await.map_err(broken)?;
        Ok(Session { broker, loaded })
    }
}

/// Refuses what could show nothing but an empty queue.
fn check(url: &str) -> Result<(), Failure> {
    let (scheme, rest) = url.split_once(':').unwrap_or((url, ""));
    let path = rest.split('?').next().unwrap_or_default();
    match scheme {
        "memory" => Err(Failure::trouble(
            "`memory:` lives in the process of its agent and cannot be seen from here; give the \
             agent a broker such as sqlite:work.db",
        )),
        "sqlite" if !Path::new(path).exists() => Err(Failure::trouble(format!(
            "there is no broker at `{path}`: no such file; the path is relative to this folder"
        ))),
        _ => Ok(()),
    }
}

/// An rpc with its subjects.
pub(super) type Bound<'a> = (&'a Method, &'a QueueBinding);

impl Session {
    /// The rpcs of the contract that have a subject.
    pub(super) fn bound(&self) -> impl Iterator<Item = Bound<'_>> {
        let services = self.loaded.iter().flat_map(|loaded| loaded.contract.services());
        let methods = services.flat_map(|service| &service.methods);
        methods.filter_map(|method| Some((method, method.queue.as_ref()?)))
    }

    /// The rpc that a word names: by its own name, its subject or the subject of
    /// its dead letters.
    pub(super) fn find(&self, word: &str) -> Option<Bound<'_>> {
        self.bound().find(|(method, queue)| {
            [&method.full_name, &queue.subject, &queue.dead_letter].into_iter().any(|n| n == word)
        })
    }

    /// The subjects of dead letters that words name; all of the contract's
    /// without any.
    pub(super) fn dead_subjects(&self, words: &[String]) -> Result<Vec<String>, Failure> {
        let mut subjects: Vec<String> = if words.is_empty() {
            self.bound().map(|(_, queue)| queue.dead_letter.clone()).collect()
        } else {
            words.iter().map(|word| self.dead_subject(word)).collect()
        };
        subjects.sort_unstable();
        subjects.dedup();
        if subjects.is_empty() {
            return Err(Failure::trouble(nothing_named(self.loaded.is_some())));
        }
        Ok(subjects)
    }

    /// The subject of dead letters that a word names.
    pub(super) fn dead_subject(&self, word: &str) -> String {
        self.find(word).map_or_else(|| word.to_owned(), |(_, queue)| queue.dead_letter.clone())
    }
}

/// What to say where neither words nor contract name a subject.
pub(super) fn nothing_named(has_contract: bool) -> &'static str {
    if has_contract {
        "no rpc of the contract has a queue subject; name a subject"
    } else {
        "no subject is named: give one, or the contract with --proto"
    }
}
