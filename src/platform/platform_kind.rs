use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::config_files;

/// Where a project is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// ZEIT Now 2.0, as documented in mid July 2019.
    Now,
    /// Vercel, as of today's command line.
    Vercel,
    /// Netlify Functions.
    Netlify,
    /// AWS Lambda, packed by the project itself.
    Lambda,
}

/// The text names no platform.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no platform: use now, vercel, netlify or lambda")]
pub struct UnknownPlatform(pub String);

impl Platform {
    /// All platforms.
    pub const ALL: [Self; 4] = [Self::Now, Self::Vercel, Self::Netlify, Self::Lambda];

    /// The name as written on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Vercel => "vercel",
            Self::Netlify => "netlify",
            Self::Lambda => "lambda",
        }
    }

    /// The platform whose configuration has this file name.
    pub fn of_config_file(name: &str) -> Option<Self> {
        match name {
            config_files::NOW => Some(Self::Now),
            name if config_files::is_config(name) => Some(Self::Vercel),
            "netlify.toml" => Some(Self::Netlify),
            "serverless.yml" | "serverless.yaml" => Some(Self::Lambda),
            _ => None,
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Platform {
    type Err = UnknownPlatform;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|platform| platform.name() == text).ok_or_else(|| UnknownPlatform(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for platform in Platform::ALL {
            assert_eq!(platform.to_string().parse(), Ok(platform));
            assert_eq!(serde_json::to_value(platform).unwrap(), platform.name());
        }
        assert!("zeit".parse::<Platform>().is_err());
        assert_eq!(Platform::of_config_file("now.json"), Some(Platform::Now));
        assert_eq!(Platform::of_config_file("package.json"), None);
    }
}
