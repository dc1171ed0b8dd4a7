//! The plan over `RabbitMQ`, which takes ten seconds to start: faults that leave the server
//! alone come one after the other over one of it, each with queues and a ledger of its own.

use std::sync::Arc;

use super::Place;
use crate::server;

/// Faults of worker processes, and of the network between them and the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_that_die_fail_or_are_cut_off_lose_nothing() {
    let server = Arc::new(server::rabbitmq());
    let place = || Place::rabbitmq_on(&server);
    super::deaths_at_any_point_lose_nothing(place).await;
    super::a_poison_takes_no_innocent_with_it(place).await;
    super::a_poison_beside_long_handlers_is_buried_alone(place).await;
    super::failures_are_counted_exactly(place).await;
    super::a_terminated_worker_hands_everything_back(place).await;
    super::members_that_come_and_go_lose_nothing(place).await;
    super::a_connection_that_is_cut_loses_nothing(place).await;
}

/// Faults of those who ask and answer, and time that passes. The first ones take place at the
/// same time: they mostly wait, and none of them has a suspect.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_late_and_repeated_work_is_done_once() {
    let server = Arc::new(server::rabbitmq());
    let place = || Place::rabbitmq_on(&server);
    tokio::join!(
        super::a_handler_of_ten_leases_runs_once(place),
        super::a_dead_letter_is_replayed_once_by_two_at_once(place),
        super::a_partial_answer_names_exactly_who_died(place),
        super::late_and_repeated_replies_are_dropped(place),
    );
    super::a_duplicate_is_answered_for_as_long_as_it_is_remembered(place).await;
    super::what_waits_for_its_turn_keeps_its_lease(place).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_absent_broker_is_waited_for() {
    super::an_absent_broker_is_waited_for(Place::rabbitmq).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mixed_faults_lose_nothing() {
    super::mixed_faults_lose_nothing(Place::rabbitmq).await;
}
