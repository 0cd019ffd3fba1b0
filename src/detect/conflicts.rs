//! Files of `api/` whose URLs the platform cannot tell apart.
//!
//! The platform compares every function with every file. Here files are grouped instead: by the path that they answer, and by the places in the
//! tree where parameters of different names meet. The test below holds the outcome against the comparison of all pairs.

use std::collections::HashSet;

use rustc_hash::FxHashMap;

/// A file with its place among the functions, where it is one: the function that the platform looks at first has the lowest.
pub(super) type Candidate<'f> = (&'f str, Option<usize>);

/// Files that cannot stand beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Why.
    pub kind: ConflictKind,
    /// The files, a function first; where parameters differ, one file for each name. Not all where there are many.
    pub files: Vec<String>,
    /// How many there are.
    pub count: usize,
}

/// Why files conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConflictKind {
    /// They answer the same path.
    SamePath,
    /// A parameter at the same place of the path has different names.
    Names,
}

/// Files that one conflict names.
const MOST: usize = 10;

/// The name of a parameter: what stands in the brackets of `[id]` or `[id].js`. May be empty, which the platform takes for none in most places.
pub(super) fn segment_name(segment: &str) -> Option<&str> {
    stem(segment).strip_prefix('[')?.strip_suffix(']')
}

/// A file name without its extension, as Node's `path.parse` has it.
fn stem(name: &str) -> &str {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name != ".." => &name[..dot],
        _ => name,
    }
}

/// The parameter that occurs twice in a path.
pub(super) fn repeated_name(path: &str) -> Option<&str> {
    let mut seen = HashSet::new();
    path.split('/').filter_map(segment_name).filter(|name| !name.is_empty()).find(|name| !seen.insert(*name))
}

/// The path without extension, each parameter written as `1`.
fn answered(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parts = folder.split('/').chain([stem(name)]);
    let part =
        |part: &str| match part.find('[').and_then(|open| Some((open, part.rfind(']').filter(|end| *end > open)?))) {
            Some((open, end)) => format!("{}1{}", &part[..open], &part[end + 1..]),
            None => part.to_owned(),
        };
    parts.map(part).collect::<Vec<_>>().join("/")
}

/// What two segments must share for their paths to go on together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step<'f> {
    Named(&'f str),
    Literal(&'f str),
}

fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    path.split('/').map(|segment| match segment_name(segment) {
        Some(name) if !name.is_empty() => Step::Named(name),
        _ => Step::Literal(segment),
    })
}

/// Whether the first difference of two paths is one between the names of two parameters.
fn differ_in_name(one: &str, other: &str) -> bool {
    let first = steps(one).zip(steps(other)).find(|(one, other)| one != other);
    matches!(first, Some((Step::Named(_), Step::Named(_))))
}

/// A conflict with the place of its first function.
type Placed = (usize, Conflict);

/// All conflicts in which a function takes part, each with the place of its first function, by that place.
pub(super) fn conflicts(candidates: &[Candidate<'_>]) -> Vec<Placed> {
    let mut found = names(candidates);
    found.extend(same_paths(candidates));
    found
        .sort_by(|(place, one), (other_place, other)| place.cmp(other_place).then_with(|| one.files.cmp(&other.files)));
    found
}

/// A conflict of these files, if one is a function.
fn conflict(kind: ConflictKind, mut members: Vec<Candidate<'_>>) -> Option<Placed> {
    members.sort_unstable_by_key(|(file, place)| (place.unwrap_or(usize::MAX), *file));
    let place = members.first()?.1?;
    let files = members.iter().take(MOST).map(|(file, _)| (*file).to_owned()).collect();
    Some((place, Conflict { kind, files, count: members.len() }))
}

/// A folder of the tree of paths.
#[derive(Default)]
struct Branch<'f> {
    /// The first function below it, or any file.
    example: Option<Candidate<'f>>,
    parameters: Vec<usize>,
}

