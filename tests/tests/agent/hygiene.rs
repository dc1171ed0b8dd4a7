//! What the macros make compiles in crates whose names mean something else,
//! that have no prelude, and that deny every warning; in both editions.

use agentgen_tests::dependent::Dependent;
use agentgen_tests::environment::repository;

/// Every name that an expansion could mean is something else in the root of
/// this crate; `bare` has no names at all.
const SOURCE: &str = r#"//! A crate that is in the way.
#![deny(warnings, missing_docs)]

/// In the way.
pub struct Taken;

macro_rules! taken {
    ($($name:ident)*) => {$(
        #[doc = "In the way."]
        pub type $name = Taken;
    )*};
}

taken! {
    Result Option String Vec Box Arc Status Context Code Reply Inbound Outbound Duration Message
    Convert WireError Error Default Clone Debug PartialEq Iterator Future
}

macro_rules! taken_traits {
    ($($name:ident)*) => {$(
        #[doc = "In the way."]
        pub trait $name {}
    )*};
}

taken_traits! { From Into TryFrom TryInto ToString Send Sync Service Glue ToOwned IntoIterator }

macro_rules! taken_modules {
    ($($name:ident)*) => {$(
        #[doc = "In the way."]
        pub mod $name {}
    )*};
}

taken_modules! {
    agentgen std core alloc prost bytes serde tonic option result string vec boxed convert
    fmt future time codec descriptors info glue client
}

/// In the way.
#[macro_export]
macro_rules! format { () => { compile_error!("not this one") }; }
/// In the way.
#[macro_export]
macro_rules! env { () => { compile_error!("not this one") }; }
/// In the way.
#[macro_export]
macro_rules! include_bytes { () => { compile_error!("not this one") }; }

SERVED

/// Without the prelude.
#[no_implicit_prelude]
pub mod bare {
SERVED
}
"#;

/// An agent, its error and its types, with every name in full.
const SERVED: &str = r#"
/// Serves.
pub struct Mine;

/// Leaves most out.
pub struct Lazy;

/// Fails.
#[derive(::core::fmt::Debug, ::agentgen::AgentError)]
#[agent(domain = "hygiene.example")]
pub enum Failure {
    /// For some time.
    #[agent(code = ResourceExhausted, retry_after = 0)]
    Busy(::core::time::Duration),
    /// The caller is wrong.
    #[agent(code = InvalidArgument, field = at, violations = all)]
    Wrong {
        /// Where.
        at: ::std::string::String,
        /// What else.
        all: ::std::vec::Vec<(::std::string::String, ::std::string::String)>,
    },
    /// As something else did.
    #[agent(transparent)]
    Other(::agentgen::Status),
}

impl ::core::fmt::Display for Failure {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str("failed")
    }
}

impl ::core::error::Error for Failure {}

impl ::core::convert::From<::agentgen::Status> for Failure {
    fn from(status: ::agentgen::Status) -> Self {
        Self::Other(status)
    }
}

#[::agentgen::agent_service(proto = "orders.proto")]
impl OrdersAgent for Mine {
    async fn place(
        &self,
        _: &::agentgen::Context,
        order: Order,
    ) -> ::core::result::Result<Order, Failure> {
        let own = <Own as ::core::convert::TryFrom<Order>>::try_from(order)?;
        ::core::result::Result::Ok(::core::convert::Into::into(own))
    }

    async fn watch(
        &self,
        _: &::agentgen::Context,
        _: Order,
    ) -> ::core::result::Result<::agentgen::Outbound<Order>, Failure> {
        ::core::result::Result::Err(Failure::Busy(::core::time::Duration::from_secs(1)))
    }

    async fn join(
        &self,
        _: &::agentgen::Context,
        _: ::agentgen::Inbound<Order>,
    ) -> ::core::result::Result<Order, Failure> {
        ::core::result::Result::Err(Failure::Other(::agentgen::Status::aborted("not now")))
    }
}

#[::agentgen::agent_service(check = "orders.proto", unimplemented(watch, join))]
impl OrdersAgent for Lazy {
    async fn place(&self, _: &::agentgen::Context, order: Order) -> ::agentgen::Result<Order> {
        ::core::result::Result::Ok(order)
    }
}

