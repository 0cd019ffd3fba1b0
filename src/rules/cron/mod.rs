//! Cron jobs: `crons`.

pub(super) mod hobby_daily;
