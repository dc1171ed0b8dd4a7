//! What the workers wrote down.

use std::collections::BTreeMap;
use std::path::Path;

/// One line of the log.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) name: String,
    pub(crate) pid: u32,
    pub(crate) millis: u64,
}

pub(crate) fn read(log: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines()
        .map(|line| {
            let words: Vec<_> = line.split(' ').collect();
            let [what, name, _attempt, pid, millis] = words[..] else {
                panic!("a line of the log is torn: {line}");
            };
            let number = "a number in the log";
            Line {
                what: what.to_owned(),
                name: name.to_owned(),
                pid: pid.parse().expect(number),
                millis: millis.parse().expect(number),
            }
        })
        .collect()
}

/// How often each name has a line of this kind.
pub(crate) fn count(lines: &[Line], what: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in lines.iter().filter(|line| line.what == what) {
        *counts.entry(line.name.clone()).or_default() += 1;
    }
    counts
}

/// The most handlers that one process ran at once.
pub(crate) fn most_at_once(lines: &[Line]) -> usize {
    let mut open = BTreeMap::<(u32, bool), usize>::new();
    let mut most = 0;
    for line in lines {
        let ordered = line.name.starts_with("key");
        let count = open.entry((line.pid, ordered)).or_default();
        match line.what.as_str() {
            "start" => *count += 1,
            "end" => *count = count.saturating_sub(1),
            _ => {}
        }
        most = most.max(*count);
    }
    most
}
