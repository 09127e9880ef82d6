//! Framing: any records, cut anywhere, come out as they went in; anything else is an error, not a panic.

use proptest::prelude::*;
use wire_mesos::recordio::{Decoder, RecordError, encode};

const LIMIT: usize = 1 << 20;

fn records(decoder: &mut Decoder) -> Result<Vec<Vec<u8>>, RecordError> {
    std::iter::from_fn(|| decoder.next_record().transpose()).collect()
}

#[test]
fn writes_length_newline_bytes() {
    assert_eq!(encode(b"hello"), b"5\nhello");
    assert_eq!(encode(b""), b"0\n");
}

#[test]
fn a_bad_length_is_told_and_stays() {
    for bad in [
        "x\n",
        "-1\n",
        "+1\n",
        "\n",
        " 1\n",
        "1 \n",
        "99999999999999999999\n",
        "123456789012345678901",
    ] {
        let mut decoder = Decoder::new(LIMIT);
        decoder.push(b"2\nok");
        decoder.push(bad.as_bytes());
        assert_eq!(decoder.next_record(), Ok(Some(b"ok".to_vec())));
        assert!(matches!(decoder.next_record(), Err(RecordError::Length(_))), "{bad:?}");
        decoder.push(b"2\nok");
        assert!(decoder.next_record().is_err(), "{bad:?}");
        assert!(decoder.finish().is_err(), "{bad:?}");
    }
}

#[test]
fn an_announced_giant_is_refused_before_it_comes() {
    let mut decoder = Decoder::new(10);
    decoder.push(b"11\n");
    let error = RecordError::TooLarge { length: 11, limit: 10 };
    assert_eq!(decoder.next_record(), Err(error));
    let mut decoder = Decoder::new(10);
    decoder.push(b"10\n0123456789");
    assert_eq!(
        decoder.next_record().expect("at the limit"),
        Some(b"0123456789".to_vec())
    );
}

#[test]
fn a_stream_that_ends_early_is_noticed() {
    for (cut, left) in [("5", 1), ("5\n", 0), ("5\nhel", 3)] {
        let mut decoder = Decoder::new(LIMIT);
        decoder.push(cut.as_bytes());
        assert_eq!(decoder.next_record(), Ok(None));
        assert_eq!(decoder.finish(), Err(RecordError::Truncated(left)));
    }
    assert_eq!(Decoder::new(LIMIT).finish(), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_chunking_gives_the_records_back(
        input in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..30), 0..10),
        cuts in prop::collection::vec(1usize..20, 1..50),
    ) {
        let stream: Vec<u8> = input.iter().flat_map(|record| encode(record)).collect();
        let mut decoder = Decoder::new(LIMIT);
        let (mut rest, mut cuts, mut output) = (stream.as_slice(), cuts.iter().cycle(), Vec::new());
        while !rest.is_empty() {
            let (chunk, after) = rest.split_at(rest.len().min(*cuts.next().expect("endless")));
            decoder.push(chunk);
            output.extend(records(&mut decoder).expect("well-formed"));
            rest = after;
        }
        prop_assert_eq!(output, input);
        prop_assert_eq!(decoder.finish(), Ok(()));
    }

    #[test]
    fn no_bytes_panic(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..10)) {
        let mut decoder = Decoder::new(64);
        for chunk in &chunks {
            decoder.push(chunk);
            let _ = records(&mut decoder);
        }
        let _ = decoder.finish();
    }

    #[test]
    fn digits_and_newlines_do_not_panic(stream in "[0-9\n]{0,60}") {
        let mut decoder = Decoder::new(64);
        decoder.push(stream.as_bytes());
        let _ = records(&mut decoder);
    }
}
