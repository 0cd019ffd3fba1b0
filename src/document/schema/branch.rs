//! `anyOf` and `oneOf`: which alternative was meant, and which of its errors are the real mistakes.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

/// An error with no alternatives left to choose from.
#[derive(Debug)]
pub(super) struct Leaf<'e> {
    /// The error.
    pub(super) error: &'e ValidationError<'e>,
    /// The errors that alternatives not taken report at the same place, one list for each of them.
    pub(super) others: Vec<Vec<&'e ValidationError<'e>>>,
    /// The properties of which one has to be there, where that is all the alternatives ask for.
    pub(super) one_of: Vec<String>,
}

/// The mistakes behind `error`, in order.
pub(super) fn leaves<'e>(error: &'e ValidationError<'e>) -> Vec<Leaf<'e>> {
    let mut found = Vec::new();
    let mut open = vec![Leaf { error, others: Vec::new(), one_of: Vec::new() }];
    // Alternatives nest no deeper than the schema does.
    while let Some(mut leaf) = open.pop() {
        let branches = match leaf.error.kind() {
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => context,
            _ => {
                found.push(leaf);
                continue;
            }
        };
        let at = leaf.error.instance_path().as_str();
        if let Some(names) = only_required(branches, at) {
            leaf.one_of = names;
            found.push(leaf);
            continue;
        }
        let Some(best) = (0..branches.len()).min_by_key(|index| misfit(&branches[*index], at)) else {
            found.push(leaf);
            continue;
        };
        for error in branches[best].iter().rev() {
            let mut others = same_place(branches, best, error);
            if error.instance_path().as_str() == at {
                others.extend(leaf.others.iter().cloned());
            }
            open.push(Leaf { error, others, one_of: Vec::new() });
        }
    }
    found
}

/// How badly an alternative fits the value at `at`. A value of another type fits worst; then an object that names itself another kind
/// (`type`); then keys too many or too few. Mistakes further inside say that the alternative as such was meant.
fn misfit(branch: &[ValidationError<'static>], at: &str) -> usize {
    branch
        .iter()
        .map(|error| {
            let here = error.instance_path().as_str() == at;
            match error.kind() {
                Kind::Type { .. } if here => 1000,
                Kind::Constant { .. } if !here => 20,
                Kind::Enum { options } if !here && options.as_array().is_some_and(|all| all.len() == 1) => 20,
                Kind::AdditionalProperties { unexpected } if here => 3 * unexpected.len(),
                Kind::Required { .. } | Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } if here => 3,
                _ => 1,
            }
        })
        .sum()
}

fn required(error: &ValidationError<'static>) -> Option<String> {
    match error.kind() {
        Kind::Required { property: Value::String(name) } => Some(name.clone()),
        _ => None,
    }
}

/// The names, where each alternative fails at `at` itself and only because one property is missing.
fn only_required(branches: &[Vec<ValidationError<'static>>], at: &str) -> Option<Vec<String>> {
    branches
        .iter()
        .map(|branch| match branch.as_slice() {
            [error] if error.instance_path().as_str() == at => required(error),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()
        .filter(|names| !names.is_empty())
}

/// What the alternatives other than `best` say of the place of `error`.
fn same_place<'e>(
    branches: &'e [Vec<ValidationError<'static>>],
    best: usize,
    error: &ValidationError<'_>,
) -> Vec<Vec<&'e ValidationError<'e>>> {
    let place = error.instance_path().as_str();
    branches
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != best)
        .map(|(_, branch)| {
            branch.iter().filter(|other| other.instance_path().as_str() == place).map(shorten).collect::<Vec<_>>()
        })
        .filter(|errors| !errors.is_empty())
        .collect()
}

/// Shortens the lifetime inside an owned error, so that it stands in one list with borrowed ones.
fn shorten<'e>(error: &'e ValidationError<'static>) -> &'e ValidationError<'e> {
    error
}
