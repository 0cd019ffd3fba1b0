//! Whether a function fits its limit.

pub(super) mod max_lambda_size_ignored;
pub(super) mod max_lambda_size_invalid;
pub(super) mod max_lambda_size_missing;
pub(super) mod near_limit;
pub(super) mod over_limit;

use crate::analysis::{Analysis, Certainty, FunctionView, Measured};
use crate::base::bytes::{self, MB, grouped, human};
use crate::bundle::{self, Source};
use crate::document::{Applicability, Fix, insert};
use crate::platform::limits::{self, LimitFrom, Measures};
use crate::rules::{Finding, Severity};

/// The limit that Prisma's page of 2019 asks for: used where the engine that will be shipped does not lie here to be measured.
const DOCUMENTED: u64 = 25 * MB;

/// The least that the engine of a function weighs when it does not lie here: nothing is known, so nothing is said.
/// Of one for another target, half: engines of one version differ by less. Of code that is packed into one file, six tenths.
fn surely(measured: &Measured) -> u64 {
    let packed = measured.bytes.saturating_sub(measured.packed * 2 / 5);
    match measured.certainty {
        Certainty::Exact | Certainty::Least => packed,
        Certainty::OtherEngine => packed.saturating_sub(measured.engine / 2),
    }
}

/// Whether the function is over its limit, and how sure that is.
fn exceeds(measured: &Measured) -> Option<Severity> {
    if measured.limit.is_exceeded_by(surely(measured)) {
        return Some(Severity::Error);
    }
    measured.limit.is_exceeded_by(measured.bytes + measured.to_come).then_some(Severity::Warning)
}

/// The limit to write: see [`limits::suggested`]. None where no limit is large enough.
pub(super) fn suggested_limit(view: FunctionView<'_, '_>) -> Option<u64> {
    let zip = view.sizes(true)?.zip_bytes?;
    let has_engine = view.bundle()?.files.iter().any(|file| bundle::is_engine(&file.name));
    let wanted = limits::suggested(zip)?;
    Some(if has_engine || view.prisma().is_none() { wanted } else { wanted.max(DOCUMENTED) })
}

/// Writes `maxLambdaSize` for the function, which deflates it.
fn raise(analysis: &Analysis<'_>, view: FunctionView<'_, '_>) -> Option<Fix> {
    let text = bytes::config_text(suggested_limit(view)?);
    let path = view.function().place.as_ref()?.key("config").key("maxLambdaSize");
    let edit = insert::set(analysis.project().config()?.document(), &path, &text.as_str().into())?;
    Some(Fix {
        title: format!("Set maxLambdaSize to \"{text}\""),
        applicability: Applicability::Safe,
        edits: vec![edit],
    })
}

/// `24.1 MB zipped (engine 23.0 MB, everything else 1.1 MB)`.
fn composition(measured: &Measured) -> String {
    let how = if measured.limit.measures == Measures::Zip { "zipped" } else { "unzipped" };
    let total = format!("{} {how}", human(measured.bytes));
    if measured.to_come > 0 {
        return format!("{total} and gets a query engine of about {}", human(measured.to_come));
    }
    if measured.engine == 0 {
        return total;
    }
    let rest = measured.bytes.saturating_sub(measured.engine);
    format!("{total} (query engine {}, everything else {})", human(measured.engine), human(rest))
}

/// The limit in words, with where it comes from.
fn limit_words(measured: &Measured) -> String {
    let from = match measured.limit.from {
        LimitFrom::Default => "the default limit",
        LimitFrom::Config => "its maxLambdaSize",
        LimitFrom::Platform => "the platform's limit",
    };
    format!("{from} of {} ({} bytes)", human(measured.limit.bytes), grouped(measured.limit.bytes))
}

/// What stands between the figure and the truth.
fn uncertainty(view: FunctionView<'_, '_>, measured: &Measured) -> &'static str {
    match measured.certainty {
        Certainty::Least if measured.to_come > 0 => {
            "; that engine is made elsewhere, and others of its version weigh so much"
        }
        Certainty::Exact if measured.packed > measured.bytes / 20 => {
            "; the builder packs all code into one file, which makes it smaller by up to four tenths"
        }
        Certainty::Exact => "",
        Certainty::OtherEngine => "; an engine measured here is of another target than what will be shipped",
        Certainty::Least if view.bundle().is_some_and(|bundle| bundle.source == Source::Nft) => {
            "; Next.js may join more pages with it"
        }
        Certainty::Least => "; more will be shipped that does not lie here",
    }
}

/// What to leave out, largest first, when no limit can be raised far enough.
fn advice(view: FunctionView<'_, '_>, measured: &Measured) -> String {
    let zipped = measured.limit.measures == Measures::Zip;
    let (Some(bundle), Some(sizes)) = (view.bundle(), view.sizes(zipped)) else { return String::new() };
    let engines = bundle.files.iter().filter(|file| bundle::is_engine(&file.name)).count();
    let packages = view.packages(zipped).into_iter();
    let packages = packages.filter(|package| package.name != bundle::packages::PROJECT);
    let own = bundle.files.iter().zip(&sizes.files).filter(|(file, _)| !file.name.contains("node_modules/"));
    // What is less than a hundredth of the whole is no help.
    let mut largest: Vec<(u64, String)> = packages
        .map(|package| (package.zip_bytes.unwrap_or(package.bytes), package.name))
        .chain(own.map(|(file, size)| (size.zip_bytes.unwrap_or(size.bytes), file.name.clone())))
        .filter(|(bytes, _)| bytes.saturating_mul(100) >= measured.bytes)
        .collect();
    largest.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    let largest: Vec<_> =
        largest.into_iter().take(3).map(|(bytes, name)| format!("{name} ({})", human(bytes))).collect();
    let mut advice = String::from("leave something out");
    if engines > 1 {
        advice.push_str(&format!(": {engines} query engines are in it, and one is enough"));
    }
    if !largest.is_empty() {
        advice.push_str(&format!("; the largest parts are {}", largest.join(", ")));
    }
    advice
}

/// Figures for tools.
fn figures(view: FunctionView<'_, '_>, measured: &Measured) -> serde_json::Value {
    serde_json::json!({
        "place": view.function().place.as_ref().map(ToString::to_string),
        "bytes": measured.bytes,
        "engine_bytes": measured.engine,
        "limit": measured.limit.bytes,
        "measures": if measured.limit.measures == Measures::Zip { "zip" } else { "unzipped" },
    })
}

/// A finding about the size of a function, with its figures.
fn finding(
    rule: &'static str,
    severity: Severity,
    label: crate::rules::Label,
    message: String,
    (view, measured): (FunctionView<'_, '_>, &Measured),
) -> Finding {
    Finding::new(rule, severity, label, message).data(figures(view, measured))
}
