//! The variants of agentgen: by a build script with gRPC only, with every
//! transport and with everything (documents, the docs page, tools, the Connect
//! protocol, …), and by the macro.

use std::fmt::Write as _;

use super::contract::{RPCS, SERVICES, is_stream, messages};
use super::workspace::{Contract, Variant};

pub(crate) const GRPC: Variant = Variant {
    name: "ours-grpc",
    contract: Some(Contract {
        dependencies: "agentgen = { path = \"ROOT/runtime\", default-features = false, \
                       features = [\"grpc\"] }\n",
        build_dependencies: BUILD,
        build: "fn main() {\n    agentgen_codegen::Generator::new().proto(\"bench.proto\")\
                .emit([\"grpc\"]).generate().unwrap();\n}\n",
        lib: LIB,
    }),
    dependencies: "agentgen = { path = \"ROOT/runtime\", default-features = false, \
                   features = [\"grpc\", \"macros\"] }\n\
                   tokio = { version = \"1\", features = [\"rt-multi-thread\", \"macros\"] }\n",
    main: || main("", ".grpc().reflection().health()"),
    service: by_build_script,
};

/// The transports of tonic with axum handlers, and no more.
pub(crate) const HTTP: Variant = Variant {
    name: "ours-http",
    contract: Some(Contract {
        dependencies: "agentgen = { path = \"ROOT/runtime\", default-features = false, \
                       features = [\"grpc\", \"rest\"] }\n",
        build_dependencies: BUILD,
        build: "fn main() {\n    agentgen_codegen::Generator::new().proto(\"bench.proto\")\
                .emit([\"grpc\", \"rest\", \"sse\"]).generate().unwrap();\n}\n",
        lib: LIB,
    }),
    dependencies: "agentgen = { path = \"ROOT/runtime\", default-features = false, \
                   features = [\"grpc\", \"macros\", \"rest\"] }\n\
                   tokio = { version = \"1\", features = [\"rt-multi-thread\", \"macros\"] }\n",
    main: || main("", ".grpc().rest()"),
    service: by_build_script,
};

/// The transports of a program by hand that has a queue, and clients.
pub(crate) const TRANSPORTS: Variant = Variant {
    name: "ours-transports",
    contract: Some(Contract {
        dependencies: "agentgen = { path = \"ROOT/runtime\", default-features = false, \
                       features = [\"client\", \"grpc\", \"rest\", \"sqlite\"] }\n",
        build_dependencies: BUILD,
        build: "fn main() {\n    agentgen_codegen::Generator::new().proto(\"bench.proto\")\
                .emit([\"grpc\", \"rest\", \"sse\", \"queue\", \"client\"]).generate().unwrap();\n}\n",
        lib: LIB,
    }),
    dependencies: "agentgen = { path = \"ROOT/runtime\", default-features = false, \
                   features = [\"client\", \"grpc\", \"macros\", \"rest\", \"sqlite\"] }\n\
                   tokio = { version = \"1\", features = [\"rt-multi-thread\", \"macros\"] }\n",
    main: || main("", EVERY_TRANSPORT),
    service: by_build_script,
};

pub(crate) const ALL: Variant = Variant {
    name: "ours-all",
    contract: Some(Contract {
        dependencies: "agentgen = { path = \"ROOT/runtime\" }\n",
        build_dependencies: BUILD,
        build: "fn main() {\n    agentgen_codegen::Generator::new().proto(\"bench.proto\")\
                .generate().unwrap();\n}\n",
        lib: LIB,
    }),
    dependencies: EVERYTHING,
    main: || main("", EVERY_TRANSPORT),
    service: by_build_script,
};

pub(crate) const MACRO: Variant = Variant {
    name: "ours-macro",
    contract: None,
    dependencies: EVERYTHING,
    main: || main("agentgen::contract!(\"bench.proto\");\n", EVERY_TRANSPORT),
    service: |number, changed| service("use crate::contract::bench::v1::*;", number, changed),
};

const BUILD: &str = "agentgen-codegen = { path = \"ROOT/codegen\", default-features = false }\n";

const LIB: &str = "//! Generated.\nagentgen::include!(\"bench.v1\");\n";

const EVERYTHING: &str = "agentgen = { path = \"ROOT/runtime\" }\n\
                          tokio = { version = \"1\", features = [\"rt-multi-thread\", \"macros\"] }\n";

const EVERY_TRANSPORT: &str = ".grpc().reflection().health().rest()\
                               .queue(agentgen::Broker::open(\"sqlite:work.db\").await?)";

fn by_build_script(number: usize, changed: usize) -> String {
    service("use contract::*;", number, changed)
}

fn service(import: &str, number: usize, changed: usize) -> String {
    let mut text = format!(
        "{import}\nuse agentgen::{{Context, Outbound, Result, agent_service}};\n\n\
         pub struct Agent{number};\n\n#[agent_service]\nimpl Service{number} for Agent{number} {{\n"
    );
    for rpc in 0..RPCS {
        let (from, to) = messages(number, rpc);
        let reply =
            format!("Message{to} {{ name: request.name, count: {changed}, ..Default::default() }}");
        let (ty, value) = if is_stream(rpc) {
            (format!("Outbound<Message{to}>"), format!("Outbound::from_messages([{reply}])"))
        } else {
            (format!("Message{to}"), reply)
        };
        let _ = writeln!(
            text,
            "    async fn call{rpc}(&self, _: &Context, request: Message{from}) -> Result<{ty}> {{\n        \
             Ok({value})\n    }}"
        );
    }
    text + "}\n"
}

fn main(contract: &str, transports: &str) -> String {
    let mut text = String::from("//! Serves the contract.\n");
    for number in 0..SERVICES {
        let _ = writeln!(text, "mod agent{number};");
    }
    let _ = write!(
        text,
        "{}{contract}\n#[tokio::main]\nasync fn main() -> agentgen::Result<(), Box<dyn std::error::Error>> {{\n    \
         Ok(Service0Server::new(agent0::Agent0)",
        if contract.is_empty() { "use contract::*;\n" } else { "" },
    );
    for number in 1..SERVICES {
        let _ = write!(
            text,
            "\n        .add_service(Service{number}Server::new(agent{number}::Agent{number}))"
        );
    }
    let _ = writeln!(text, "\n        {transports}.listen(\"127.0.0.1:8080\").await?)\n}}");
    text
}
