//! What came of asking several: replies, errors, and who has not answered.

use crate::{Code, Status};

/// What one of them answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<T> {
    /// Who it was.
    pub name: String,
    /// The answer.
    pub value: T,
}

/// The result of a [`Gather`](super::Gather).
#[derive(Clone, Debug)]
pub struct Gathered<T> {
    /// The replies, in the order in which they came.
    pub replies: Vec<Part<T>>,
    /// The errors, in the order in which they came.
    pub errors: Vec<Part<Status>>,
    /// Who had not answered when the wait ended, in the order of asking.
    pub missing: Vec<String>,
    pub(super) needed: usize,
}

impl<T> Gathered<T> {
    /// Whether as many have answered as the policy asks for.
    pub fn is_met(&self) -> bool {
        self.replies.len() >= self.needed
    }

    /// The replies, where the policy is met.
    ///
    /// # Errors
    /// Who failed, with what, and who has not answered. The code is that of the
    /// first failure; without one, `DEADLINE_EXCEEDED`.
    pub fn into_result(self) -> Result<Vec<Part<T>>, Status> {
        if self.is_met() {
            return Ok(self.replies);
        }
        let asked = self.replies.len() + self.errors.len() + self.missing.len();
        let (needed, answered) = (self.needed, self.replies.len());
        let mut told = vec![format!("{needed} of {asked} had to answer, and {answered} did")];
        told.extend(self.errors.iter().map(|Part { name, value }| {
            format!("`{name}` failed with {}: {}", value.code().name(), value.message())
        }));
        told.extend(self.missing.iter().map(|name| format!("`{name}` has not answered")));
        let code = self.errors.first().map_or(Code::DeadlineExceeded, |part| part.value.code());
        Err(Status::new(code, told.join("; ")))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::gather::{Gather, Policy};

    async fn after(millis: u64, answer: Result<u32, Status>) -> Result<u32, Status> {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        answer
    }

    fn busy() -> Result<u32, Status> {
        Err(Status::unavailable("busy"))
    }

    /// Two who answer after 10 and 20 ms, one who fails after 15, one who never
    /// answers.
    async fn gather(policy: Policy) -> Gathered<u32> {
        Gather::new(policy)
            .ask("second", after(20, Ok(2)))
            .ask("first", after(10, Ok(1)))
            .ask("broken", after(15, busy()))
            .ask("silent", std::future::pending::<Result<u32, Status>>())
            .within(Duration::from_secs(5))
            .await
    }

    fn names<T>(parts: &[Part<T>]) -> Vec<&str> {
        parts.iter().map(|part| part.name.as_str()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_answer_is_enough_where_one_is_asked_for() {
        let since = tokio::time::Instant::now();
        let gathered = gather(Policy::First).await;
        assert_eq!((names(&gathered.replies), gathered.is_met()), (vec!["first"], true));
        assert_eq!(gathered.missing, ["second", "broken", "silent"]);
        assert!(since.elapsed() < Duration::from_millis(15));
    }

    #[tokio::test(start_paused = true)]
    async fn a_quorum_waits_for_as_many_as_it_needs_and_outlives_errors() {
        let gathered = gather(Policy::Quorum(2)).await;
        assert_eq!(names(&gathered.replies), ["first", "second"]);
        assert_eq!((names(&gathered.errors), gathered.is_met()), (vec!["broken"], true));
        assert_eq!(gathered.missing, ["silent"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_quorum_that_cannot_be_reached_any_more_ends_at_once() {
        let gathered = Gather::new(Policy::Quorum(2))
            .ask("broken", after(5, busy()))
            .ask("silent", std::future::pending::<Result<u32, Status>>())
            .await;
        assert_eq!((names(&gathered.errors), gathered.is_met()), (vec!["broken"], false));
        assert_eq!(gathered.missing, ["silent"]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_error_ends_the_wait_for_all_and_the_result_says_who_is_missing() {
        let gathered = gather(Policy::All).await;
        let status = gathered.into_result().expect_err("not all have answered");
        let text = "4 of 4 had to answer, and 1 did; `broken` failed with UNAVAILABLE: busy; \
                    `second` has not answered; `silent` has not answered";
        assert_eq!((status.code(), status.message()), (Code::Unavailable, text));
    }

    #[tokio::test(start_paused = true)]
    async fn a_partial_result_is_what_has_come_when_the_time_is_up() {
        let since = tokio::time::Instant::now();
        let gathered = gather(Policy::Partial).await;
        assert!(since.elapsed() >= Duration::from_secs(5));
        assert_eq!(names(&gathered.replies), ["first", "second"]);
        assert_eq!(names(&gathered.errors), ["broken"]);
        assert_eq!((&gathered.missing[..], gathered.is_met()), (&["silent".to_owned()][..], true));
        assert_eq!(gathered.into_result().expect("partial is a result").len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_late_is_told_by_a_deadline() {
        let gathered = Gather::new(Policy::All)
            .ask("silent", std::future::pending::<Result<u32, Status>>())
            .within(Duration::from_secs(1));
        let status = gathered.await.into_result().expect_err("nobody has answered");
        assert_eq!(status.code(), Code::DeadlineExceeded);
    }
}
