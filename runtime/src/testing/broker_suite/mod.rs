//! What every broker promises, one function per promise. A function panics
//! when its promise is broken.
//!
//! [`broker_suite!`](crate::broker_suite) makes a test of each:
//!
//! ```ignore
//! agentgen::broker_suite!(Fixture::of(Broker::open("memory:?dedupe_window=1").await?));
//! ```
#![expect(
    clippy::missing_panics_doc,
    reason = "every promise panics when it is broken: the module says so once"
)]

mod answers;
mod attempts;
mod duplicates;
mod envelopes;
mod failures;
mod groups;
mod leases;
mod ordering;
mod publishing;
mod sending;
mod shutdown;
mod stores;
mod tools;

pub use answers::*;
pub use attempts::*;
pub use duplicates::*;
pub use envelopes::*;
pub use failures::*;
pub use groups::*;
pub use leases::*;
pub use ordering::*;
pub use publishing::*;
pub use sending::*;
pub use shutdown::*;
pub use stores::*;

/// Makes a test of every promise, each on a store of its own, which the
/// expression (a [`Fixture`](crate::testing::Fixture)) makes.
///
/// A promise is asked only of brokers that declare what it needs; the fixture
/// names what its broker lacks.
///
/// `broker_suite!(together FUNCTION)` makes one test of all, for brokers whose server takes
/// long to start: the function is called with the name of each promise, for a store apart
/// from the others' on one server.
#[macro_export]
macro_rules! broker_suite {
    (together $fixture:expr) => {
        $crate::broker_suite! { @list together $fixture }
    };
    ($fixture:expr) => {
        $crate::broker_suite! { @list tests $fixture }
    };
    (@list $form:ident $fixture:expr) => {
        $crate::broker_suite! { @$form $fixture;
            a_published_message_is_delivered_as_it_was [];
            a_message_waits_for_the_first_group [Backlog];
            a_delayed_message_is_held_back [];
            an_expired_message_is_dropped [];
            a_stored_message_can_be_browsed [Browse];
            a_message_is_gone_only_after_its_ack [];
            an_unsettled_delivery_comes_back_after_its_lease [];
            a_dropped_delivery_comes_back_at_once [];
            a_stale_lease_is_refused [];
            a_renewed_lease_keeps_its_delivery [];
            a_cancelled_wait_loses_nothing [];
            an_attempt_counts_when_it_starts_not_when_it_is_claimed [];
            an_attempt_that_is_excused_is_no_crash [];
            a_released_attempt_is_not_counted [];
            a_retry_comes_back_after_its_pause_with_its_failure [];
            settling_publishes_and_removes [];
            a_second_message_of_a_dedupe_key_is_dropped_within_the_window [];
            a_remembered_key_is_not_run_again [];
            a_key_is_not_run_twice_at_once [];
            messages_of_one_key_come_one_at_a_time_in_order [];
            the_order_of_a_key_outlives_retries_and_leases [];
            the_order_of_a_key_outlives_its_consumer [];
            consumers_of_a_group_share_its_messages [];
            every_group_gets_every_message [];
            an_ephemeral_group_goes_with_its_subscription [];
            several_handles_share_one_store [Shared AnyConsumer];
            handles_that_wait_share_one_group [Shared];
            messages_survive_a_reopened_store [Durable];
            a_closed_broker_says_so [];
            a_call_is_answered [];
            a_json_call_is_answered_in_json [];
            a_stream_is_answered_in_order [];
            a_slow_reader_gets_a_long_stream_whole [];
            an_error_reaches_the_caller [];
            a_call_over_a_closed_broker_ends [];
            calls_in_parallel_get_their_own_answers [];
            a_failed_message_is_tried_again_then_dead_lettered [Browse];
            a_hopeless_message_is_dead_lettered_at_once [Browse];
            an_unreadable_message_is_dead_lettered_at_once [Browse];
            a_dead_letter_keeps_headers_of_any_text [Browse];
            an_expired_request_is_dead_lettered_without_running [Browse];
            an_expired_request_runs_once_it_is_replayed [Browse];
            a_panic_is_a_failed_attempt [Browse];
            a_message_that_kills_its_worker_is_dead_lettered_alone [Browse];
            a_dead_letter_is_replayed_once [Browse];
            a_duplicate_is_answered_but_not_executed [];
            a_forgotten_result_is_reported [];
            a_key_in_the_message_makes_two_requests_one [];
            a_header_of_the_producer_can_be_the_key [];
            a_structured_event_is_handled_and_its_copy_is_not [];
            a_message_of_another_contract_is_dead_lettered [Browse];
            json_without_an_envelope_is_taken_where_it_is_asked_for [Browse];
            a_large_body_goes_elsewhere [];
            a_reply_that_is_too_large_is_reported [Browse];
            work_is_sent_now_and_later [];
            work_on_behalf_of_a_call_is_sent_once [];
            work_that_is_worth_nothing_any_more_is_not_done [Browse];
            several_agents_are_asked_and_the_missing_are_named [Browse];
            what_fails_altogether_is_left_in_the_queue [];
            a_handler_may_outlive_its_lease [];
            concurrency_is_bounded [];
            requests_of_one_key_never_overlap [];
            a_drained_consumer_finishes_what_runs_and_returns_the_rest [];
            a_consumer_that_is_cut_off_returns_everything [];
        }
    };
    (@tests $fixture:expr; $($promise:ident [$($needs:ident)*];)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            let fixture = $fixture;
            if fixture.declares(&[$($crate::broker::Capability::$needs),*]).await {
                $crate::testing::broker_suite::$promise(&fixture).await;
            }
        }
    )*};    (@together $fixture:expr; $($promise:ident [$($needs:ident)*];)*) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn every_promise_is_kept() {
            let (mut promises, make) = ($crate::testing::Promises::default(), $fixture);
            $(
                let fixture = make(stringify!($promise));
                promises.add(stringify!($promise), async move {
                    if fixture.declares(&[$($crate::broker::Capability::$needs),*]).await {
                        $crate::testing::broker_suite::$promise(&fixture).await;
                    }
                });
            )*
            promises.keep().await;
        }
    };
}
