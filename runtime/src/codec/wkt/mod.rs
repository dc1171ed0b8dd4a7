//! The well-known types as messages.
