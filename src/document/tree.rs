//! The tree of a document: an arena, so that depth costs no stack and dropping it is flat.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::base::Span;

/// Index of a node in its tree. Parents come before their children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// The first value of every tree.
    pub(super) const ROOT: Self = Self(0);

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as a double, as JavaScript holds it.
    Number(f64),
    /// A string, escapes resolved; a lone surrogate is held as U+FFFD.
    String(Box<str>),
    /// The items in order.
    Array(Vec<NodeId>),
    /// The members in order, duplicates included.
    Object(Vec<Member>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The key, escapes resolved.
    pub key: Box<str>,
    /// Its place, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: NodeId,
}

#[derive(Debug, Clone)]
struct Slot {
    value: Value,
    span: Span,
}

/// All values of one document.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    slots: Vec<Slot>,
    depth: usize,
    large: OnceLock<HashMap<NodeId, Members>>,
}

/// Where the member that counts for each key stands in its object.
type Members = HashMap<Box<str>, usize>;

/// Objects with more members than this are looked up in an index: a hostile file must not cost the square of its keys.
const LARGE: usize = 64;

impl Tree {
    /// The root; the first value that was added.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.slots.is_empty()).then_some(Node { tree: self, id: NodeId(0) })
    }

    /// All values, parents before children.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = Node<'_>> + ExactSizeIterator {
        (0..self.slots.len() as u32).map(|id| Node { tree: self, id: NodeId(id) })
    }

    /// How deeply values are nested: 0 for a scalar root.
    pub fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn note_depth(&mut self, depth: usize) {
        self.depth = self.depth.max(depth);
    }

    pub(super) fn add(&mut self, value: Value, span: Span) -> NodeId {
        self.slots.push(Slot { value, span });
        NodeId((self.slots.len() - 1) as u32)
    }

    pub(super) fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// The members of an object; nothing for another value.
    pub(super) fn members(&self, id: NodeId) -> Vec<Member> {
        match self.slots.get(id.index()).map(|slot| &slot.value) {
            Some(Value::Object(members)) => members.clone(),
            _ => Vec::new(),
        }
    }

    /// Puts another value into the place of one. Its children must have been added behind it.
    pub(super) fn replace(&mut self, id: NodeId, value: Value) {
        if let Some(slot) = self.slots.get_mut(id.index()) {
            slot.value = value;
        }
        self.large = OnceLock::new();
    }

    pub(super) fn close(&mut self, id: NodeId, end: usize) {
        self.slots[id.0 as usize].span.end = end;
    }

    pub(super) fn set_span(&mut self, id: NodeId, span: Span) {
        if let Some(slot) = self.slots.get_mut(id.index()) {
            slot.span = span;
        }
    }

    /// The last item of an array; none for another value.
    pub(super) fn last_item(&self, id: NodeId) -> Option<NodeId> {
        match &self.slots.get(id.index())?.value {
            Value::Array(items) => items.last().copied(),
            _ => None,
        }
    }

    pub(super) fn push_item(&mut self, array: NodeId, item: NodeId) {
        if let Value::Array(items) = &mut self.slots[array.0 as usize].value {
            items.push(item);
        }
    }

    pub(super) fn push_member(&mut self, object: NodeId, member: Member) {
        if let Value::Object(members) = &mut self.slots[object.0 as usize].value {
            members.push(member);
        }
    }

    /// The members of a large object by key; none for a small one.
    fn index(&self, id: NodeId) -> Option<&Members> {
        let large = self.large.get_or_init(|| {
            let index = |(id, slot): (usize, &Slot)| match &slot.value {
                Value::Object(members) if members.len() > LARGE => {
                    let places = members.iter().enumerate().map(|(at, member)| (member.key.clone(), at));
                    Some((NodeId(id as u32), places.collect()))
                }
                _ => None,
            };
            self.slots.iter().enumerate().filter_map(index).collect()
        });
        large.get(&id)
    }

    /// The tree as `serde_json` has it, duplicate keys resolved as `JSON.parse` does (the last wins).
    /// `None` for an empty tree, or one nested deeper than `limit`: such a value could not be dropped without deep recursion.
    pub fn to_json(&self, text: &str, limit: usize) -> Option<serde_json::Value> {
        use serde_json::Value as Json;
        if self.depth > limit {
            return None;
        }
        let mut built: Vec<Json> = Vec::new();
        built.resize_with(self.slots.len(), Json::default);
        for id in (0..self.slots.len()).rev() {
            let slot = &self.slots[id];
            let mut take = |id: &NodeId| std::mem::take(&mut built[id.0 as usize]);
            let json = match &slot.value {
                Value::Null => Json::Null,
                Value::Bool(value) => Json::Bool(*value),
                Value::String(value) => Json::String(value.to_string()),
                Value::Number(value) => number(slot.span.slice(text), *value),
                Value::Array(items) => Json::Array(items.iter().map(take).collect()),
                Value::Object(members) => {
                    Json::Object(members.iter().map(|member| (member.key.to_string(), take(&member.value))).collect())
                }
            };
            built[id] = json;
        }
        built.into_iter().next()
    }
}