/// An order.
#[derive(::core::fmt::Debug, ::agentgen::AgentMessage)]
#[agent(message = "orders.v1.Order", proto = "orders.proto")]
pub struct Own {
    /// Its name.
    pub name: ::std::string::String,
    /// What it is of.
    pub kind: OwnKind,
    /// How many.
    #[agent(try_from)]
    pub count: ::core::num::NonZeroU32,
    /// By name.
    pub labels: ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    /// Words about it.
    pub tags: ::std::vec::Vec<::std::string::String>,
    /// Where to.
    pub place: ::core::option::Option<OwnPlace>,
    /// Earlier.
    #[agent(default)]
    pub before: OwnLine,
}

/// A line.
#[derive(::core::fmt::Debug, ::core::default::Default, ::agentgen::AgentMessage)]
#[agent(message = "orders.v1.Line", proto = "orders.proto")]
pub struct OwnLine {
    /// Words.
    pub text: ::std::string::String,
}

/// What an order is of.
#[derive(::core::fmt::Debug, ::agentgen::AgentMessage)]
#[agent(message = "orders.v1.Kind", proto = "orders.proto", rust = Kind)]
pub enum OwnKind {
    /// Of books.
    Book,
    /// Of anything else.
    #[agent(other)]
    Other(i32),
}

/// Where to.
#[derive(::core::fmt::Debug, ::agentgen::AgentMessage)]
#[agent(message = "orders.v1.Order.place", proto = "orders.proto")]
pub enum OwnPlace {
    /// A street.
    Street(::std::string::String),
    /// A box.
    Locker(i32),
}

/// Starts it.
pub fn start() -> usize {
    let dispatcher = OrdersAgentServer::new(Mine).into_dispatcher();
    ::core::iter::Iterator::count(dispatcher.rpcs())
}
"#;

const PROTO: &str = r#"
syntax = "proto3";
package orders.v1;

import "google/api/annotations.proto";

service OrdersAgent {
  rpc Place(Order) returns (Order) {
    option (google.api.http) = { post: "/v1/{name=orders/*}:place" body: "*" response_body: "name" };
  }
  rpc Watch(Order) returns (stream Order);
  rpc Join(stream Order) returns (Order);
}

enum Kind { KIND_UNSPECIFIED = 0; KIND_BOOK = 1; KIND_TOY = 2; }

message Line { string text = 1; }

message Order {
  string name = 1;
  Kind kind = 2;
  uint32 count = 3;
  map<string, string> labels = 4;
  repeated string tags = 5;
  oneof place { string street = 6; int32 locker = 7; }
  Line before = 8;
}
"#;

#[test]
fn nothing_in_a_crate_is_in_the_way_of_the_macros() {
    for edition in [2021, 2024] {
        let it = Dependent::new(&format!("hygiene_{edition}"), edition, "");
        it.write("orders.proto", PROTO);
        it.write("src/lib.rs", &SOURCE.replace("SERVED", SERVED));
        compiles(&it, edition);
    }
}

/// The same over code that a build script makes.
#[test]
fn nothing_in_a_crate_is_in_the_way_of_generated_code() {
    for edition in [2021, 2024] {
        let codegen = repository().join("codegen");
        let manifest = format!(
            "\n[build-dependencies]\nagentgen-codegen = {{ path = \"{}\", default-features = false }}\n",
            codegen.display()
        );
        let it = Dependent::new(&format!("hygiene_built_{edition}"), edition, &manifest);
        it.write("orders.proto", PROTO);
        it.write(
            "build.rs",
            "fn main() {\n    agentgen_codegen::Generator::new().proto(\"orders.proto\").generate().unwrap();\n}\n",
        );
        let proto = "(proto = \"orders.proto\")";
        let included = SERVED.replace(
            &format!("#[::agentgen::agent_service{proto}]"),
            "::agentgen::include!(\"orders.v1\");\n\n#[::agentgen::agent_service]",
        );
        assert_ne!(included, SERVED, "the attribute has changed");
        it.write("src/lib.rs", &SOURCE.replace("SERVED", &included));
        compiles(&it, edition);
    }
}

fn compiles(it: &Dependent, edition: u16) {
    let output = it.cargo("check").output().expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "edition {edition}: {said}");
}
