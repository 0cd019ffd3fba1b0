//! What is started at fixed times.

pub(in crate::rules) mod schedule;
