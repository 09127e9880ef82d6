//! Operations in words.

use model_resources::{Operation, Resources, Scalar};

use crate::support::stacked::{stacked, volume};

pub fn operation(verb: &str, what: &str) -> Operation {
    match verb {
        "reserve" => Operation::Reserve {
            source: Resources::new(),
            resources: stacked(what),
        },
        "unreserve" => Operation::Unreserve {
            resources: stacked(what),
        },
        "create" => Operation::Create { volumes: stacked(what) },
        "destroy" => Operation::Destroy { volumes: stacked(what) },
        "grow" => {
            let (volume, addition) = what.split_once('+').unwrap();
            Operation::GrowVolume {
                volume: self::volume(volume),
                addition: stacked(addition).as_slice()[0].clone(),
            }
        }
        "shrink" => {
            let (volume, subtract) = what.rsplit_once('-').unwrap();
            Operation::ShrinkVolume {
                volume: self::volume(volume),
                subtract: Scalar::from_units(subtract.parse().unwrap()),
            }
        }
        verb => panic!("no operation '{verb}'"),
    }
}
