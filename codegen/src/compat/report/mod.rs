//! From findings to a judgement: which of them count, in which order they are
//! told, and who has to be deployed first.

mod acceptance;
mod assemble;
mod bump;
mod check;
mod judge;
mod merge;
mod model;
mod order;
mod place;
mod rollout;
mod settings;
#[cfg(test)]
pub(in crate::compat) mod testing;

pub use bump::Bump;
pub use check::check;
pub use model::{
    Acceptance, Complaint, ComplaintKind, Guidance, Report, Reported, Spot, State, TextRange,
};
pub use order::sort;
pub use rollout::{Order, Rollout};
pub use settings::{MODES, Mode, PROFILES, Profile, Settings};
