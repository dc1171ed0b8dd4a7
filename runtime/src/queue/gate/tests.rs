//! Who begins beside whom, and for how long others are held.

use super::*;

const PATIENCE: Duration = Duration::from_secs(30);

fn gate() -> &'static Gate {
    Box::leak(Box::default())
}

fn history(starts: u32, crashes: u32) -> History {
    History { starts, crashes, failures: Vec::new() }
}

async fn ask(gate: &'static Gate, history: &History, request_id: &str) -> Answer {
    gate.pass(Asking { history, request_id, patience: PATIENCE }).await
}

async fn begin(gate: &'static Gate, history: &History) -> Pass {
    match ask(gate, history, "").await {
        Answer::Begin(pass) => pass,
        Answer::Later(time) => panic!("given back for {time:?}"),
    }
}

/// How long it takes to be let in.
async fn waited(gate: &'static Gate, history: &History) -> Duration {
    let since = Instant::now();
    begin(gate, history).await;
    since.elapsed()
}

async fn given_back(gate: &'static Gate) -> Duration {
    match ask(gate, &history(1, 1), "").await {
        Answer::Begin(pass) => panic!("let in: {pass:?}"),
        Answer::Later(time) => time,
    }
}

#[tokio::test(start_paused = true)]
async fn a_suspect_that_cannot_be_alone_is_given_back_and_more_patient_each_time() {
    let gate = gate();
    let _slow = begin(gate, &history(0, 0)).await;
    for patience in [PATIENCE, PATIENCE * 2, PATIENCE * 4] {
        let since = Instant::now();
        let fresh = history(0, 0);
        let (rest, held) = tokio::join!(given_back(gate), async {
            tokio::task::yield_now().await;
            waited(gate, &fresh).await
        });
        let [rest_secs, held, elapsed] = [rest, held, since.elapsed()].map(|time| time.as_secs());
        assert_eq!(elapsed, patience.as_secs());
        assert_eq!((held, rest_secs), (elapsed, elapsed), "others are held back no longer");
        assert_eq!(waited(gate, &fresh).await, Duration::ZERO, "others have as long");
        tokio::time::sleep(rest).await;
    }
}

#[tokio::test(start_paused = true)]
async fn suspects_take_turns_before_all_others() {
    let gate = gate();
    let order = Mutex::new(Vec::new());
    let work = async |name, history: History| {
        let _pass = begin(gate, &history).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        order.lock().expect("the order").push((name, Instant::now()));
    };
    let since = Instant::now();
    tokio::join!(
        work("a", history(1, 1)),
        work("b", history(2, 1)),
        work("c", history(0, 0)),
        work("d", history(0, 0)),
    );
    let order = order.into_inner().expect("the order");
    let ended: Vec<_> = order.iter().map(|(name, at)| (*name, (*at - since).as_secs())).collect();
    assert_eq!(ended[..2], [("a", 1), ("b", 2)]);
    assert_eq!((ended[2].1, ended[3].1), (3, 3), "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn others_run_beside_a_suspect_that_is_excused_and_suspects_do_not() {
    let gate = gate();
    let suspect = begin(gate, &history(1, 1)).await;
    assert_eq!(suspect.alone_for(), Some(PATIENCE));
    let (fresh, since) = (history(0, 0), Instant::now());
    tokio::join!(
        async {
            tokio::time::sleep(PATIENCE).await;
            suspect.share();
        },
        waited(gate, &fresh),
    );
    assert_eq!(since.elapsed().as_secs(), PATIENCE.as_secs());
    assert_eq!(given_back(gate).await, PATIENCE);
    drop(suspect);
    tokio::time::sleep(PATIENCE).await;
    assert_eq!(waited(gate, &history(1, 1)).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn each_death_that_was_not_counted_doubles_the_time_to_oneself() {
    let gate = gate();
    for (uncounted, patience) in [(0, 1), (1, 2), (3, 8), (90, 64)] {
        let pass = begin(gate, &history(uncounted + 1, 1)).await;
        assert_eq!(pass.alone_for(), Some(PATIENCE * patience));
    }
    let mut failed = history(3, 1);
    let failure =
        crate::broker::Failure { attempt: 1, code: String::new(), message: String::new() };
    failed.failures = vec![failure; 2];
    assert_eq!(begin(gate, &failed).await.alone_for(), Some(PATIENCE));
}

#[tokio::test(start_paused = true)]
async fn what_a_suspect_waits_for_is_let_through_and_nothing_else_is() {
    let gate = gate();
    let suspect = begin(gate, &history(1, 1)).await;
    let turn = suspect.turn().expect("a turn");
    gate.awaited().insert("asked".to_owned(), turn);
    gate.awaited().insert("asked before".to_owned(), turn - 1);
    for history in [history(0, 0), history(1, 1)] {
        let Answer::Begin(pass) = ask(gate, &history, "asked").await else { panic!("held back") };
        assert_eq!((pass.turn(), pass.alone_for()), (Some(turn), None));
    }
    for request_id in ["asked before", "other"] {
        let fresh = history(0, 0);
        let held = tokio::time::timeout(PATIENCE / 2, ask(gate, &fresh, request_id)).await;
        assert!(held.is_err(), "{request_id}");
    }
}
