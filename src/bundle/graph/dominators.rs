//! Dominators of a flow graph, by Lengauer and Tarjan's algorithm with path compression: O(m log n), without recursion.

/// Successors of each node, packed: those of node `n` are `targets[starts[n]..starts[n + 1]]`.
#[derive(Debug, Default)]
pub(super) struct Adjacency {
    starts: Vec<usize>,
    targets: Vec<u32>,
}

impl Adjacency {
    /// The edges of `nodes` nodes; those of one node keep their order.
    pub(super) fn new(nodes: usize, edges: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0; nodes + 1];
        for (from, _) in edges.clone() {
            starts[from as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut targets = vec![0; starts[nodes]];
        for (from, to) in edges {
            let slot = &mut next[from as usize];
            targets[*slot] = to;
            *slot += 1;
        }
        Self { starts, targets }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub(super) fn of(&self, node: u32) -> &[u32] {
        &self.targets[self.starts[node as usize]..self.starts[node as usize + 1]]
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (u32, u32)> + Clone {
        (0..self.len() as u32).flat_map(|from| self.of(from).iter().map(move |to| (from, *to)))
    }
}

const NONE: u32 = u32::MAX;

/// The nodes that node 0 reaches, parents before children in the tree of dominators, each with its immediate dominator. Node 0 comes first,
/// as its own.
pub(super) fn immediate_dominators(graph: &Adjacency) -> Vec<(u32, u32)> {
    if graph.len() == 0 {
        return Vec::new();
    }
    let (order, number, parent) = depth_first(graph);
    let before = Adjacency::new(graph.len(), graph.edges().map(|(from, to)| (to, from)));
    let count = order.len();
    // From here on nodes are known by their number in depth-first order.
    let mut semi: Vec<u32> = (0..count as u32).collect();
    let mut dominator = vec![0_u32; count];
    let mut bucket: Vec<Vec<u32>> = vec![Vec::new(); count];
    let mut forest = Forest { ancestor: vec![NONE; count], label: semi.clone(), path: Vec::new() };
    for node in (1..count as u32).rev() {
        for from in before.of(order[node as usize]) {
            let from = number[*from as usize];
            if from != NONE {
                let least = forest.least(from, &semi);
                semi[node as usize] = semi[node as usize].min(semi[least as usize]);
            }
        }
        bucket[semi[node as usize] as usize].push(node);
        let above = parent[node as usize];
        forest.ancestor[node as usize] = above;
        for waiting in std::mem::take(&mut bucket[above as usize]) {
            let least = forest.least(waiting, &semi);
            let earlier = semi[least as usize] < semi[waiting as usize];
            dominator[waiting as usize] = if earlier { least } else { above };
        }
    }
    for node in 1..count {
        if dominator[node] != semi[node] {
            dominator[node] = dominator[dominator[node] as usize];
        }
    }
    (0..count).map(|node| (order[node], order[dominator[node] as usize])).collect()
}

/// The nodes in the order in which a depth-first walk from node 0 meets them, the number of each node in it, and the number of the node
/// that each was reached from.
fn depth_first(graph: &Adjacency) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let (mut order, mut parent) = (vec![0], vec![0]);
    let mut number = vec![NONE; graph.len()];
    number[0] = 0;
    let mut open = vec![(0_u32, 0_usize)];
    while let Some((node, next)) = open.last_mut() {
        let Some(&to) = graph.of(*node).get(*next) else {
            open.pop();
            continue;
        };
        *next += 1;
        if number[to as usize] == NONE {
            parent.push(number[*node as usize]);
            number[to as usize] = order.len() as u32;
            order.push(to);
            open.push((to, 0));
        }
    }
    (order, number, parent)
}

/// The part of the depth-first tree that has been worked on; its paths are shortened as they are asked for.
struct Forest {
    ancestor: Vec<u32>,
    label: Vec<u32>,
    path: Vec<u32>,
}

impl Forest {
    /// The node with the least semidominator between `node` and the root of its tree.
    fn least(&mut self, node: u32, semi: &[u32]) -> u32 {
        let mut at = node;
        while self.ancestor[at as usize] != NONE && self.ancestor[self.ancestor[at as usize] as usize] != NONE {
            self.path.push(at);
            at = self.ancestor[at as usize];
        }
        while let Some(below) = self.path.pop() {
            let above = self.ancestor[below as usize] as usize;
            if semi[self.label[above] as usize] < semi[self.label[below as usize] as usize] {
                self.label[below as usize] = self.label[above];
            }
            self.ancestor[below as usize] = self.ancestor[above];
        }
        self.label[node as usize]
    }
}
