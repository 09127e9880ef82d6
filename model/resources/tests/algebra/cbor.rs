//! The journal form: it reads back whole, and its bytes never change.
use model_resources::{Attributes, Labels, Limits, Name, Operation, Quantities, Resource, Resources, Role, Scalar};
use proptest::prelude::*;

use crate::strategies::{resource, resources};
use crate::{disk, res, role, source, volume};
use model_resources::SourceKind;

fn hex<T: minicbor::Encode<()>>(value: &T) -> String {
    minicbor::to_vec(value)
        .unwrap()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

fn again<T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>>(value: &T) -> T {
    minicbor::decode(&minicbor::to_vec(value).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn resources_read_back_whole(a in resources()) {
        let back = again(&a);
        prop_assert_eq!(hex(&back), hex(&a));
        prop_assert_eq!(back, a);
    }

    #[test]
    fn operations_and_quantities_read_back_whole(a in resources(), r in resource(0), n in 0i64..99) {
        let operations = [
            Operation::Reserve { source: a.clone(), resources: a.clone() },
            Operation::Unreserve { resources: a.clone() },
            Operation::Create { volumes: a.clone() },
            Operation::Destroy { volumes: a.clone() },
            Operation::GrowVolume { volume: r.clone(), addition: r.clone() },
            Operation::ShrinkVolume { volume: r, subtract: Scalar::from_millis(n) },
        ];
        for operation in operations {
            prop_assert_eq!(again(&operation), operation);
        }
        let quantities = Quantities::of(&a);
        prop_assert_eq!(again(&quantities), quantities.clone());
        let limits: Limits = quantities.iter().map(|(name, n)| (name.clone(), n)).collect();
        prop_assert_eq!(again(&limits), limits);
    }

    #[test]
    fn no_bytes_make_the_decoders_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = minicbor::decode::<Resources>(&bytes);
        let _ = minicbor::decode::<Operation>(&bytes);
        let _ = minicbor::decode::<Quantities>(&bytes);
        let _ = minicbor::decode::<Attributes>(&bytes);
    }

    #[test]
    fn broken_bytes_never_panic(a in resources(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = minicbor::to_vec(&a).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(read) = minicbor::decode::<Resources>(&bytes) {
            prop_assert!(read.as_slice().is_sorted());
        }
    }
}

#[test]
fn golden_bytes() {
    let on = Some(source(SourceKind::Path, "/d"));
    let whole = volume("v", 10, on).with_shared(true).with_provider(Some("csi".into()));
    let shrink = Operation::ShrinkVolume {
        volume: disk(1),
        subtract: Scalar::from_millis(1),
    };
    let bytes = [
        hex(&Scalar::from_millis(2500)),
        hex(&role("eng/web")),
        hex(&res("cpus:2;mem:1024;ports:[5-6, 31000-32000];disks:{a,b}")),
        hex(&res("cpus(eng):1;cpus(eng, alice):1")),
        hex(&whole.with_allocation(Some(role("eng")))),
        hex(&disk(1).with_revocable(true)),
        hex(&Quantities::parse("cpus:1;ips:2").unwrap()),
        hex(&Attributes::parse("rack:r1;n:3;r:[1-2];s:{a}").unwrap()),
        hex(&shrink),
    ];
    assert_eq!(bytes.join("\n"), GOLDEN.join("\n"));
}

const GOLDEN: [&str; 9] = [
    "1909c4",
    "67656e672f776562",
    "848264637075738200811907d082636d656d8200811a000fa0008265706f727473820181840506197918197d0082656469736b738202818261616162",
    "828464637075738200811903e8f68581840163656e67f680f6f6f4008464637075738200811903e8f68581840263656e6765616c69636580f6f6f400",
    "84646469736b82008119271063656e678581840263656e67f6806363736983816176826464617461018501622f64f6f680f401",
    "84646469736b8200811903e8f68580f6f6f500",
    "a264637075731903e8636970731907d0",
    "8482647261636b82038162723182616e820081190bb8826172820181820102826173820281816161",
    "82058282646469736b8200811903e801",
];

#[test]
fn a_later_release_may_append_fields() {
    // The two absent fields, and one that this release does not know.
    let shown = hex(&disk(1));
    assert!(shown.starts_with("82"), "{shown}");
    let mut longer = vec![0x85];
    longer.extend_from_slice(&minicbor::to_vec(disk(1)).unwrap()[1..]);
    longer.extend_from_slice(&[0xf6, 0xf6, 0x01]);
    assert_eq!(minicbor::decode::<Resource>(&longer).unwrap(), disk(1));
}

#[test]
fn what_is_out_of_order_or_empty_is_put_right() {
    let list = vec![
        Resource::new("mem", Scalar::from_units(1)),
        disk(0),
        Resource::new("cpus", Scalar::from_units(1)),
    ];
    let read: Resources = minicbor::decode(&minicbor::to_vec(&list).unwrap()).unwrap();
    assert_eq!(read, res("cpus:1;mem:1"));
    assert!(minicbor::decode::<Role>(&minicbor::to_vec("a//b").unwrap()).is_err());
    assert!(minicbor::decode::<model_resources::Ranges>(&minicbor::to_vec([5u64, 3]).unwrap()).is_err());
    assert!(minicbor::decode::<model_resources::Ranges>(&minicbor::to_vec([5u64]).unwrap()).is_err());
    assert_eq!(again(&Name::new("cpus")), Name::Cpus);
    assert_eq!(again(&Labels::default()), Labels::default());
}
