use model_resources::{Scalar, ScalarError};
use proptest::prelude::*;

#[test]
fn numbers_round_to_three_decimals() {
    let millis = |n| Scalar::from_f64(n).map(Scalar::millis);
    assert_eq!(millis(0.1 + 0.2), Ok(300));
    assert_eq!(millis(1.0005), Ok(1001));
    assert_eq!(millis(0.0004), Ok(0));
    assert_eq!(millis(-0.0004), Ok(0));
    assert_eq!(millis(1e12), Ok(1_000_000_000_000_000));
}

#[test]
fn bad_numbers_are_refused() {
    assert_eq!(Scalar::from_f64(f64::NAN), Err(ScalarError::NotFinite));
    assert_eq!(Scalar::from_f64(f64::INFINITY), Err(ScalarError::NotFinite));
    assert_eq!(Scalar::from_f64(-1.0), Err(ScalarError::Negative(-1.0)));
    assert_eq!(Scalar::from_f64(1e16), Err(ScalarError::TooLarge(1e16)));
    assert_eq!(
        Scalar::from_f64(i64::MAX as f64 / 1000.0),
        Err(ScalarError::TooLarge(i64::MAX as f64 / 1000.0))
    );
}

#[test]
fn text_has_no_trailing_zeros() {
    let shown: Vec<_> = [2000, 500, 125, 10, 0, 1_000_000_001, -1500, i64::MIN]
        .map(|n| Scalar::from_millis(n).to_string())
        .into();
    let expected = [
        "2",
        "0.5",
        "0.125",
        "0.01",
        "0",
        "1000000.001",
        "-1.5",
        "-9223372036854775.808",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn checked_arithmetic_stops_at_zero_and_at_the_top() {
    let (one, two) = (Scalar::from_units(1), Scalar::from_units(2));
    assert_eq!(two.checked_sub(one), Some(one));
    assert_eq!(one.checked_sub(two), None);
    assert_eq!(one.saturating_sub(two), Scalar::ZERO);
    assert_eq!((one - two).millis(), -1000);
    assert_eq!(Scalar::MAX.checked_add(one), None);
    assert_eq!(Scalar::MAX + one, Scalar::MAX);
    assert_eq!(one.saturating_mul(3).millis(), 3000);
}

proptest! {
    #[test]
    fn floats_and_back(millis in 0i64..1_000_000_000_000_000) {
        let scalar = Scalar::from_millis(millis);
        prop_assert_eq!(Scalar::from_f64(scalar.to_f64()), Ok(scalar));
    }

    #[test]
    fn any_float_is_taken_or_refused(n in any::<f64>()) {
        if let Ok(scalar) = Scalar::from_f64(n) {
            prop_assert!(scalar >= Scalar::ZERO);
        }
    }
}
