//! Tables and cycles.
