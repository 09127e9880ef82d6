use base_slab::Slab;
use imbl::{OrdMap, OrdSet};
use model_resources::Role;

use crate::{
    amounts::{Amounts, Measure},
    lottery::Lottery,
};

/// The tree of roles with the frameworks as its leaves. Cloning is cheap, so that an allocation can play its grants on a
/// copy.
///
/// A role's own frameworks hang under one node beside its sub-roles (Mesos' virtual leaf), so that they compete with the
/// sub-roles as one.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    nodes: Slab<Node>,
    roles: OrdMap<Role, u32>,
    weights: OrdMap<Role, f64>,
    /// What all agents have.
    totals: Measure,
    /// Positions that count for no share.
    excluded: Vec<usize>,
    /// Who comes by lot.
    pub(crate) lottery: Lottery,
    /// The totals changed and the places in the nodes' orders did not yet.
    stale: bool,
    /// How often anything was given.
    given: u64,
    /// The places of the top roles that are still asked, while only some are.
    asked: Option<OrdSet<Place>>,
}

/// A node and, for all but leaves, the order of those below it that want something.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    parent: u32,
    kind: Kind,
    weight: f64,
    /// What is used and on offer in it and below.
    allocated: Measure,
    /// When something was given last, by the count of the tree. Among equal shares the one that waits longest comes first:
    /// by how often each was served, one with a long past of short tasks would wait for all who never answer.
    served: u64,
    /// Of those that come by lot: when the next turn is, and how many there were.
    turn: (f64, u64),
    /// How many hang below, wanting or not.
    children: u32,
    wanting: OrdSet<Place>,
    /// Its place among its siblings, if it wants something.
    place: Option<Place>,
    /// For leaves: subscribed, connected and not suppressed.
    wants: bool,
    /// For leaves: how many offers and tasks it has.
    pieces: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// The root, or a role.
    Role { role: Option<Role>, members: Option<u32> },
    /// A role's own frameworks.
    Members,
    /// A framework in a role.
    Leaf { framework: u32, role: Role },
}

/// A place in the order: weighted dominant share or next turn (its bits: they are never negative, so they compare as
/// numbers), when served last, slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place(u64, u64, u32);

/// What two trees of the same facts have in common.
#[derive(Debug, PartialEq)]
pub(crate) struct Essence {
    leaves: Vec<LeafEssence>,
    totals: Amounts,
}

#[derive(Debug, PartialEq)]
struct LeafEssence {
    framework: u32,
    role: Role,
    allocated: Amounts,
    wants: bool,
    pieces: u32,
}

const ROOT: u32 = 0;

impl Default for Tree {
    fn default() -> Self {
        let mut nodes = Slab::default();
        nodes.insert(Node::new(
            ROOT,
            Kind::Role {
                role: None,
                members: None,
            },
            1.0,
        ));
        Self {
            nodes,
            roles: OrdMap::new(),
            weights: OrdMap::new(),
            totals: Measure::default(),
            excluded: Vec::new(),
            lottery: Lottery::default(),
            stale: false,
            given: 0,
            asked: None,
        }
    }
}

impl Node {
    fn new(parent: u32, kind: Kind, weight: f64) -> Self {
        Self {
            parent,
            kind,
            weight,
            allocated: Measure::default(),
            served: 0,
            turn: (0.0, 0),
            children: 0,
            wanting: OrdSet::new(),
            place: None,
            wants: false,
            pieces: 0,
        }
    }

    /// What it is ordered by among its siblings.
    fn rank(&self, tree: &Tree) -> f64 {
        if tree.lottery.is_for(&self.kind) {
            self.turn.0
        } else {
            self.share(tree).max(0.0)
        }
    }

    /// Waits for the next turn after one more.
    fn take_turn(&mut self, lottery: Lottery, slot: u32) {
        let (at, turns) = self.turn;
        self.turn = (at + lottery.wait(slot, turns, self.weight), turns + 1);
    }

    fn share(&self, tree: &Tree) -> f64 {
        self.allocated.all.dominant_share(&tree.totals.all, &tree.excluded) / self.weight
    }
}

impl Tree {
    /// The leaf of a framework in a role, made anew.
    pub(crate) fn add_leaf(&mut self, framework: u32, role: &Role) -> u32 {
        let members = self.members(role);
        self.add_child(
            members,
            Kind::Leaf {
                framework,
                role: role.clone(),
            },
            1.0,
        )
    }

