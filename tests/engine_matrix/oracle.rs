//! What each combination must be told, by the facts: one function for each rule, none of which asks the program.

use nowcheck::rules::Severity;

use super::cases::Case;
use super::dimensions::{Era, Form, Host, Layout, Origin, Runtime, State};
use super::support::faults::Fault;

/// A rule and when it speaks. What is not in this list must be silent, as far as it is one of the [`GROUPS`].
type Expectation = (&'static str, fn(&Case) -> Option<Severity>);

/// The rules that are compared.
pub(crate) const GROUPS: [&str; 4] = ["engine/", "build/", "connections/", "builder/engine-not-traced"];

const RULES: &[Expectation] = &[
    ("build/node-range", node_range),
    ("build/generate-not-run", generate_not_run),
    ("builder/engine-not-traced", engine_not_traced),
    ("engine/target-too-new", target_too_new),
    ("engine/missing", missing),
    ("engine/not-bundled", not_bundled),
    ("engine/wrong-target", wrong_target),
    ("engine/unknown-target", unknown_target),
    ("engine/broken-file", broken_file),
    ("engine/stale-client", stale_client),
    ("engine/version-disagrees", version_disagrees),
];

/// What the program does not do yet, or does otherwise: these rules are not compared where the condition holds.
pub(crate) struct Pending {
    pub(crate) rules: &'static [&'static str],
    pub(crate) when: fn(&Case) -> bool,
    pub(crate) why: &'static str,
}

pub(crate) const PENDING: &[Pending] = &[Pending {
    rules: &["build/generate-not-run"],
    when: |case| case.layout == Layout::Shared && case.origin == Origin::Never && case.state == State::Missing,
    why: "a client behind a package of the workspace that is not linked here",
}];

/// Whether a rule is not compared here, by which entry of [`PENDING`].
pub(crate) fn is_pending(case: &Case, rule: &str) -> Option<usize> {
    PENDING.iter().position(|entry| entry.rules.contains(&rule) && (entry.when)(case))
}

/// The rules that speak, sorted.
pub(crate) fn expected(case: &Case) -> Vec<(&'static str, Severity)> {
    let mut all: Vec<_> = RULES.iter().filter_map(|(rule, judge)| Some((*rule, judge(case)?))).collect();
    all.sort_unstable();
    all
}

/// Node 16 ended on 2025-02-03, 18 on 2025-09-01, and 20 on 2026-10-01.
fn node_range(case: &Case) -> Option<Severity> {
    match case.runtime {
        Runtime::Vercel16 | Runtime::Vercel18 => Some(Severity::Error),
        Runtime::Vercel20 | Runtime::Vercel20Arm => Some(Severity::Warning),
        _ => None,
    }
}

/// Whether the build stops. What the host would be is not known then; what else is wrong is told with it.
fn is_refused(case: &Case) -> bool {
    node_range(case) == Some(Severity::Error)
}

fn generate_not_run(case: &Case) -> Option<Severity> {
    // Class 4: only a client at its default place refuses, from 4.16 to 6, where the platform keeps node_modules.
    let refuses = !case.runtime.is_now() && !case.layout.is_custom() && (Era::V4..=Era::V6Client).contains(&case.era);
    let is_found = match case.origin {
        Origin::Never => true,
        Origin::OwnInstall => refuses,
        _ => false,
    };
    // Without `builds`, a command in the project's settings may do it.
    let severity = match case.form {
        Form::Builds => Severity::Error,
        Form::Api => Severity::Warning,
    };
    // What lies here and is kept from git arrives with a deploy from the command line.
    let is_uploaded = case.layout.is_custom() && case.state == State::Right;
    let severity = if is_uploaded { Severity::Warning } else { severity };
    is_found.then_some(severity)
}

/// Release 1.2.1 of `@now/node` traces: it carries what the code names, but for what `excludeFiles` takes out.
fn engine_not_traced(case: &Case) -> Option<Severity> {
    (case.runtime.is_now() && case.state == State::Excluded).then_some(Severity::Error)
}

/// Section 2.1: nothing was ever published for 32-bit ARM. What is listed is told wherever the client comes from.
fn unknown_target(case: &Case) -> Option<Severity> {
    let is_listed = case.wrong_target().is_some_and(|target| target.starts_with("linux-arm-"));
    is_listed.then_some(Severity::Warning)
}

/// Section 2.7: OpenSSL 3, which Amazon Linux 2023 has, needs Prisma 3.13.0.
fn target_too_new(case: &Case) -> Option<Severity> {
    let is_too_old = case.era.engine().is_some() && !case.era.knows_openssl3();
    // Photon never ran there: which engine it would take is not known.
    let severity = if case.era.has_photon_names() { Severity::Warning } else { Severity::Error };
    (is_too_old && case.runtime.host() == Host::AmazonLinux2023).then_some(severity)
}

/// Whether the engine's files, as they lie here, are those of the function; then so is what is wrong with them.
fn is_shipped(case: &Case) -> bool {
    let is_shipped = matches!(case.origin, Origin::Committed | Origin::Prebuilt);
    is_shipped && case.era.engine().is_some() && target_too_new(case).is_none()
}

fn missing(case: &Case) -> Option<Severity> {
    let is_gone = matches!(case.state, State::Missing | State::NotUploaded);
    (is_shipped(case) && is_gone).then_some(Severity::Error)
}

fn not_bundled(case: &Case) -> Option<Severity> {
    let is_out = case.state == State::Excluded && !case.runtime.is_now();
    (is_shipped(case) && is_out).then_some(Severity::Error)
}

fn wrong_target(case: &Case) -> Option<Severity> {
    let is_generated = case.origin == Origin::Script && case.needed().is_some() && !is_refused(case);
    (case.wrong_target().is_some() && (is_generated || is_shipped(case) && !is_refused(case)))
        .then_some(Severity::Error)
}

fn broken_file(case: &Case) -> Option<Severity> {
    let fault = match case.state {
        State::Broken(fault) => fault,
        State::OtherVersion if case.era.names_engine_commit() => Fault::OtherCommit,
        _ => return None,
    };
    let severity = match fault {
        Fault::OtherCommit | Fault::SomeExecuteBits => Severity::Warning,
        // 2.28 is asked for; Amazon Linux 1 has 2.17, 2 has 2.26, 2023 has 2.34.
        Fault::NewerGlibc if case.runtime.host() == Host::AmazonLinux2023 => return None,
        Fault::NewerGlibc => Severity::Warning,
        _ => Severity::Error,
    };
    (is_shipped(case) && !is_refused(case)).then_some(severity)
}

fn stale_client(case: &Case) -> Option<Severity> {
    // Photon's clients keep no copy of their schema.
    let is_kept = case.origin == Origin::Committed && !is_refused(case) && !case.era.is_photon();
    (is_kept && case.state == State::Stale).then_some(Severity::Warning)
}

/// Section 1.1: the previews and betas of 2.0.0 differ in no number that counts.
fn version_disagrees(case: &Case) -> Option<Severity> {
    let is_made = case.origin == Origin::Script && !is_refused(case);
    (is_made && case.state == State::OtherVersion && case.era >= Era::V2_16).then_some(Severity::Warning)
}
