//! Totals by name, over all reservations and disks.
use crate::{Name, Quantities, Ranges, Resources, Scalar, Set, Value};

impl Resources {
    /// The sum of all scalars of this name; zero if there is none. A shared volume counts once.
    pub fn scalar(&self, name: &Name) -> Scalar {
        self.iter()
            .filter(|r| r.name == *name)
            .filter_map(|r| r.value.as_scalar())
            .sum()
    }

    /// The numbers of all ranges of this name.
    pub fn ranges(&self, name: &Name) -> Ranges {
        let mut all = Ranges::new();
        for r in self {
            if let (true, Value::Ranges(ranges)) = (r.name == *name, &r.value) {
                all += ranges;
            }
        }
        all
    }

    /// The words of all sets of this name.
    pub fn set(&self, name: &Name) -> Set {
        let mut all = Set::new();
        for r in self {
            if let (true, Value::Set(set)) = (r.name == *name, &r.value) {
                all += set;
            }
        }
        all
    }

    /// Processor time in cores.
    pub fn cpus(&self) -> Scalar {
        self.scalar(&Name::Cpus)
    }

    /// Memory in MiB.
    pub fn mem(&self) -> Scalar {
        self.scalar(&Name::Mem)
    }

    /// Disk space in MiB, volumes and mounted disks included.
    pub fn disk(&self) -> Scalar {
        self.scalar(&Name::Disk)
    }

    /// Whole GPU devices.
    pub fn gpus(&self) -> Scalar {
        self.scalar(&Name::Gpus)
    }

    /// TCP and UDP ports of the host.
    pub fn ports(&self) -> Ranges {
        self.ranges(&Name::Ports)
    }

    /// True when there is at least as much of everything as in `wanted`; a number of a range or a word of a set counts
    /// as one unit. The same as `Quantities::of(self).contains(wanted)`.
    pub fn holds(&self, wanted: &Quantities) -> bool {
        wanted.iter().all(|(name, amount)| {
            let have = self
                .iter()
                .filter(|r| r.name == *name)
                .map(|r| r.value.quantity())
                .sum::<Scalar>();
            have >= amount
        })
    }

    /// The names that occur, in order and once each.
    pub fn names(&self) -> Vec<&Name> {
        let mut names: Vec<_> = self.iter().map(|r| &r.name).collect();
        names.dedup();
        names
    }
}