fn names(candidates: &[Candidate<'_>]) -> Vec<Placed> {
    let mut branches = vec![Branch::default()];
    let mut children: FxHashMap<(usize, Step<'_>), usize> = FxHashMap::default();
    for &(file, place) in candidates {
        let mut at = 0;
        for step in steps(file) {
            let next = branches.len();
            let child = *children.entry((at, step)).or_insert(next);
            if child == next {
                branches.push(Branch::default());
                if let (Step::Named(_), Some(parent)) = (step, branches.get_mut(at)) {
                    parent.parameters.push(child);
                }
            }
            at = child;
            let Some(branch) = branches.get_mut(at) else { break };
            let rank = |place: Option<usize>| place.unwrap_or(usize::MAX);
            if branch.example.is_none_or(|(_, known)| rank(place) < rank(known)) {
                branch.example = Some((file, place));
            }
        }
    }
    let meeting = branches.iter().filter(|branch| branch.parameters.len() > 1);
    let examples = |branch: &Branch<'_>| {
        let below = branch.parameters.iter().filter_map(|child| branches.get(*child)?.example);
        conflict(ConflictKind::Names, below.collect())
    };
    meeting.filter_map(examples).collect()
}

fn same_paths(candidates: &[Candidate<'_>]) -> Vec<Placed> {
    let mut groups: FxHashMap<String, Vec<Candidate<'_>>> = FxHashMap::default();
    for candidate in candidates {
        groups.entry(answered(candidate.0)).or_default().push(*candidate);
    }
    groups.retain(|_, group| group.len() > 1 && group.iter().any(|(_, place)| place.is_some()));
    groups.into_values().flat_map(same_path).collect()
}

/// The conflicts among files that answer one path, without those between parameters of different names.
fn same_path(group: Vec<Candidate<'_>>) -> Vec<Placed> {
    // Files that have all parameters in common.
    let mut alike: FxHashMap<Vec<Option<&str>>, Vec<Candidate<'_>>> = FxHashMap::default();
    let first = group.iter().min_by_key(|(_, place)| place.unwrap_or(usize::MAX)).copied();
    for candidate in group {
        let key = steps(candidate.0).map(|step| if let Step::Named(name) = step { Some(name) } else { None }).collect();
        alike.entry(key).or_default().push(candidate);
    }
    let with_first = |members: &Vec<Candidate<'_>>| members.iter().any(|candidate| Some(*candidate) == first);
    let other = first.and_then(|first| {
        let rest = alike.values().filter(|members| !with_first(members)).flatten();
        let mut rest: Vec<_> = rest.filter(|(file, _)| !differ_in_name(first.0, file)).copied().collect();
        rest.push(first);
        conflict(ConflictKind::SamePath, rest).filter(|(_, conflict)| conflict.count > 1)
    });
    let alike = alike.into_values().filter(|members| members.len() > 1);
    alike.filter_map(|members| conflict(ConflictKind::SamePath, members)).chain(other).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the platform does, for every function with every file.
    fn conflicting<'f>(function: &str, candidates: &[Candidate<'f>]) -> Vec<&'f str> {
        let others = candidates.iter().map(|(file, _)| *file).filter(|file| *file != function);
        others.filter(|file| answered(file) == answered(function) || differ(function, file)).collect()
    }

    /// Both paths, segment by segment, with what the shorter one has.
    fn differ(one: &str, other: &str) -> bool {
        for (one, other) in one.split('/').zip(other.split('/')) {
            let names = [one, other].map(|segment| segment_name(segment).filter(|name| !name.is_empty()));
            if one != other && names.contains(&None) {
                return false;
            }
            if names[0] != names[1] {
                return true;
            }
        }
        false
    }

    fn path() -> impl Strategy<Value = String> {
        const SEGMENTS: &[&str] = &["[id]", "[name]", "1", "a", "[]", "[...x]", "x[id]", "a[id]b", "[[id]]", ".."];
        const NAMES: &[&str] = &[
            "a.js",
            "a.ts",
            "1.js",
            "[id].js",
            "[name].js",
            "[id].ts",
            "index.js",
            "[].js",
            "[...x].js",
            "x[a].js",
            "x[b].js",
            "a.b.js",
            ".a",
        ];
        (prop::collection::vec(prop::sample::select(SEGMENTS), 0..4), prop::sample::select(NAMES)).prop_map(
            |(folders, name)| ["api"].iter().chain(&folders).chain([&name]).copied().collect::<Vec<_>>().join("/"),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn grouping_finds_what_comparing_all_pairs_finds(
            paths in prop::collection::hash_set(path(), 0..12),
            functions in prop::collection::vec(any::<bool>(), 12),
        ) {
            let mut place = 0;
            let paths: Vec<String> = paths.into_iter().collect();
            let candidates: Vec<Candidate<'_>> = paths.iter().zip(&functions).map(|(path, is_function)| {
                place += usize::from(*is_function);
                (path.as_str(), is_function.then_some(place))
            }).collect();
            let expected = candidates.iter().filter(|(file, _)| !conflicting(file, &candidates).is_empty());
            let expected = expected.filter_map(|(_, place)| *place).min();
            let found = conflicts(&candidates);
            prop_assert_eq!(found.first().map(|(place, _)| *place), expected);
            for (place, conflict) in &found {
                let first = &conflict.files[0];
                prop_assert_eq!(Some(&(first.as_str(), Some(*place))), candidates.iter().find(|(file, _)| file == first));
                for other in &conflict.files[1..] {
                    prop_assert!(conflicting(first, &candidates).contains(&other.as_str()), "{:?}", conflict);
                }
                prop_assert!(conflict.count > 1);
            }
        }
    }

    #[test]
    fn what_is_named_of_many_does_not_depend_on_their_order() {
        let files: Vec<String> = ["api/[a]/x.js".to_owned()]
            .into_iter()
            .chain((0..60).map(|at| format!("api/{}/x.{at:02}", if at % 2 == 0 { "1" } else { "[a]" })))
            .collect();
        let candidates: Vec<Candidate<'_>> =
            files.iter().enumerate().map(|(at, file)| (file.as_str(), (at == 0).then_some(0))).collect();
        let backwards: Vec<_> = candidates.iter().rev().copied().collect();
        let found = conflicts(&candidates);
        assert_eq!(found, conflicts(&backwards));
        for (_, conflict) in &found {
            assert_eq!(conflict.files.len(), MOST);
            assert!(conflict.files[1..].is_sorted(), "{conflict:?}");
        }
        assert!(!found.is_empty());
    }

    #[test]
    fn paths_that_conflict_and_paths_that_do_not() {
        for (one, other, expected) in [
            ("api/[id].js", "api/[name].js", Some(ConflictKind::Names)),
            ("api/[id]/a.js", "api/[name]/b.js", Some(ConflictKind::Names)),
            ("api/[id].js", "api/[name]/b.js", Some(ConflictKind::Names)),
            ("api/users.js", "api/users.ts", Some(ConflictKind::SamePath)),
            ("api/users.js", "api/users.json", Some(ConflictKind::SamePath)),
            ("api/[id].js", "api/[id].ts", Some(ConflictKind::SamePath)),
            ("api/[id].js", "api/1.js", Some(ConflictKind::SamePath)),
            ("middleware.js", "middleware.ts", Some(ConflictKind::SamePath)),
            ("api/[id].js", "api/new.js", None),
            ("api/user.js", "api/user/index.js", None),
            ("api/foo.d.ts", "api/foo.ts", None),
            ("api/[id].js", "api/[...slug]/a.js", None),
        ] {
            let found = conflicts(&[(one, Some(0)), (other, None)]);
            assert_eq!(found.first().map(|(_, conflict)| conflict.kind), expected, "{one} {other}");
            assert!(found.len() < 2, "{found:?}");
        }
        assert_eq!(conflicts(&[("api/a.json", None), ("api/a.md", None)]), []);
        assert_eq!(repeated_name("api/[id]/[id].js"), Some("id"));
        assert_eq!(repeated_name("api/[id]/[name].js"), None);
    }

    #[test]
    fn many_files_cost_no_square() {
        let files: Vec<String> = (0..20_000).map(|at| format!("api/[p{at}]/x{}.js", at % 7)).collect();
        let candidates: Vec<Candidate<'_>> =
            files.iter().enumerate().map(|(at, file)| (file.as_str(), Some(at))).collect();
        let found = conflicts(&candidates);
        assert_eq!(found[0].1.count, 20_000);
        assert_eq!(found[0].1.files.len(), MOST);
    }
}
