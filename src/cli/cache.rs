//! The disk as a command sees it: with what earlier runs found, in the user's cache folder, or without.

use std::time::SystemTime;

use camino::Utf8PathBuf;
use etcetera::BaseStrategy;

use super::current_folder;
use crate::base::{CachingFs, Fs, Memo, RealFs};
use crate::project::discover;

/// The disk, with or without a cache.
pub(super) enum Disk {
    Bare,
    Caching(Box<CachingFs>),
}

impl Disk {
    /// With the cache of the repository around the current folder; bare where the user has no cache folder.
    pub(super) fn with_cache() -> Self {
        let (Some(folder), Ok(current)) = (folder(), current_folder()) else { return Self::Bare };
        let memo = Memo::new(&folder, &discover::repository(&RealFs, &current), SystemTime::now());
        Self::Caching(Box::new(CachingFs::new(memo)))
    }

    pub(super) fn fs(&self) -> &dyn Fs {
        match self {
            Self::Bare => &RealFs,
            Self::Caching(fs) => fs.as_ref(),
        }
    }

    /// Keeps what is new for the next run. Where that fails, the next run does the work again, and nothing else is lost.
    pub(super) fn save(&self) {
        if let Some(memo) = self.fs().memo() {
            let _ = memo.save();
        }
    }
}

fn folder() -> Option<Utf8PathBuf> {
    let folder = etcetera::choose_base_strategy().ok()?.cache_dir().join("nowcheck");
    Utf8PathBuf::from_path_buf(folder).ok().filter(|folder| folder.is_absolute())
}
