//! What the command line does to a vercel.toml before it validates it: lists in the form of routes are joined to `routes`.
//!
//! A `rewrites`, `redirects` or `headers` of which an item has `src` moves to the end of `routes`, and each route gets the keys of routes:
//! `source` becomes `src`, and so on. The tree shows the result, with the places of what was written.
//! Source: vercel/vercel packages/cli/src/util/compile-vercel-config.ts, `normalizeConfig` (64.0.2).

use crate::base::Span;
use crate::document::tree::{Member, Node, NodeId, Tree, Value};

const LISTS: [&str; 3] = ["rewrites", "redirects", "headers"];

struct List {
    key: &'static str,
    key_span: Span,
    node: NodeId,
    items: Vec<NodeId>,
    has_src: bool,
}

/// The lists of the document; none where one of them is no list of tables: then the schema refuses it.
fn lists(root: Node<'_>) -> Option<Vec<List>> {
    let mut found = Vec::new();
    for key in ["routes"].into_iter().chain(LISTS) {
        let Some((member, node)) = root.members().find(|(member, _)| *member.key == *key) else { continue };
        if !node.is_array() || !node.items().all(Node::is_object) {
            return None;
        }
        let items: Vec<NodeId> = node.items().map(Node::id).collect();
        let has_src = node.items().any(|item| has(item, "src"));
        found.push(List { key, key_span: member.key_span, node: node.id(), items, has_src });
    }
    Some(found)
}

fn has(item: Node<'_>, key: &str) -> bool {
    item.members().any(|(member, _)| &*member.key == key)
}

/// Joins the lists. The indexes of the routes at which the command line gives up: those with `source` whose `headers` are no list.
pub(in crate::document) fn join(tree: &mut Tree) -> Vec<usize> {
    let Some(lists) = tree.root().and_then(lists) else { return Vec::new() };
    let is_routes = |list: &&List| list.key == "routes";
    let routes = lists.iter().find(is_routes);
    let others: Vec<&List> = lists.iter().filter(|list| !is_routes(list) && !list.items.is_empty()).collect();
    if routes.is_some_and(|routes| !routes.items.is_empty()) && !others.is_empty() {
        return Vec::new();
    }
    let (moved, kept): (Vec<&List>, Vec<&List>) = others.into_iter().partition(|list| list.has_src);
    // Both together are refused; each stays, and the schema finds the `src`.
    if !moved.is_empty() && !kept.is_empty() {
        return Vec::new();
    }
    let joined: Vec<&List> = routes.into_iter().chain(moved.iter().copied()).collect();
    let items: Vec<NodeId> = joined.iter().flat_map(|list| &list.items).copied().collect();
    if !moved.is_empty() {
        // Parents come before their children in a tree, so the first of the arrays holds the items.
        let array = joined.iter().map(|list| list.node).min();
        let key_span = joined.first().map_or(Span::at(0), |list| list.key_span);
        let gone = |member: &Member| joined.iter().any(|list| *list.key == *member.key);
        let mut members: Vec<Member> = tree.members(NodeId::ROOT).into_iter().filter(|member| !gone(member)).collect();
        members.extend(array.map(|value| Member { key: "routes".into(), key_span, value }));
        // A value hangs in one place only.
        joined.iter().for_each(|list| tree.replace(list.node, Value::Array(Vec::new())));
        array.into_iter().for_each(|array| tree.replace(array, Value::Array(items.clone())));
        tree.replace(NodeId::ROOT, Value::Object(members));
    }
    let refused = |(index, item)| (!as_route(tree, item)).then_some(index);
    items.into_iter().enumerate().filter_map(refused).collect()
}

/// Gives an item the keys of a route, where that can be done.
fn as_route(tree: &mut Tree, item: NodeId) -> bool {
    let members = tree.members(item);
    let find = |key: &str| members.iter().find(|member| &*member.key == key);
    if find("src").is_some() {
        return true;
    }
    let headers = find("headers").filter(|headers| tree.node(headers.value).is_truthy());
    if headers.is_some_and(|headers| !tree.node(headers.value).is_array()) {
        return false;
    }
    let dest = find("destination").filter(|member| tree.node(member.value).is_truthy());
    let (status, permanent) = (find("statusCode"), find("permanent"));
    let named = |key: &str, member: Option<&Member>| {
        member.map(|member| Member { key: key.into(), key_span: member.key_span, value: member.value })
    };
    let added: Vec<Member> = [
        named("src", find("source")),
        named("dest", dest),
        named("headers", headers),
        named("status", status.or(permanent)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let old = ["source", "destination", "headers", "statusCode", "permanent"];
    let stays = |member: &&Member| !old.contains(&&*member.key) && !added.iter().any(|new| new.key == member.key);
    let mut new: Vec<Member> = members.iter().filter(stays).cloned().collect();
    new.extend(added.iter().cloned());
    if let (None, Some(permanent)) = (status, permanent) {
        let code = if tree.node(permanent.value).is_truthy() { 308.0 } else { 307.0 };
        tree.replace(permanent.value, Value::Number(code));
    }
    if let Some(headers) = headers {
        keyed(tree, headers.value);
    }
    tree.replace(item, Value::Object(new));
    true
}

/// Makes `{ a = "b" }` of `[{ key = "a", value = "b" }]`.
fn keyed(tree: &mut Tree, list: NodeId) {
    let pair = |item: Node<'_>| {
        let find = |key: &str| item.members().find(|(member, _)| &*member.key == key).map(|(_, value)| value);
        let name = find("key")?;
        Some(Member { key: name.as_str()?.into(), key_span: name.span(), value: find("value")?.id() })
    };
    let items: Vec<NodeId> = tree.node(list).items().map(Node::id).collect();
    if let Some(members) = tree.node(list).items().map(pair).collect::<Option<Vec<_>>>() {
        items.into_iter().for_each(|item| tree.replace(item, Value::Object(Vec::new())));
        tree.replace(list, Value::Object(members));
    }
}
