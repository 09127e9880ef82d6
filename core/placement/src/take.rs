//! Taking one instance's resources out of a node.

use base_ids::Uuid;
use model_resources::{Name, Ranges, Resource, Resources, Scalar, Value};

use crate::{
    Demand, PortAsk,
    node::{Amounts, Node, is_for, is_usable, share},
};

/// Takes what one instance needs; the caller has asked all filters. Reserved resources go first.
pub(crate) fn take(node: &mut Node, demand: &Demand, need: &Amounts, instance: Uuid) -> (Resources, Vec<u16>) {
    let free = if node.rest.is_some() {
        node.share(demand).ports
    } else {
        node.open.ports.clone()
    };
    let ports = choose_ports(free, &demand.ports, instance);
    let numbers: Ranges = ports.iter().map(|p| u64::from(*p)).collect();
    let Some(rest) = &mut node.rest else {
        node.open.amounts.subtract(need);
        node.open.ports -= &numbers;
        return (plain(demand, &numbers), ports);
    };
    let taken = mixed(rest, demand, &numbers);
    *rest -= &taken;
    node.open = share(rest, |r| !r.is_reserved());
    (taken, ports)
}

/// Fixed ports as asked; the others from a place in the free ones that the instance's uuid picks, so that a port that was
/// just left is rarely the next to be given out.
fn choose_ports(mut free: Ranges, asks: &[PortAsk], instance: Uuid) -> Vec<u16> {
    for ask in asks {
        if let PortAsk::Fixed(port) = ask {
            free.take_number(u64::from(*port));
        }
    }
    let any = asks.iter().filter(|a| **a == PortAsk::Any).count();
    let mut picked = pick(&free, any, instance).into_iter();
    asks.iter()
        .filter_map(|ask| match ask {
            PortAsk::Fixed(port) => Some(*port),
            PortAsk::Any => picked.next(),
        })
        .collect()
}

fn pick(free: &Ranges, count: usize, instance: Uuid) -> Vec<u16> {
    let total = free.count();
    if count == 0 || total == 0 {
        return Vec::new();
    }
    let bytes = instance.as_bytes();
    let seed = u64::from(u32::from_be_bytes([bytes[12], bytes[13], bytes[14], bytes[15]]));
    let start = seed % total;
    (0..(count as u64).min(total))
        .filter_map(|i| nth(free, (start + i) % total))
        .filter_map(|port| u16::try_from(port).ok())
        .collect()
}

fn nth(free: &Ranges, mut n: u64) -> Option<u64> {
    for range in free.as_slice() {
        if n < range.count() {
            return Some(range.begin + n);
        }
        n -= range.count();
    }
    None
}

fn scalars(demand: &Demand) -> [(Name, Scalar); 4] {
    [
        (Name::Cpus, demand.cpus),
        (Name::Mem, demand.mem),
        (Name::Disk, demand.disk),
        (Name::Gpus, demand.gpus),
    ]
}

fn plain(demand: &Demand, ports: &Ranges) -> Resources {
    let mut taken: Resources = scalars(demand)
        .into_iter()
        .filter(|(_, amount)| !amount.is_empty())
        .map(|(name, amount)| Resource::new(name, amount))
        .collect();
    taken.insert(Resource::new(Name::Ports, ports.clone()));
    taken
}

fn mixed(rest: &Resources, demand: &Demand, ports: &Ranges) -> Resources {
    let mut usable: Vec<&Resource> = rest.iter().filter(|r| is_usable(r) && is_for(r, demand)).collect();
    usable.sort_by_key(|r| !r.is_reserved());
    let mut taken = Resources::new();
    for (name, mut amount) in scalars(demand) {
        for resource in usable.iter().filter(|r| r.name == name) {
            let part = resource.value.as_scalar().map_or(Scalar::ZERO, |s| s.min(amount));
            amount -= part;
            taken.insert((*resource).clone().with_value(Value::Scalar(part)));
        }
    }
    let mut wanted = ports.clone();
    for resource in usable.iter().filter(|r| r.name == Name::Ports) {
        let part = resource
            .value
            .as_ranges()
            .map_or_else(Ranges::new, |r| r.intersect(&wanted));
        wanted -= &part;
        taken.insert((*resource).clone().with_value(Value::Ranges(part)));
    }
    taken
}
