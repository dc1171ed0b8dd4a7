//! Routes that are gone, moved or match other paths.

use super::rpc::{Fate, Rpc};
use crate::compat::finding::{Directions, Verdict};
use crate::compat::options::Binding;
use crate::compat::pair::MethodChange;
use crate::compat::rule::Sink;

/// Requests that only the old side answers.
const OLD_ONLY: Directions = Directions::new(Verdict::Break, Verdict::Ok);
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

fn called(binding: &Binding<'_>) -> String {
    if binding.stated { format!("`{binding}`") } else { format!("the default route `{binding}`") }
}