fn number(text: &str, value: f64) -> serde_json::Value {
    let finite = value.clamp(f64::MIN, f64::MAX);
    // In TOML the text may be another way to write it.
    text.parse::<serde_json::Number>()
        .ok()
        .or_else(|| serde_json::Number::from_f64(finite))
        .map_or(serde_json::Value::Null, serde_json::Value::Number)
}

/// A value in its tree.
#[derive(Debug, Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> Node<'t> {
    fn slot(self) -> &'t Slot {
        &self.tree.slots[self.id.0 as usize]
    }

    fn at(self, id: NodeId) -> Self {
        Self { tree: self.tree, id }
    }

    pub(super) fn id(self) -> NodeId {
        self.id
    }

    /// The value.
    pub fn value(self) -> &'t Value {
        &self.slot().value
    }

    /// Its place, quotes and brackets included.
    pub fn span(self) -> Span {
        self.slot().span
    }

    /// What it is, in words: `an object`, `a string`.
    pub fn kind(self) -> &'static str {
        match self.value() {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }

    /// Whether it is an object or an array.
    pub fn is_container(self) -> bool {
        matches!(self.value(), Value::Array(_) | Value::Object(_))
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        matches!(self.value(), Value::Object(_))
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        matches!(self.value(), Value::Array(_))
    }

    /// Whether JavaScript holds it for true: anything but `null`, `false`, `0` and `""`.
    pub fn is_truthy(self) -> bool {
        match self.value() {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(value) => *value != 0.0,
            Value::String(value) => !value.is_empty(),
            Value::Array(_) | Value::Object(_) => true,
        }
    }

    /// The text of a string.
    pub fn as_str(self) -> Option<&'t str> {
        match self.value() {
            Value::String(value) => Some(value),
            _ => None,
        }
    }

    /// A boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.value() {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A number.
    pub fn as_f64(self) -> Option<f64> {
        match self.value() {
            Value::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// The members of an object with their values, in order; nothing for another value.
    pub fn members(self) -> impl DoubleEndedIterator<Item = (&'t Member, Node<'t>)> {
        let members = match self.value() {
            Value::Object(members) => members.as_slice(),
            _ => &[],
        };
        members.iter().map(move |member| (member, self.at(member.value)))
    }

    /// The items of an array, in order; nothing for another value.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'t>> + ExactSizeIterator {
        let items = match self.value() {
            Value::Array(items) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |&id| self.at(id))
    }

    /// The member that counts for `key`: the last one, as in `JSON.parse`.
    pub fn member(self, key: &str) -> Option<&'t Member> {
        let Value::Object(members) = self.value() else { return None };
        if members.len() <= LARGE {
            return members.iter().rfind(|member| *member.key == *key);
        }
        members.get(*self.tree.index(self.id)?.get(key)?)
    }

    /// The value of `key`.
    pub fn get(self, key: &str) -> Option<Self> {
        self.member(key).map(|member| self.at(member.value))
    }

    /// The item at `index`.
    pub fn item(self, index: usize) -> Option<Self> {
        match self.value() {
            Value::Array(items) => items.get(index).map(|&id| self.at(id)),
            _ => None,
        }
    }

    /// The strings of an array, or the one string: how the platforms read `includeFiles` and the like.
    pub fn strings(self) -> Vec<&'t str> {
        match self.as_str() {
            Some(one) => vec![one],
            None => self.items().filter_map(Self::as_str).collect(),
        }
    }
}
