//! A rule as data: what it looks at, how bad it is by default, where it is
//! documented, and the function that judges.

use std::fmt;

use super::finding::{Axis, Directions, Finding, Level, Positions};
use super::pair::{
    Comparison, EnumChange, EnumValueChange, ExtensionChange, FieldChange, FileChange,
    MessageChange, MethodChange, OneofChange, ServiceChange,
};

/// A rule.
pub struct Rule {
    /// The stable name, such as `field-removed`.
    pub name: &'static str,
    /// The family, which is the folder of its page: `wire`, `rpc`, `rest`,
    /// `validation`, `events`, `errors` or `lifecycle`.
    pub family: &'static str,
    /// One line: what it fires on.
    pub summary: &'static str,
    /// The level of most of its findings.
    pub level: Level,
    /// What its findings can break.
    pub axes: &'static [Axis],
    /// The worst that its findings say of each direction.
    pub directions: Directions,
    /// The rules of the anchor that see the same, if any.
    pub anchor: &'static [&'static str],
    /// The Markdown page: documentation, `explain` text and tests.
    pub page: &'static str,
    /// The function that judges.
    pub check: Check,
}

/// What a rule looks at. The walk calls it once for each such pair.
pub enum Check {
    /// A file.
    File(fn(&FileChange<'_, '_>, &mut Sink<'_>)),
    /// A message.
    Message(fn(&MessageChange<'_, '_>, &mut Sink<'_>)),
    /// A field of a message that both sides have.
    Field(fn(&FieldChange<'_, '_>, &mut Sink<'_>)),
    /// A oneof of a message that both sides have.
    Oneof(fn(&OneofChange<'_, '_>, &mut Sink<'_>)),
    /// An extension.
    Extension(fn(&ExtensionChange<'_, '_>, &mut Sink<'_>)),
    /// An enum.
    Enum(fn(&EnumChange<'_, '_>, &mut Sink<'_>)),
    /// The values of one number of an enum that both sides have.
    EnumValue(fn(&EnumValueChange<'_, '_>, &mut Sink<'_>)),
    /// A service.
    Service(fn(&ServiceChange<'_, '_>, &mut Sink<'_>)),
    /// An rpc of a service that both sides have.
    Method(fn(&MethodChange<'_, '_>, &mut Sink<'_>)),
    /// Everything at once, such as all routes of all services.
    Whole(fn(&Comparison<'_, '_>, &mut Sink<'_>)),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.name).finish()
    }
}

/// Takes what one rule finds.
pub struct Sink<'f> {
    rule: &'static Rule,
    findings: &'f mut Vec<Finding>,
}

impl<'f> Sink<'f> {
    /// Takes the findings of a rule.
    pub fn new(rule: &'static Rule, findings: &'f mut Vec<Finding>) -> Self {
        Self { rule, findings }
    }

    /// Adds a finding with the rule's level and axes; the caller states the
    /// rest.
    pub fn report(
        &mut self,
        element: impl Into<String>,
        message: impl Into<String>,
        directions: Directions,
    ) -> &mut Finding {
        let at = self.findings.len();
        self.findings.push(Finding {
            rule: self.rule.name,
            level: self.rule.level,
            message: message.into(),
            element: element.into(),
            positions: Positions::NONE,
            directions,
            axes: self.rule.axes.to_vec(),
            shape: None,
            why: None,
            old: None,
            new: None,
        });
        &mut self.findings[at]
    }
}

impl fmt::Debug for Sink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sink").field(&self.rule.name).finish()
    }
}
