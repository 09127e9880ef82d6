use model_resources::Scalar;

/// IS: the value is the wanted one; numbers are compared with three decimals.
pub(super) fn matches(value: Option<&str>, wanted: &str) -> bool {
    let number = |text: &str| text.parse().ok().and_then(|n| Scalar::from_f64(n).ok());
    value.is_some_and(|v| v == wanted || number(v).is_some_and(|n| number(wanted) == Some(n)))
}
