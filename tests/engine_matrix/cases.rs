//! Which combinations can be.

use nowcheck::platform::targets::Arch;

use super::dimensions::{Era, Form, Host, Layout, Origin, Runtime, State};
use super::support::faults::Fault;

/// One combination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    pub(crate) era: Era,
    pub(crate) runtime: Runtime,
    pub(crate) layout: Layout,
    pub(crate) origin: Origin,
    pub(crate) form: Form,
    pub(crate) state: State,
}

impl Case {
    /// Every combination that can be.
    pub(crate) fn all() -> Vec<Self> {
        let mut cases = Vec::new();
        for era in Era::ALL {
            for runtime in Runtime::ALL {
                for layout in Layout::ALL {
                    for origin in Origin::ALL {
                        for form in [Form::Api, Form::Builds] {
                            let case = |state| Self { era, runtime, layout, origin, form, state };
                            cases.extend(State::all().into_iter().map(case).filter(Self::can_be));
                        }
                    }
                }
            }
        }
        cases
    }

    fn can_be(&self) -> bool {
        self.runtime.fits(self.era) && self.form_can_be() && self.origin_can_be() && self.state_can_be()
    }

    fn form_can_be(&self) -> bool {
        // `builds` know no architecture. Both forms are tried where they differ, and one of them elsewhere.
        let differs = matches!(self.origin, Origin::Never | Origin::OwnInstall) || self.state == State::Right;
        match self.form {
            Form::Api => !self.runtime.is_now() && (differs || self.layout != Layout::Npm || self.is_arm()),
            Form::Builds => {
                self.runtime.is_now()
                    || !self.is_arm() && self.origin != Origin::Prebuilt && (differs || self.layout == Layout::Npm)
            }
        }
    }

    fn is_arm(&self) -> bool {
        self.runtime.arch() == Arch::Aarch64
    }

    fn origin_can_be(&self) -> bool {
        let fits = match self.origin {
            Origin::Script | Origin::Never => true,
            // Where the schema lies in another package, whether an install finds it is a matter of the folder it runs in.
            Origin::OwnInstall => self.era.generates_on_install() && !self.layout.is_workspace(),
            Origin::Committed => self.layout.is_custom(),
            Origin::Prebuilt => self.runtime >= Runtime::Vercel20,
        };
        // Photon wrote into a package of its own, which pnpm knows nothing of.
        fits && !(self.era.is_photon() && self.layout == Layout::Pnpm)
    }

    fn state_can_be(&self) -> bool {
        let has_engine = self.era.engine().is_some();
        let is_shipped = matches!(self.origin, Origin::Committed | Origin::Prebuilt);
        let is_refused = matches!(self.runtime, Runtime::Vercel16 | Runtime::Vercel18);
        // No engine of these fits the host, so that nothing is right; what else is wrong with it is not asked.
        let is_too_old = has_engine && self.runtime.host() == Host::AmazonLinux2023 && !self.era.knows_openssl3();
        // What these show does not depend on all layouts; the last three differ from Node 22 in nothing but what the first states show.
        let is_plain = matches!(self.layout, Layout::Npm | Layout::Custom);
        let is_like_another = matches!(self.runtime, Runtime::Vercel24 | Runtime::Vercel20Arm | Runtime::Vercel24Arm);
        let shows_most = matches!(self.state, State::Right | State::Missing | State::OtherOpenSsl | State::Mac);
        if (is_refused || is_too_old || is_like_another) && !is_plain || is_like_another && !shows_most {
            return false;
        }
        if is_refused || is_too_old || matches!(self.origin, Origin::Never | Origin::OwnInstall) {
            return matches!(self.state, State::Right | State::Missing);
        }
        match self.state {
            State::Right | State::Missing | State::RightAmongOthers | State::RightAlone | State::Stale => true,
            State::OtherVersion if self.origin == Origin::Script => !self.era.has_photon_names(),
            State::OtherVersion => is_shipped && self.era.names_engine_commit(),
            State::OtherOpenSsl | State::OtherDistribution | State::Mac | State::Windows => has_engine,
            State::OtherArch => has_engine && self.era >= Era::V2_16,
            State::Musl => has_engine && !self.era.is_photon(),
            State::NotUploaded => has_engine && self.origin == Origin::Committed,
            State::Excluded => has_engine && self.origin == Origin::Committed,
            State::Broken(fault) => {
                has_engine
                    && fault != Fault::OtherCommit
                    && is_shipped
                    && self.can_be_broken(fault)
                    && (self.layout == Layout::Custom && self.origin == Origin::Committed || fault <= Fault::Truncated)
            }
        }
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { era, runtime, layout, origin, form, state } = self;
        write!(f, "{era:?} {runtime:?} {layout:?} {origin:?} {form:?} {state:?}")
    }
}
