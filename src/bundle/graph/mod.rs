//! The files of a trace as a graph: which reference leads to which file, and what would go with a reference that went.
//!
//! Nodes are a root above the entries, the files, and the causes: each thing in a file that brings others along, such as one import with the file it
//! leads to, the `package.json` that was read for it and the links on the way. What a node dominates is what goes when it goes.

mod dominators;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::ops::AddAssign;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::trace::{Cause, ReasonKind, Trace};
use dominators::{Adjacency, immediate_dominators};

/// Files and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Freed {
    /// Bytes, uncompressed.
    pub bytes: u64,
    /// How many files.
    pub files: usize,
}

impl AddAssign for Freed {
    fn add_assign(&mut self, other: Self) {
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.files += other.files;
    }
}

/// A node of a [`Graph`].
pub type Node = u32;

const ROOT: Node = 0;

/// A trace as a graph. Files have the nodes from 1 on, in the order of [`Trace::files`].
pub struct Graph<'t> {
    trace: &'t Trace,
    names: Vec<&'t str>,
    index: FxHashMap<&'t str, Node>,
    causes: Vec<(Node, Cause)>,
    known: FxHashMap<(Node, Cause), Node>,
    below: Adjacency,
}

/// One file of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The file.
    pub file: Node,
    /// The cause, in the file before it, that brings it; none for the first.
    pub cause: Option<Node>,
}

/// The shortest ways from the entries.
pub struct Shortest {
    /// For each node the one before it.
    before: Vec<Option<Node>>,
    /// For each node the steps from the root, causes counted as well.
    steps: Vec<u32>,
}

impl<'t> Graph<'t> {
    /// The graph of a trace.
    pub fn new(trace: &'t Trace) -> Self {
        let names: Vec<&str> = trace.files.keys().map(String::as_str).collect();
        let index: FxHashMap<&str, Node> = names.iter().copied().zip(1..).collect();
        let (mut causes, mut edges) = (Vec::new(), Vec::new());
        let mut known: FxHashMap<(Node, Cause), Node> = FxHashMap::default();
        for (reason, file) in trace.files.values().zip(1..) {
            let mut is_held = false;
            for parent in &reason.parents {
                let Some(&from) = index.get(parent.file.as_str()) else { continue };
                is_held = true;
                let cause = *known.entry((from, parent.cause)).or_insert_with(|| {
                    let node = (names.len() + 1 + causes.len()) as Node;
                    causes.push((from, parent.cause));
                    edges.push((from, node));
                    node
                });
                edges.push((cause, file));
            }
            // What only files outside the base refer to hangs on nothing that can be named.
            if !is_held || reason.kinds.contains(&ReasonKind::Initial) {
                edges.push((ROOT, file));
            }
        }
        let below = Adjacency::new(1 + names.len() + causes.len(), edges.iter().copied());
        Self { trace, names, index, causes, known, below }
    }

