//! What is started at fixed times.

pub(super) mod schedule;
