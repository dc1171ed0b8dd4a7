//! The rules whose breaks no payload shows.

/// Each with the reason.
pub(crate) const WITHOUT_PAYLOAD: &[(&str, &str)] = &[];
