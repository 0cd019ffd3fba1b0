use super::*;
use crate::bundle::trace::{Parent, Reason};

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

fn name(file: usize) -> String {
    format!("f{file:03}")
}

fn trace(files: usize, entries: usize, references: &[(usize, u32, usize)]) -> Trace {
    let mut trace = Trace::default();
    for file in 0..files {
        let mut reason = Reason::default();
        reason.kinds.insert(if file < entries { ReasonKind::Initial } else { ReasonKind::Dependency });
        for (from, cause, _) in references.iter().filter(|(_, _, to)| *to == file) {
            reason.parents.insert(Parent { file: name(*from), cause: Cause::Import(*cause) });
        }
        trace.files.insert(name(file), reason);
    }
    trace
}

/// Files in a chain that starts at the first, with more references between any of them.
fn random(numbers: &mut Numbers) -> Trace {
    let files = 1 + numbers.below(24);
    let mut references: Vec<(usize, u32, usize)> =
        (1..files).map(|file| (numbers.below(file), numbers.below(3) as u32, file)).collect();
    for _ in 0..numbers.below(2 * files) {
        references.push((numbers.below(files), numbers.below(3) as u32, numbers.below(files)));
    }
    trace(files, 1 + numbers.below(2), &references)
}

fn bytes(name: &str) -> u64 {
    1 << (name.trim_start_matches('f').parse::<u32>().unwrap() % 60)
}

#[test]
fn what_a_node_frees_is_what_is_unreachable_without_it() {
    let mut numbers = Numbers(7);
    for round in 0..2_000 {
        let trace = random(&mut numbers);
        let graph = Graph::new(&trace);
        let freed = graph.freed(|name| Some(bytes(name)));
        let all = graph.reached_without(|_| false);
        for node in 1..graph.below.len() as Node {
            let left = graph.reached_without(|other| other == node);
            let mut expected = Freed::default();
            for (file, name) in graph.files().filter(|(file, _)| all[*file as usize] && !left[*file as usize]) {
                assert!(file > 0);
                expected += Freed { bytes: bytes(name), files: 1 };
            }
            assert_eq!(freed[node as usize], expected, "round {round}, node {node}");
        }
    }
}

#[test]
fn chains_are_the_shortest_and_go_along_references() {
    let mut numbers = Numbers(11);
    for _ in 0..500 {
        let trace = random(&mut numbers);
        let graph = Graph::new(&trace);
        let shortest = graph.shortest();
        // Distances by relaxing every reference as often as there are files.
        let mut distances: Vec<usize> = vec![usize::MAX; trace.files.len() + 1];
        for (file, name) in graph.files() {
            if trace.files[name].kinds.contains(&ReasonKind::Initial) {
                distances[file as usize] = 1;
            }
        }
        for _ in 0..trace.files.len() {
            for cause in graph.causes() {
                let (from, _) = graph.cause(cause).unwrap();
                for to in graph.brings(cause) {
                    let over = distances[from as usize].saturating_add(1);
                    distances[*to as usize] = distances[*to as usize].min(over);
                }
            }
        }
        for (file, name) in graph.files() {
            let chain = shortest.chain(file);
            assert_eq!(chain.len(), distances[file as usize], "{name}");
            assert_eq!(chain.last().unwrap().file, file);
            for pair in chain.windows(2) {
                let cause = pair[1].cause.unwrap();
                assert_eq!(graph.cause(cause).unwrap().0, pair[0].file);
                assert!(graph.references(pair[1].file).any(|found| found == cause));
            }
        }
    }
}

#[test]
fn a_file_that_two_imports_bring_hangs_on_neither() {
    let trace = trace(4, 1, &[(0, 0, 1), (0, 1, 2), (1, 0, 3), (2, 0, 3)]);
    let graph = Graph::new(&trace);
    let freed = graph.freed(|_| Some(10));
    let cause = |file: &str| graph.references(graph.file(file).unwrap()).next().unwrap();
    assert_eq!(freed[cause("f001") as usize], Freed { bytes: 10, files: 1 });
    assert_eq!(freed[cause("f003") as usize], Freed::default());
    assert_eq!(freed[graph.file("f000").unwrap() as usize], Freed { bytes: 40, files: 4 });
}

#[test]
fn long_chains_take_no_stack_and_no_quadratic_time() {
    let files = 200_000;
    let mut trace = Trace::default();
    for file in 0..files {
        let mut reason = Reason::default();
        reason.kinds.insert(if file == 0 { ReasonKind::Initial } else { ReasonKind::Dependency });
        if file > 0 {
            reason.parents.insert(Parent { file: format!("{:06}", file - 1), cause: Cause::Import(0) });
            reason.parents.insert(Parent { file: format!("{:06}", file / 2), cause: Cause::Import(1) });
        }
        if file + 1 < files {
            reason.parents.insert(Parent { file: format!("{:06}", file + 1), cause: Cause::Import(2) });
        }
        trace.files.insert(format!("{file:06}"), reason);
    }
    let started = std::time::Instant::now();
    let graph = Graph::new(&trace);
    let freed = graph.freed(|_| Some(1));
    assert_eq!(freed[1].files, files);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
