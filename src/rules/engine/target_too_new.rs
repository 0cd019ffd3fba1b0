//! `engine/target-too-new`: this version of Prisma has no engine for the system that the function runs on.

use nodejs_semver::Range;

use crate::analysis::{Analysis, EngineNeed, FunctionView, PrismaUse};
use crate::document::{Part, Path};
use crate::platform::Platform;
use crate::platform::runtimes::ClientEra;
use crate::platform::targets::{Arch, OpenSsl};
use crate::project::Origin;
use crate::project::version::Source;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/target-too-new",
    summary: "this version of Prisma has no query engine for the system that the function runs on",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("target_too_new.md"),
    check,
};

/// Packages whose version is Prisma's, those first that decide which engine is fetched.
const PACKAGES: [&str; 5] = ["prisma", "@prisma/client", "@prisma/photon", "@prisma/cli", "prisma2"];

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let mut told = Vec::new();
    for view in analysis.functions() {
        let Some(prisma) = view.prisma().filter(|prisma| prisma.need == EngineNeed::Needed) else { continue };
        let Some(since) = prisma.needed.as_ref().and_then(|needed| needed.since) else { continue };
        let Some(finding) = finding(analysis, view, prisma, since) else { continue };
        if !told.contains(&finding.message) {
            told.push(finding.message.clone());
            findings.push(finding);
        }
    }
}

fn finding(analysis: &Analysis<'_>, view: FunctionView<'_, '_>, prisma: &PrismaUse, since: &str) -> Option<Finding> {
    let (needed, runtime) = (prisma.needed.as_ref()?, view.runtime()?);
    let certainty = certainty(analysis, prisma, since)?;
    let version = prisma.version.as_ref().map_or_else(|| "Photon".to_owned(), |version| format!("Prisma {version}"));
    let is_arm = runtime.arm64 && view.architecture() == Arch::Aarch64;
    let system = match (runtime.os.openssl(), is_arm) {
        (openssl @ OpenSsl::V3_0, true) => format!("OpenSSL {openssl} on 64-bit ARM"),
        (openssl, false) => format!("OpenSSL {openssl}"),
        (_, true) => "64-bit ARM".to_owned(),
    };
    // Photon's own detection was never seen on such a system.
    let severity = if prisma.era == Some(ClientEra::Photon) { Severity::Warning } else { certainty };
    let verb = if severity == Severity::Error { "fails" } else { "will fail, as far as can be told" };
    let message = format!(
        "{version} has no query engine for {system}, which is what {} runs on ({}): the first query {verb}",
        runtime.id, runtime.os
    );
    let lowest = format!("use Prisma {since} or later");
    let intel = if is_arm && needed.since == Some("3.1.1") {
        ", or take `architecture` out, so that the function runs on x86_64"
    } else {
        ""
    };
    let label =
        place(analysis).unwrap_or_else(|| Label::file(&analysis.project().root().join(&view.function().entrypoint)));
    Some(Finding::new(RULE.id, severity, label, message).help(format!("{lowest}{intel}")))
}

/// How sure it is that the function gets a version before `since`; none where it gets a later one, or where a range lets one in and nothing says which.
fn certainty(analysis: &Analysis<'_>, prisma: &PrismaUse, since: &str) -> Option<Severity> {
    if matches!(prisma.origin, Origin::Local(_)) {
        return Some(Severity::Error);
    }
    let Some(told) = analysis.project().prisma_version() else { return prisma.client.map(|_| Severity::Warning) };
    let later = Range::parse(format!(">={since}")).ok()?;
    if matches!(told.source, Source::Locked(_)) {
        return (!later.satisfies(told.version.semantic())).then_some(Severity::Error);
    }
    let package = analysis.project().package();
    let ranges = || PACKAGES.iter().filter_map(|name| package?.dependency(name));
    // A tag such as `latest`, or a link, may be anything.
    let lets_in = |range: &str| Range::parse(range).map_or(true, |range| range.allows_any(&later));
    if ranges().next().is_some() && !ranges().any(lets_in) {
        return Some(Severity::Error);
    }
    let is_here = prisma.client.is_some() || matches!(told.source, Source::Installed(_));
    is_here.then_some(Severity::Warning)
}

/// The dependency in package.json.
fn place(analysis: &Analysis<'_>) -> Option<Label> {
    let document = analysis.project().package()?.document();
    let paths = ["dependencies", "devDependencies"]
        .iter()
        .flat_map(|group| PACKAGES.iter().map(move |name| Path::keys([*group, *name])));
    let path = paths.into_iter().find(|path| document.get(path).is_some())?;
    Some(Label::at(document, &path, Part::Value, ""))
}
