//! Which findings were accepted, and what is wrong with the acceptances.

use super::Settings;
use super::model::{Acceptance, Complaint, ComplaintKind, Reported, Spot};
use super::place::View;
use crate::compat::accept::{Allow, Allows, Entry};
use crate::compat::finding::{Level, Place};
use crate::compat::rules;

/// The acceptances of a check.
pub(super) struct Acceptances<'c, 'v, 'a> {
    new: &'c View<'v, 'a>,
    settings: &'c Settings,
    comments: Allows,
    /// Which entries of the accept file accepted something.
    used: Vec<bool>,
}

impl<'c, 'v, 'a> Acceptances<'c, 'v, 'a> {
    pub(super) fn new(new: &'c View<'v, 'a>, settings: &'c Settings) -> Self {
        let used = vec![false; settings.accepted.entries.len()];
        Self { new, settings, comments: Allows::read(new.schema), used }
    }

    /// The acceptance of a finding, if there is one that still holds.
    pub(super) fn accept(&mut self, found: &Reported) -> Option<Acceptance> {
        let entries = &self.settings.accepted.entries;
        if let Some(at) = entries.iter().position(|entry| entry.fingerprint == found.fingerprint) {
            self.used[at] = true;
            if !self.expired(&entries[at]) {
                return Some(Acceptance {
                    reason: entries[at].reason.clone(),
                    source: self.settings.accepted.path.clone(),
                    in_comment: false,
                    expires: entries[at].expires,
                });
            }
        }
        let allow = self.comments.accepting(&found.finding)?;
        let source = self.spot(allow);
        Some(Acceptance {
            reason: allow.reason.clone(),
            source: format!("{}:{}", source.file, source.line()),
            in_comment: true,
            expires: None,
        })
    }

    /// What is wrong, once every finding had its turn.
    pub(super) fn complaints(&self) -> Vec<Complaint> {
        let entries = self.settings.accepted.entries.iter().zip(&self.used);
        let entries = entries.filter_map(|(entry, used)| self.about_entry(entry, *used));
        entries.chain(self.comments.iter().filter_map(|allow| self.about_comment(allow))).collect()
    }

    fn expired(&self, entry: &Entry) -> bool {
        entry.expires.is_some_and(|last| last < self.settings.today)
    }

    fn about_entry(&self, entry: &Entry, used: bool) -> Option<Complaint> {
        let Entry { rule, element, fingerprint, .. } = entry;
        let what = format!("the acceptance of `{rule}` for `{element}` ({fingerprint})");
        let (kind, message) = match entry.expires {
            _ if !used => {
                let message =
                    format!("{what} is stale: nothing that was found matches it; remove it");
                (ComplaintKind::Stale, message)
            }
            Some(last) if self.expired(entry) => {
                let message = format!("{what} expired on {last}; mend the break or accept it anew");
                (ComplaintKind::Expired, message)
            }
            _ => return None,
        };
        let file = self.settings.accepted.path.clone();
        let spot = Spot { name: file.clone(), file, range: None, text: None };
        Some(Complaint { level: Level::Warning, kind, message, spot })
    }

    fn about_comment(&self, allow: &Allow) -> Option<Complaint> {
        let rule = &allow.rule;
        let (level, kind, message) = if rules::find(rule).is_none() {
            let near = rules::nearest(rule).map(|name| format!("; did you mean `{name}`?"));
            let message = format!("no rule has the name `{rule}`{}", near.unwrap_or_default());
            (Level::Error, ComplaintKind::UnknownRule, message)
        } else if allow.reason.is_empty() {
            let message = format!(
                "the acceptance of `{rule}` gives no reason; write `agentgen:allow {rule} REASON`"
            );
            (Level::Error, ComplaintKind::Unreasoned, message)
        } else if allow.used.get() {
            return None;
        } else {
            let message =
                format!("the acceptance of `{rule}` is stale: nothing was found here; remove it");
            (Level::Warning, ComplaintKind::Stale, message)
        };
        Some(Complaint { level, kind, message, spot: self.spot(allow) })
    }

    fn spot(&self, allow: &Allow) -> Spot {
        self.new.spot(&Place { file: allow.file, path: allow.path.clone() })
    }
}
