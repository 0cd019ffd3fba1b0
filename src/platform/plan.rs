//! Plans, and what a deployment may hold on each.

use super::limits::{self, Counted};
use super::{Day, Platform};

/// The day that the limits of plans were read on. They change often.
pub const AS_OF: Day = "2026-03-01";

/// A plan of Vercel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plan {
    /// For one person, at no cost.
    Hobby,
    /// For teams.
    Pro,
    /// By contract.
    Enterprise,
}

impl Plan {
    /// The plan of that name, as nowcheck's settings write it.
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "hobby" => Some(Self::Hobby),
            "pro" => Some(Self::Pro),
            "enterprise" => Some(Self::Enterprise),
            _ => None,
        }
    }

    /// How many functions one deployment may have where each file is one; none where the plan sets no limit. Next.js and SvelteKit join functions, so
    /// files are no measure of them.
    pub fn most_functions(self) -> Option<u64> {
        if self != Self::Hobby {
            return None;
        }
        limits::count_limit(Platform::Vercel, Counted::HobbyFunctions).map(|limit| limit.most)
    }

    /// Whether a cron job may run more often than once a day. Otherwise the API refuses the deploy: "Hobby accounts are limited to daily cron jobs".
    pub fn allows_hourly_crons(self) -> bool {
        self != Self::Hobby
    }
}
