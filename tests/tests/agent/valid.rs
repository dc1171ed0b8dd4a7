//! What is valid Rust in an impl stays so, and means what it says.

use agentgen::service::Failure as _;
use agentgen::{Code, Context};

/// Messages that are called as types of the runtime are.
#[expect(unused_qualifications, reason = "which of two types of one name it is")]
mod names {
    use agentgen::agent_service;

    pub(super) struct Mine;

    #[agent_service(proto = "tests/agent/names.proto")]
    impl Names for Mine {
        async fn ask(
            &self,
            _: &agentgen::Context,
            request: Context,
        ) -> agentgen::Result<contract::names::v1::Result> {
            Ok(contract::names::v1::Result { text: request.text })
        }

        async fn tell(
            &self,
            _: &agentgen::Context,
            request: Status,
        ) -> agentgen::Result<contract::names::v1::Option> {
            Ok(contract::names::v1::Option { text: request.text })
        }
    }
}

/// Results by aliases of the user's.
mod aliases {
    use agentgen::{AgentError, Context, agent_service};

    #[derive(Debug, AgentError)]
    #[agent(code = NotFound, message = "there is nothing")]
    pub(super) struct Nothing;

    impl std::fmt::Display for Nothing {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("nothing")
        }
    }

    impl std::error::Error for Nothing {}

    type Result<T> = std::result::Result<T, Nothing>;
    type SayResult = Result<SayResponse>;

    pub(super) struct Short;
    pub(super) struct Whole;
    pub(super) struct Future;

    #[agent_service(proto = "tests/agent/echo.proto")]
    impl Echo for Short {
        async fn say(&self, _: &Context, _: SayRequest) -> Result<SayResponse> {
            Err(Nothing)
        }
    }

    #[agent_service(check = "tests/agent/echo.proto")]
    impl Echo for Whole {
        async fn say(&self, _: &Context, _: SayRequest) -> SayResult {
            Err(Nothing)
        }
    }

    #[agent_service(check = "tests/agent/echo.proto")]
    impl Echo for Future {
        fn say(
            &self,
            _: &Context,
            _: SayRequest,
        ) -> impl std::future::Future<Output = Result<SayResponse>> + Send {
            std::future::ready(Err(Nothing))
        }
    }
}

/// Macros in place of methods, and beside them.
mod macros {
    use agentgen::{Context, Result, agent_service};

    macro_rules! nothing {
        ($($ignored:tt)*) => {};
    }

    macro_rules! say {
        () => {
            async fn say(&self, _: &Context, request: SayRequest) -> Result<SayResponse> {
                Ok(SayResponse { text: request.text })
            }
        };
    }

    pub(super) struct Mine;
    pub(super) struct Other;

    #[agent_service(proto = "tests/agent/echo.proto")]
    impl Echo for Mine {
        say!();
    }

    #[agent_service(check = "tests/agent/echo.proto")]
    impl Echo for Other {
        nothing! { const A: u8 = 1; }

        async fn say(&self, _: &Context, request: SayRequest) -> Result<SayResponse> {
            Ok(SayResponse { text: request.text })
        }
    }
}

/// Methods that are compiled under a condition only.
mod conditions {
    use agentgen::{Context, Result, agent_service};

    pub(super) struct Mine;
    pub(super) struct Lazy;
    pub(super) struct Partly;

    #[agent_service(proto = "tests/agent/echo.proto")]
    impl Echo for Mine {
        #[cfg(any())]
        fn say(&self, request: String) -> String {
            request
        }

        #[cfg(not(any()))]
        async fn say(&self, _: &Context, request: SayRequest) -> Result<SayResponse> {
            Ok(SayResponse { text: request.text })
        }

        #[cfg(any())]
        async fn shout(&self) {}
    }

    // What may be left out has no say in how the agent fails.
    #[agent_service]
    impl Echo for Partly {
        async fn say(&self, _: &Context, request: SayRequest) -> Result<SayResponse> {
            Ok(SayResponse { text: request.text })
        }

        #[cfg(any())]
        async fn shout(&self) -> Result<(), Absent> {}

        #[cfg(any())]
        async fn whisper(&self) -> Result<(), Absent> {}
    }

    // The contract is that of the impl above.
    #[agent_service(unimplemented(say))]
    impl Echo for Lazy {
        #[cfg(any())]
        async fn say(&self, _: &Context, request: SayRequest) -> Result<SayResponse> {
            Ok(SayResponse { text: request.text })
        }
    }
}

/// Two contracts in one module, which has a module `contract` of its own.
mod together {
    use agentgen::{Result, agent_service};

    mod contract {
        pub(super) const WORDS: &str = "a clause";
    }

    pub(super) struct Mine;

    #[agent_service(proto = "tests/agent/echo.proto")]
    impl Echo for Mine {
        async fn say(&self, _: &agentgen::Context, _: SayRequest) -> Result<SayResponse> {
            Ok(SayResponse { text: contract::WORDS.to_owned() })
        }
    }

    agentgen::contract!("tests/agent/money.proto", module = "wire");

    pub(super) fn cents() -> i64 {
        wire::money::v1::Money { cents: 3 }.cents
    }
}

#[tokio::test]
async fn messages_may_be_called_as_types_of_the_runtime() {
    use names::Names as _;
    let cx = Context::new();
    let request = names::Context { text: "a".to_owned() };
    let reply = names::Mine.ask(&cx, request).await.expect("it answers");
    assert_eq!(reply.text, "a");
    let request = names::Status { text: "b".to_owned() };
    assert_eq!(names::Mine.tell(&cx, request).await.expect("it answers").text, "b");
}

#[tokio::test]
async fn the_error_of_an_alias_is_that_of_the_agent() {
    use aliases::Echo;
    async fn code(agent: impl Echo) -> Code {
        let reply = agent.say(&Context::new(), aliases::SayRequest::default()).await;
        reply.expect_err("there is nothing").into_status().code()
    }
    assert_eq!(code(aliases::Short).await, Code::NotFound);
    assert_eq!(code(aliases::Whole).await, Code::NotFound);
    assert_eq!(code(aliases::Future).await, Code::NotFound);
}

#[tokio::test]
async fn macros_in_an_impl_are_left_to_the_compiler() {
    use macros::Echo;
    async fn said(agent: impl Echo) -> String {
        let request = macros::SayRequest { text: "a".to_owned() };
        let reply = agent.say(&Context::new(), request).await;
        reply.map_err(agentgen::service::Failure::into_status).expect("it answers").text
    }
    assert_eq!(said(macros::Mine).await, "a");
    assert_eq!(said(macros::Other).await, "a");
}

#[tokio::test]
async fn what_is_not_compiled_is_no_mistake() {
    use conditions::Echo as _;
    let cx = Context::new();
    let request = || conditions::SayRequest { text: "a".to_owned() };
    assert_eq!(conditions::Mine.say(&cx, request()).await.expect("it answers").text, "a");
    assert_eq!(conditions::Partly.say(&cx, request()).await.expect("it answers").text, "a");
    let left_out = conditions::Lazy.say(&cx, request()).await;
    assert_eq!(left_out.expect_err("it is left out").code(), Code::Unimplemented);
}

#[tokio::test]
async fn contracts_share_a_module_with_each_other_and_with_one_of_their_name() {
    use together::Echo as _;
    let reply = together::Mine.say(&Context::new(), together::SayRequest::default()).await;
    assert_eq!(reply.expect("it answers").text, "a clause");
    assert_eq!(together::cents(), 3);
}
