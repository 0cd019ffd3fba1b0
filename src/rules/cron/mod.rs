//! What is started at fixed times: `crons` and `schedules`.

pub(in crate::rules) mod hobby_daily;
pub(in crate::rules) mod schedule;
