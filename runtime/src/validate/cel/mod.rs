//! CEL expressions of rules. They are compiled once a process, when a server
//! starts or at the first use, and see messages as protobuf does: a field that
//! is not set has its default, and `has` tells whether it is.

mod decode;
mod functions;
mod known;
mod presence;
mod record;
mod start;
mod value;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, OnceLock};

use cel::common::ast::IdedExpr;
use cel::common::types::{CelBool, CelString, CelTimestamp};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, ExecutionError};

pub(crate) use start::prepare;
pub(super) use value::of_view;

/// A value of an expression that owns what it holds.
type Boxed = Box<dyn Val>;

/// What every expression may call.
static ENV: LazyLock<Result<Arc<Env>, String>> =
    LazyLock::new(|| functions::environment().map(Arc::new).map_err(|error| error.to_string()));

/// An expression of a rule.
#[derive(Debug)]
pub struct Expression {
    text: &'static str,
    place: &'static str,
    /// What `rule` stands for, as CEL writes it; empty where nothing does.
    rule: &'static str,
    compiled: OnceLock<Result<IdedExpr, String>>,
}

/// What the variables of an expression stand for.
pub(super) struct Subject {
    this: Boxed,
    now: CelTimestamp,
}

impl Subject {
    pub(super) fn new(this: Boxed) -> Self {
        Self { this, now: CelTimestamp::from(chrono::DateTime::fixed_offset(&known::now())) }
    }
}

impl VariableResolver for Subject {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        match variable {
            "this" => Some(CowVal::Borrowed(self.this.as_ref())),
            "now" => Some(CowVal::Borrowed(&self.now)),
            _ => None,
        }
    }
}

impl Expression {
    /// An expression, and where the contract has it: `file:line:column`.
    pub const fn new(text: &'static str, place: &'static str) -> Self {
        Self::predefined(text, place, "")
    }

    /// The expression of a predefined rule, in which `rule` stands for the value
    /// that the contract gives the rule: a literal of CEL.
    pub const fn predefined(text: &'static str, place: &'static str, rule: &'static str) -> Self {
        Self { text, place, rule, compiled: OnceLock::new() }
    }

    /// What is compiled: CEL binds names in macros over lists alone. The text may
    /// end with a comment.
    fn source(&self) -> Cow<'static, str> {
        match self.rule {
            "" => Cow::Borrowed(self.text),
            rule => Cow::Owned(format!("[{rule}].map(rule,\n{}\n)[0]", self.text)),
        }
    }

    /// What is wrong with the subject, where something is: the text of the
    /// expression, empty where it is only false.
    ///
    /// # Errors
    /// The expression does not compile, cannot be evaluated for this subject,
    /// or is neither boolean nor text.
    pub(super) fn judge(&self, subject: &Subject) -> Result<Option<String>, String> {
        let compiled = self.compiled().map_err(|wrong| self.fault(&wrong))?;
        Self::run(compiled, subject).map_err(|wrong| self.fault(&wrong.to_string()))
    }

    /// What to say where the expression is false and its rule has no text.
    pub(super) fn false_text(&self) -> String {
        format!("\"{}\" returned false", self.text)
    }

    fn fault(&self, wrong: &str) -> String {
        format!("{}: the expression `{}` of a rule: {wrong}", self.place, self.text)
    }

    fn compiled(&self) -> Result<&IdedExpr, String> {
        let compiled = self.compiled.get_or_init(|| {
            let env = ENV.as_ref().map_err(Clone::clone)?;
            let parsed = catch_unwind(AssertUnwindSafe(|| env.parser().parse(&self.source())));
            let parsed = parsed.map_err(|_| "the parser gave up".to_owned())?;
            let mut parsed = parsed.map_err(|errors| errors.to_string())?;
            presence::rewrite(&mut parsed);
            Ok(parsed)
        });
        compiled.as_ref().map_err(Clone::clone)
    }

    fn run(compiled: &IdedExpr, subject: &Subject) -> Result<Option<String>, ExecutionError> {
        let internal = |text: &str| ExecutionError::InternalError(text.to_owned());
        let env = ENV.as_ref().map_err(|error| internal(error))?;
        let mut context = Context::with_env(Arc::clone(env));
        context.set_variable_resolver(subject);
        // Requests choose the values: were the evaluator to panic on some, a
        // request would end a task of the server.
        let judged = catch_unwind(AssertUnwindSafe(|| {
            let result = cel::Value::resolve_val(compiled, &context)?;
            if let Some(holds) = result.downcast_ref::<CelBool>() {
                return Ok((!*holds.inner()).then(String::new));
            }
            match result.downcast_ref::<CelString>() {
                Some(text) if text.inner().is_empty() => Ok(None),
                Some(text) => Ok(Some(text.inner().to_owned())),
                None => Err(ExecutionError::UnexpectedType {
                    got: result.get_type().name().to_owned(),
                    want: "bool or string".to_owned(),
                }),
            }
        }));
        judged.unwrap_or_else(|_| Err(internal("the evaluation was given up")))
    }
}