    /// Takes out a leaf that neither wants nor has anything, and what is empty above it.
    pub(crate) fn remove_leaf(&mut self, leaf: u32) {
        let mut slot = leaf;
        while slot != ROOT && self.nodes.get(slot).is_some_and(|node| node.children == 0) {
            let Some(node) = self.nodes.remove(slot) else { return };
            let parent = self.nodes.get_mut(node.parent).expect("a node's parent exists");
            parent.children -= 1;
            match (&node.kind, &mut parent.kind) {
                (Kind::Members, Kind::Role { members, .. }) => *members = None,
                (Kind::Role { role: Some(role), .. }, _) => drop(self.roles.remove(role)),
                _ => {}
            }
            slot = node.parent;
        }
    }

    /// Whose leaf it is, if it neither wants nor has anything.
    pub(crate) fn owner_of_idle(&self, leaf: u32) -> Option<u32> {
        match self.nodes.get(leaf)? {
            Node {
                kind: Kind::Leaf { framework, .. },
                wants: false,
                pieces: 0,
                ..
            } => Some(*framework),
            _ => None,
        }
    }

    /// Whether a leaf wants offers.
    pub(crate) fn set_wants(&mut self, leaf: u32, wants: bool) {
        if let Some(node) = self.nodes.get_mut(leaf)
            && node.wants != wants
        {
            node.wants = wants;
            self.replace_upwards(leaf);
        }
    }

    /// A role's weight, for now and later.
    pub(crate) fn set_weight(&mut self, role: Role, weight: f64) {
        if let Some(slot) = self.roles.get(&role).copied()
            && let Some(node) = self.nodes.get_mut(slot)
        {
            node.weight = weight;
            self.replace_upwards(slot);
        }
        self.weights.insert(role, weight);
    }

    /// Gives amounts to a leaf, or takes them back for a `sign` of -1, in so many pieces.
    pub(crate) fn charge(&mut self, leaf: u32, measure: &Measure, pieces: u32, sign: i64) {
        if let Some(node) = self.nodes.get_mut(leaf) {
            node.pieces = if sign > 0 {
                node.pieces + pieces
            } else {
                node.pieces.saturating_sub(pieces)
            };
        }
        self.given += u64::from(sign > 0);
        let (mut slot, lottery) = (leaf, self.lottery);
        loop {
            let Some(node) = self.nodes.get_mut(slot) else { return };
            node.allocated.add(measure, sign);
            if sign > 0 {
                node.served = self.given;
            }
            if lottery.seed.is_some() && lottery.is_for(&node.kind) {
                node.take_turn(lottery, slot);
            }
            if slot == ROOT {
                return;
            }
            slot = self.replace(slot);
        }
    }

    /// Gives amounts to leaves, a piece each, and puts every node into its place only once.
    pub(crate) fn charge_all(&mut self, charges: &[(u32, Measure)]) {
        let mut moved: Vec<u32> = Vec::with_capacity(charges.len());
        for (leaf, measure) in charges {
            if let Some(node) = self.nodes.get_mut(*leaf) {
                node.pieces += 1;
            }
            self.given += 1;
            let mut slot = *leaf;
            while let Some(node) = self.nodes.get_mut(slot) {
                node.allocated.add(measure, 1);
                node.served = self.given;
                if slot == ROOT {
                    break;
                }
                slot = node.parent;
            }
            moved.push(*leaf);
        }
        // Level by level: a node's own place depends on what it has, its parent's wish on whether anything below wants.
        while !moved.is_empty() {
            moved.sort_unstable();
            moved.dedup();
            let parents = moved
                .iter()
                .map(|slot| self.replace(*slot))
                .filter(|slot| *slot != ROOT);
            moved = parents.collect();
        }
    }

    /// Positions that count for no share from now on.
    pub(crate) fn exclude(&mut self, positions: Vec<usize>) {
        self.excluded = positions;
        self.stale = true;
    }

    /// All agents have so much more, or less for a `sign` of -1.
    pub(crate) fn grow(&mut self, measure: &Measure, sign: i64) {
        self.totals.add(measure, sign);
        self.stale = true;
    }