    /// The trace.
    pub fn trace(&self) -> &'t Trace {
        self.trace
    }

    /// The node of a file.
    pub fn file(&self, name: &str) -> Option<Node> {
        self.index.get(name).copied()
    }

    /// The nodes of all files, with their names.
    pub fn files(&self) -> impl Iterator<Item = (Node, &'t str)> + '_ {
        (1..).zip(self.names.iter().copied())
    }

    /// The name of a file's node; nothing for others.
    pub fn name(&self, file: Node) -> &'t str {
        (file as usize).checked_sub(1).and_then(|index| self.names.get(index)).copied().unwrap_or_default()
    }

    /// The file that a cause stands in, and what it is; none for other nodes.
    pub fn cause(&self, node: Node) -> Option<(Node, Cause)> {
        self.causes.get((node as usize).checked_sub(self.names.len() + 1)?).copied()
    }

    /// The entries, and files that only files outside the base refer to.
    pub fn entries(&self) -> &[Node] {
        self.below.of(ROOT)
    }

    /// The nodes of all causes.
    pub fn causes(&self) -> impl Iterator<Item = Node> + use<> {
        self.names.len() as Node + 1..self.below.len() as Node
    }

    /// The files that a cause brings directly, in the order of their names.
    pub fn brings(&self, cause: Node) -> &[Node] {
        self.below.of(cause)
    }

    /// The causes that bring a file, by the name of the file they stand in.
    pub fn references(&self, file: Node) -> impl Iterator<Item = Node> + '_ {
        let parents = self.trace.files.get(self.name(file)).into_iter().flat_map(|reason| &reason.parents);
        parents.filter_map(|parent| self.known.get(&(self.file(&parent.file)?, parent.cause)).copied())
    }

    /// The shortest ways from the entries.
    pub fn shortest(&self) -> Shortest {
        let mut before = vec![None; self.below.len()];
        let mut steps = vec![u32::MAX; self.below.len()];
        steps[ROOT as usize] = 0;
        let mut queue = VecDeque::from([ROOT]);
        while let Some(node) = queue.pop_front() {
            for &next in self.below.of(node) {
                let slot = &mut before[next as usize];
                if slot.is_none() && next != ROOT {
                    *slot = Some(node);
                    steps[next as usize] = steps[node as usize].saturating_add(1);
                    queue.push_back(next);
                }
            }
        }
        Shortest { before, steps }
    }

    /// For each node, what goes when it goes: the files that are reached through it only, it included. `bytes` gives the size of a file.
    pub fn freed(&self, bytes: impl Fn(&str) -> Option<u64>) -> Vec<Freed> {
        let mut freed: Vec<Freed> = vec![Freed::default(); self.below.len()];
        for (file, name) in self.files() {
            freed[file as usize] = bytes(name).map(|bytes| Freed { bytes, files: 1 }).unwrap_or_default();
        }
        for (node, above) in immediate_dominators(&self.below).into_iter().rev().filter(|(node, _)| *node != ROOT) {
            let own = freed[node as usize];
            freed[above as usize] += own;
        }
        freed
    }

    /// Which nodes are still there when files that `is_ignored` names are left out, as the tracer leaves them out: it never asks for an entry.
    pub fn reached_ignoring(&self, is_ignored: impl Fn(&str) -> bool) -> Vec<bool> {
        let entries = self.below.of(ROOT);
        self.reached_without(|node| {
            let name = self.name(node);
            !name.is_empty() && is_ignored(name) && entries.binary_search(&node).is_err()
        })
    }

    /// The nodes that these lead to, they included.
    pub fn reached_from(&self, nodes: impl IntoIterator<Item = Node>) -> Vec<bool> {
        self.reach(nodes.into_iter().collect(), |_| false)
    }

    /// Which nodes are still reached when those that `is_removed` names are gone.
    pub fn reached_without(&self, is_removed: impl Fn(Node) -> bool) -> Vec<bool> {
        self.reach(vec![ROOT], is_removed)
    }

    fn reach(&self, mut open: Vec<Node>, is_removed: impl Fn(Node) -> bool) -> Vec<bool> {
        let mut reached = vec![false; self.below.len()];
        for node in &open {
            reached[*node as usize] = true;
        }
        while let Some(node) = open.pop() {
            for &next in self.below.of(node) {
                if !reached[next as usize] && !is_removed(next) {
                    reached[next as usize] = true;
                    open.push(next);
                }
            }
        }
        reached
    }
}

impl Shortest {
    /// The chain from an entry to a file, both included.
    pub fn chain(&self, file: Node) -> Vec<Link> {
        let mut chain = Vec::new();
        let mut at = file;
        while let Some(cause) = self.before.get(at as usize).copied().flatten() {
            if cause == ROOT {
                chain.push(Link { file: at, cause: None });
                break;
            }
            chain.push(Link { file: at, cause: Some(cause) });
            let Some(above) = self.before.get(cause as usize).copied().flatten() else { break };
            at = above;
        }
        chain.reverse();
        chain
    }

    /// How far a file is from an entry, for comparison; the most there is where nothing leads to it.
    pub fn distance(&self, file: Node) -> u32 {
        self.steps.get(file as usize).copied().unwrap_or(u32::MAX)
    }
}
