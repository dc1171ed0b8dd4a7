//! Routes that are gone, moved or match other paths.

use super::rpc::{Fate, Rpc};
use crate::compat::finding::{Directions, Verdict};
use crate::compat::options::{Binding, fully_decoded};
use crate::compat::pair::MethodChange;
use crate::compat::rule::Sink;
use crate::contract::{Segment, Template, Variable};

/// Requests that only the old side answers.
const OLD_ONLY: Directions = Directions::new(Verdict::Break, Verdict::Ok);
/// Requests that both sides answer, and may read differently.
const DEPENDS: Directions = Directions::new(Verdict::Conditional, Verdict::Conditional);
/// Requests that only the new side answers.
const NEW_ONLY: Directions = Directions::new(Verdict::Ok, Verdict::Break);

pub(super) fn removed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::rerouted(change) else { return };
    for (old, fate) in rpc.fates() {
        if fate == Fate::Gone {
            let left = rpc.after.iter().map(|new| format!("`{new}`")).collect::<Vec<_>>();
            let message =
                format!("{} was removed, and {} is what is left", called(old), left.join(", "));
            rpc.report(sink, message, OLD_ONLY);
        }
    }
}

pub(super) fn verb_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::rerouted(change) else { return };
    for (old, fate) in rpc.fates() {
        if let Fate::OtherVerb(new) = fate {
            let message = format!("{} is now `{}`", called(old), rpc.after[new]);
            // Any method still answers the one that is stated now.
            let forward = if old.verb == "*" { Verdict::Ok } else { Verdict::Break };
            rpc.report(sink, message, Directions::new(Verdict::Break, forward));
        }
    }
}

pub(super) fn path_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::rerouted(change) else { return };
    for (old, fate) in rpc.fates() {
        if let Fate::Moved(new) = fate {
            let new = &rpc.after[new];
            let to = if new.stated { "" } else { "the default route " };
            let message = format!("{} was moved to {to}`{new}`", called(old));
            rpc.report(sink, message, Directions::BREAK);
        }
    }
}

pub(super) fn narrowed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::rerouted(change) else { return };
    for (old, fate) in rpc.fates() {
        if let Fate::Narrowed(new) = fate {
            let message = format!("`{old}` is now `{}`, which matches fewer paths", rpc.after[new]);
            rpc.report(sink, message, OLD_ONLY);
        }
    }
}

pub(super) fn widened(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::rerouted(change) else { return };
    for (old, fate) in rpc.fates() {
        if let Fate::Widened(new) = fate {
            let message = format!("`{old}` is now `{}`, which matches more paths", rpc.after[new]);
            rpc.report(sink, message, NEW_ONLY);
        }
    }
}

pub(super) fn decoding_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::rerouted(change) else { return };
    let (before, after) = (fully_decoded(rpc.old), fully_decoded(rpc.new));
    if before == after {
        return;
    }
    for (old, new) in rpc.pairs() {
        if old.template.variables.iter().any(|variable| !is_one_segment(&old.template, variable)) {
            let now = if after { "becomes a slash" } else { "stays as it is" };
            let message = format!("`%2F` in a variable of several segments of `{new}` {now}");
            rpc.report(sink, message, DEPENDS);
        }
    }
}

fn is_one_segment(template: &Template, variable: &Variable) -> bool {
    let covered = template.segments.get(variable.start..variable.start + variable.len);
    covered == Some(&[Segment::Single])
}

fn called(binding: &Binding<'_>) -> String {
    if binding.stated { format!("`{binding}`") } else { format!("the default route `{binding}`") }
}
