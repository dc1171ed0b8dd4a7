//! The fault plan: each fault over each broker that it applies to, and the same
//! invariants after each of them. `docs/faults.md` has the table.
//!
//! `AGENTGEN_SEED` repeats a run, `AGENTGEN_LONG=1` makes faults last as long as
//! in production, `AGENTGEN_SOAK_MINUTES` is the length of the soak.

mod absence;
mod accepted;
mod case;
mod check;
mod clock;
mod crew;
mod deaths;
mod disk;
mod duplicates;
mod failures;
mod fan_out;
mod limits;
mod local;
mod log;
mod members;
mod nats_admin;
mod network;
mod place;
mod power;
mod preload;
mod proxy;
mod publisher;
mod rabbitmq;
mod refusals;
mod replay;
mod replies;
mod slow;
mod soak;
mod stop;
mod strangers;
mod suspects;
mod unstartable;
mod work;

use self::absence::an_absent_broker_is_waited_for;
use self::deaths::{a_poison_takes_no_innocent_with_it, deaths_at_any_point_lose_nothing};
use self::duplicates::a_duplicate_is_answered_for_as_long_as_it_is_remembered;
use self::failures::failures_are_counted_exactly;
use self::fan_out::a_partial_answer_names_exactly_who_died;
use self::members::members_that_come_and_go_lose_nothing;
use self::network::a_connection_that_is_cut_loses_nothing;
pub(crate) use self::place::Place;
use self::replay::a_dead_letter_is_replayed_once_by_two_at_once;
use self::replies::late_and_repeated_replies_are_dropped;
use self::slow::{a_handler_of_ten_leases_runs_once, what_waits_for_its_turn_keeps_its_lease};
use self::soak::mixed_faults_lose_nothing;
use self::stop::a_terminated_worker_hands_everything_back;
use self::suspects::a_poison_beside_long_handlers_is_buried_alone;

/// Whether faults are to last as long as in production.
fn is_long() -> bool {
    std::env::var_os("AGENTGEN_LONG").is_some()
}

/// `RabbitMQ` has its rows in a file of its own.
macro_rules! plan {
    ($($place:ident: $($fault:ident)*;)*) => {$(
        mod $place {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $fault() {
                super::$fault(super::Place::$place).await;
            }
        )*}
    )*};
}

plan! {
    sqlite:
        deaths_at_any_point_lose_nothing
        a_poison_takes_no_innocent_with_it
        a_poison_beside_long_handlers_is_buried_alone
        failures_are_counted_exactly
        what_waits_for_its_turn_keeps_its_lease
        a_handler_of_ten_leases_runs_once
        a_duplicate_is_answered_for_as_long_as_it_is_remembered
        a_terminated_worker_hands_everything_back
        members_that_come_and_go_lose_nothing
        a_dead_letter_is_replayed_once_by_two_at_once
        a_partial_answer_names_exactly_who_died
        late_and_repeated_replies_are_dropped
        mixed_faults_lose_nothing;
    nats:
        deaths_at_any_point_lose_nothing
        a_poison_takes_no_innocent_with_it
        a_poison_beside_long_handlers_is_buried_alone
        failures_are_counted_exactly
        an_absent_broker_is_waited_for
        a_connection_that_is_cut_loses_nothing
        a_handler_of_ten_leases_runs_once
        a_duplicate_is_answered_for_as_long_as_it_is_remembered
        a_terminated_worker_hands_everything_back
        members_that_come_and_go_lose_nothing
        a_dead_letter_is_replayed_once_by_two_at_once
        a_partial_answer_names_exactly_who_died
        late_and_repeated_replies_are_dropped
        mixed_faults_lose_nothing;
    redis:
        deaths_at_any_point_lose_nothing
        a_poison_takes_no_innocent_with_it
        a_poison_beside_long_handlers_is_buried_alone
        failures_are_counted_exactly
        an_absent_broker_is_waited_for
        a_connection_that_is_cut_loses_nothing
        what_waits_for_its_turn_keeps_its_lease
        a_handler_of_ten_leases_runs_once
        a_duplicate_is_answered_for_as_long_as_it_is_remembered
        a_terminated_worker_hands_everything_back
        members_that_come_and_go_lose_nothing
        a_dead_letter_is_replayed_once_by_two_at_once
        a_partial_answer_names_exactly_who_died
        late_and_repeated_replies_are_dropped
        mixed_faults_lose_nothing;
    kafka:
        deaths_at_any_point_lose_nothing
        a_poison_takes_no_innocent_with_it
        a_poison_beside_long_handlers_is_buried_alone
        failures_are_counted_exactly
        an_absent_broker_is_waited_for
        a_handler_of_ten_leases_runs_once
        a_duplicate_is_answered_for_as_long_as_it_is_remembered
        a_terminated_worker_hands_everything_back
        a_dead_letter_is_replayed_once_by_two_at_once
        a_partial_answer_names_exactly_who_died
        late_and_repeated_replies_are_dropped
        mixed_faults_lose_nothing;
}