    /// Puts every node in its place again if the totals have changed: O(n log n), once for any number of agents that
    /// came or went.
    pub(crate) fn settle(&mut self) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        let slots: Vec<u32> = self
            .nodes
            .iter()
            .map(|(slot, _)| slot)
            .filter(|slot| *slot != ROOT)
            .collect();
        for slot in slots {
            self.replace(slot);
        }
    }

    /// Draws all lots, for one allocation.
    pub(crate) fn draw(&mut self, seed: u64) {
        self.lottery.seed = Some(seed);
        let lottery = self.lottery;
        let by_lot = |(slot, node): (u32, &Node)| (slot != ROOT && lottery.is_for(&node.kind)).then_some(slot);
        let slots: Vec<u32> = self.nodes.iter().filter_map(by_lot).collect();
        for slot in slots {
            if let Some(node) = self.nodes.get_mut(slot) {
                node.turn = (0.0, 0);
                node.take_turn(lottery, slot);
            }
            self.replace(slot);
        }
    }

    /// Leaves only some leaves wanting.
    pub(crate) fn restrict(&mut self, keep: impl Fn(u32) -> bool) {
        let others: Vec<u32> = self
            .nodes
            .iter()
            .filter(|(slot, node)| node.wants && !keep(*slot))
            .map(|(slot, _)| slot)
            .collect();
        for leaf in others {
            self.set_wants(leaf, false);
        }
    }

    /// Tries the leaves that want something, those furthest below their share first, until one takes.
    pub(crate) fn first<T>(&self, take: &mut impl FnMut(u32, u32, &Role) -> Option<T>) -> Option<T> {
        self.first_below(ROOT, take)
    }

    /// The same among those top roles that are still asked.
    pub(crate) fn first_asked<T>(&self, take: &mut impl FnMut(u32, u32, &Role) -> Option<T>) -> Option<T> {
        let asked = self.asked.as_ref().unwrap_or(&self.nodes[ROOT].wanting);
        asked.iter().find_map(|place| self.first_below(place.2, take))
    }

    /// Only some of the top roles that want something are asked by [`Tree::first_asked`] from now on.
    pub(crate) fn ask(&mut self, keep: impl Fn(&Role) -> bool) {
        let all = self.nodes[ROOT].wanting.iter().copied();
        self.asked = Some(
            all.filter(|place| match &self.nodes[place.2].kind {
                Kind::Role { role: Some(role), .. } => keep(role),
                _ => true,
            })
            .collect(),
        );
    }

    /// All top roles that want something are asked.
    pub(crate) fn ask_all(&mut self) {
        self.asked = Some(self.nodes[ROOT].wanting.clone());
    }

    /// A top role is not asked any more; whether it was.
    pub(crate) fn ask_no_more(&mut self, top: &str) -> bool {
        let slot = self.roles.get(top).copied();
        let place = slot.and_then(|slot| self.nodes[slot].place);
        match (&mut self.asked, place) {
            (Some(asked), Some(place)) => asked.remove(&place).is_some(),
            _ => false,
        }
    }

    /// The same within a role and below it.
    pub(crate) fn first_in<T>(&self, role: &Role, take: &mut impl FnMut(u32, u32, &Role) -> Option<T>) -> Option<T> {
        self.first_below(*self.roles.get(role)?, take)
    }

    fn first_below<T>(&self, slot: u32, take: &mut impl FnMut(u32, u32, &Role) -> Option<T>) -> Option<T> {
        let node = &self.nodes[slot];
        if let Kind::Leaf { framework, role } = &node.kind {
            return node.wants.then(|| take(slot, *framework, role)).flatten();
        }
        node.wanting.iter().find_map(|place| self.first_below(place.2, take))
    }

    /// The weighted dominant share of a role and all below it; zero for an unknown one.
    pub(crate) fn role_share(&self, role: &Role) -> f64 {
        self.roles.get(role).map_or(0.0, |slot| self.nodes[*slot].share(self))
    }

    /// The dominant share of a leaf.
    pub(crate) fn leaf_share(&self, leaf: u32) -> f64 {
        self.nodes.get(leaf).map_or(0.0, |node| node.share(self))
    }

    /// Whether anybody outside of a top role wants something.
    pub(crate) fn is_wanted_beside(&self, top: &str) -> bool {
        let own = self.roles.get(top).and_then(|slot| self.nodes[*slot].place);
        self.nodes[ROOT].wanting.len() > usize::from(own.is_some())
    }

    /// The weights of all top roles that have or want something, and of one that is about to.
    pub(crate) fn weight_in_use(&self, top: &str) -> f64 {
        let tops = self
            .nodes
            .iter()
            .filter(|(slot, node)| node.parent == ROOT && *slot != ROOT);
        let used = tops.filter(|(_, node)| node.place.is_some() || !node.allocated.all.is_zero());
        let known = self.roles.get(top).copied();
        let (mut sum, mut own) = (0.0, false);
        for (slot, node) in used {
            sum += node.weight;
            own |= Some(slot) == known;
        }
        if own { sum } else { sum + self.weight_of(top) }
    }

    fn weight_of(&self, role: &str) -> f64 {
        self.weights.get(role).copied().unwrap_or(1.0)
    }

    /// The weighted share of a top role if it had so much more.
    pub(crate) fn share_after(&self, top: &str, more: &Amounts) -> f64 {
        let mut all = more.clone();
        if let Some(slot) = self.roles.get(top) {
            all.add(&self.nodes[*slot].allocated.all, 1);
        }
        all.dominant_share(&self.totals.all, &self.excluded) / self.weight_of(top)
    }

    /// What of a role and all below it counts towards its quota, but for reservations.
    pub(crate) fn counted(&self, role: &str) -> Option<&Amounts> {
        Some(&self.nodes[*self.roles.get(role)?].allocated.counted)
    }

    /// What of all agents is neither reserved, revocable nor allocated.
    pub(crate) fn open(&self) -> Amounts {
        self.totals.counted.beyond(&self.nodes[ROOT].allocated.counted)
    }

    /// Everything but when each was served.
    pub(crate) fn essence(&self) -> Essence {
        let mut leaves: Vec<_> = self
            .nodes
            .iter()
            .filter_map(|(_, node)| match &node.kind {
                Kind::Leaf { framework, role } => Some(LeafEssence {
                    framework: *framework,
                    role: role.clone(),
                    allocated: node.allocated.all.trimmed(),
                    wants: node.wants,
                    pieces: node.pieces,
                }),
                _ => None,
            })
            .collect();
        leaves.sort_by(|a, b| (a.framework, &a.role).cmp(&(b.framework, &b.role)));
        Essence {
            leaves,
            totals: self.totals.all.trimmed(),
        }
    }

    fn members(&mut self, role: &Role) -> u32 {
        let slot = self.role(role);
        if let Kind::Role {
            members: Some(members), ..
        } = self.nodes[slot].kind
        {
            return members;
        }
        let made = self.add_child(slot, Kind::Members, 1.0);
        if let Some(Node {
            kind: Kind::Role { members, .. },
            ..
        }) = self.nodes.get_mut(slot)
        {
            *members = Some(made);
        }
        made
    }

    fn role(&mut self, role: &Role) -> u32 {
        if let Some(slot) = self.roles.get(role) {
            return *slot;
        }
        let parent = role.parent().map_or(ROOT, |parent| self.role(&parent));
        let weight = self.weights.get(role).copied().unwrap_or(1.0);
        let slot = self.add_child(
            parent,
            Kind::Role {
                role: Some(role.clone()),
                members: None,
            },
            weight,
        );
        self.roles.insert(role.clone(), slot);
        slot
    }

    fn add_child(&mut self, parent: u32, kind: Kind, weight: f64) -> u32 {
        self.nodes.get_mut(parent).expect("a node's parent exists").children += 1;
        self.nodes.insert(Node::new(parent, kind, weight))
    }

    fn replace_upwards(&mut self, from: u32) {
        let mut slot = from;
        while slot != ROOT {
            slot = self.replace(slot);
        }
    }

    /// Puts a node into its place among its siblings, or takes it out if it wants nothing; returns its parent.
    fn replace(&mut self, slot: u32) -> u32 {
        let node = &self.nodes[slot];
        let (parent, old) = (node.parent, node.place);
        let wants = node.wants || !node.wanting.is_empty();
        let new = wants.then(|| Place(node.rank(self).to_bits(), node.served, slot));
        if old == new {
            return parent;
        }
        self.nodes.get_mut(slot).expect("just seen").place = new;
        let siblings = &mut self.nodes.get_mut(parent).expect("a node's parent exists").wanting;
        if let Some(old) = old {
            siblings.remove(&old);
        }
        if let Some(new) = new {
            siblings.insert(new);
        }
        if parent == ROOT
            && let (Some(asked), Some(old)) = (&mut self.asked, old)
            && asked.remove(&old).is_some()
        {
            asked.extend(new);
        }
        parent
    }
}
