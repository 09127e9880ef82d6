use model_resources::{Attribute, AttributeValue, Attributes, Ranges, Scalar};
use proptest::prelude::*;
use serde_json::json;

fn attributes(text: &str) -> Attributes {
    Attributes::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn every_type() {
    let all = attributes("rack: r1 ;os:windows\nn:3;r:[1-2];url:http://x:80/;s:{b,a};neg:-3;rack:r2;");
    assert_eq!(all.len(), 8);
    assert_eq!(all.text("rack"), Some("r1"));
    assert_eq!(all.all("rack").count(), 2);
    assert_eq!(all.scalar("n"), Some(Scalar::from_units(3)));
    assert_eq!(all.get("r"), Some(&AttributeValue::Ranges(Ranges::of(1, 2))));
    assert_eq!(all.text("url"), Some("http://x:80/"));
    assert_eq!(all.text("neg"), Some("-3"));
    assert_eq!((all.get("none"), all.scalar("rack"), all.text("n")), (None, None, None));
    assert_eq!(
        all.to_string(),
        "rack:r1;os:windows;n:3;r:[1-2];url:http://x:80/;s:{a, b};neg:-3;rack:r2"
    );
    assert!(attributes("").is_empty());
}

#[test]
fn errors_name_token_and_position() {
    let error = |text: &str| Attributes::parse(text).unwrap_err().to_string();
    assert_eq!(error("rack:r1;os"), "at byte 10: expected ':', found the end");
    assert_eq!(error("a:1;:x"), "at byte 4: expected an attribute name, found :");
    assert_eq!(
        error("a:"),
        "at byte 2: expected a number, [ranges], {set} or text, found the end"
    );
    assert_eq!(
        error("a:1;r:[2-1]"),
        "at byte 7: expected a range whose begin is not above its end, found 2-1"
    );
    assert_eq!(error("r:[1-2]x"), "at byte 7: expected ';' or the end, found x");
}

#[test]
fn json_form() {
    let all = attributes("rack:r1;n:3;r:[1-2]");
    let text = json!([
        {"name": "rack", "type": "TEXT", "text": {"value": "r1"}},
        {"name": "n", "type": "SCALAR", "scalar": {"value": 3.0}},
        {"name": "r", "type": "RANGES", "ranges": {"range": [{"begin": 1, "end": 2}]}},
    ]);
    assert_eq!(serde_json::to_value(&all).unwrap(), text);
    let wrong = serde_json::from_value::<Attributes>(json!([{"name": "a", "type": "TEXT", "scalar": {"value": 1}}]));
    assert_eq!(
        wrong.unwrap_err().to_string(),
        "type TEXT needs exactly the value field of that name"
    );
}

#[test]
fn order_and_repetition_do_not_make_another_set() {
    assert!(attributes("a:1;b:x;a:1").is_same_set(&attributes("b:x;a:1")));
    assert!(!attributes("a:1;b:x").is_same_set(&attributes("a:1")));
    let text = Attribute {
        name: "a".into(),
        value: AttributeValue::Text("1".into()),
    };
    assert!(!attributes("a:1").is_same_set(&Attributes::from_iter([text])));
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same(text in "([a-c]{1,2}:([a-z0-9./:-]{1,5}|[0-9.]{1,4}|\\[1-[1-9]\\]|\\{[a-c]\\});){0,4}") {
        let all = attributes(&text);
        prop_assert_eq!(&attributes(&all.to_string()), &all);
        let back: Attributes = serde_json::from_str(&serde_json::to_string(&all).unwrap()).unwrap();
        prop_assert_eq!(&back, &all);
        let bytes = minicbor::to_vec(&all).unwrap();
        prop_assert_eq!(minicbor::decode::<Attributes>(&bytes).unwrap(), all);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "(.|[:;\\[\\]{}, 0-9\n-]){0,40}") {
        let _ = Attributes::parse(&text);
    }
}
