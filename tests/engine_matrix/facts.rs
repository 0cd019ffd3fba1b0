//! Which engine a function looks for, by the documents: a second writing of what `platform::runtimes` and `platform::targets` say.

use nowcheck::platform::targets::Arch;

use super::cases::Case;
use super::client::engine;
use super::dimensions::{Era, Host, State};
use super::support::faults::Fault;

impl Case {
    /// The target of the engine that the function looks for; none where its Prisma has none for that system.
    pub(crate) fn needed(&self) -> Option<&'static str> {
        let is_arm = self.runtime.arch() == Arch::Aarch64;
        match (self.runtime.host(), self.era) {
            _ if self.era.engine().is_none() => None,
            (Host::AmazonLinux2023, era) if !era.knows_openssl3() => None,
            (Host::AmazonLinux2023, _) if is_arm => Some("linux-arm64-openssl-3.0.x"),
            (Host::AmazonLinux2023, _) => Some("rhel-openssl-3.0.x"),
            (Host::AmazonLinux1, era) if era.has_photon_names() => Some("linux-glibc-libssl1.0.1"),
            (Host::AmazonLinux2, era) if era.has_photon_names() => Some("linux-glibc-libssl1.0.2"),
            _ => Some("rhel-openssl-1.0.x"),
        }
    }

    /// What its author may have taken for the right one where there is none.
    pub(crate) fn best(&self) -> &'static str {
        let old = if self.era.has_photon_names() { "linux-glibc-libssl1.0.2" } else { "rhel-openssl-1.0.x" };
        self.needed().unwrap_or(old)
    }

    /// The target that the generator makes an engine for instead of the right one; none where the state is about something else.
    pub(crate) fn wrong_target(&self) -> Option<&'static str> {
        let is_arm = self.runtime.arch() == Arch::Aarch64;
        let is_new = self.runtime.host() == Host::AmazonLinux2023;
        let photon = self.era.has_photon_names();
        Some(match self.state {
            State::OtherOpenSsl if photon => "linux-glibc-libssl1.1.0",
            State::OtherOpenSsl if is_arm => "linux-arm64-openssl-1.1.x",
            State::OtherOpenSsl if is_new => "rhel-openssl-1.0.x",
            State::OtherOpenSsl => "rhel-openssl-1.1.x",
            State::OtherDistribution if photon => "linux-glibc-libssl1.0.2-ubuntu1604",
            State::OtherDistribution if is_new => "debian-openssl-3.0.x",
            State::OtherDistribution => "debian-openssl-1.0.x",
            State::Mac => "darwin",
            State::Windows => "windows",
            State::OtherArch if is_arm => "rhel-openssl-3.0.x",
            State::OtherArch if is_new => "linux-arm64-openssl-3.0.x",
            State::OtherArch if self.era >= Era::V3_12 => "linux-arm64-openssl-1.0.x",
            State::OtherArch => "linux-arm-openssl-1.0.x",
            State::Musl => "linux-musl",
            _ => return None,
        })
    }

    /// Whether a file under the right name can have that fault.
    pub(crate) fn can_be_broken(&self, fault: Fault) -> bool {
        self.era.engine().is_some_and(|kind| engine(self.best(), kind, Some(fault)).is_some())
    }
}
