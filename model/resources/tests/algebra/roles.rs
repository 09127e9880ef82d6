use model_resources::{Role, RoleError};
use proptest::prelude::*;

use crate::role;

#[test]
fn good_roles() {
    for text in ["*", "eng", "eng/backend", "a-b", "a.b", "a/b/c", "...", "a*", "@x"] {
        assert_eq!(Role::new(text).map(|r| r.to_string()), Ok(text.to_owned()));
    }
    assert!(Role::default().is_any() && Role::any() == role("*"));
}

#[test]
fn bad_roles() {
    let error = |text: &str| Role::new(text).expect_err(text);
    assert_eq!(error(""), RoleError::Empty);
    for text in ["/", "/a", "a/", "a//b"] {
        assert_eq!(error(text), RoleError::Slash(text.into()));
    }
    for (text, component) in [(".", "."), ("a/..", ".."), ("*/a", "*"), ("a/*", "*")] {
        assert_eq!(
            error(text),
            RoleError::Component {
                role: text.into(),
                component: component.into()
            }
        );
    }
    for text in ["-a", "a/-b"] {
        assert_eq!(error(text), RoleError::Dash(text.into()));
    }
    for text in ["a b", "a\tb", "a\\b", "a\x7f", "a\x0bb", "a\n"] {
        assert_eq!(error(text), RoleError::Character(text.into()));
    }
}

#[test]
fn the_tree() {
    let (eng, web, ads) = (role("eng"), role("eng/web/front"), role("eng2"));
    assert!(eng.is_ancestor_of(&web) && eng.covers(&web) && eng.covers(&eng));
    assert!(!eng.is_ancestor_of(&eng) && !eng.is_ancestor_of(&ads) && !web.is_ancestor_of(&eng));
    assert!(!Role::any().is_ancestor_of(&eng));
    assert_eq!(web.parent(), Some(role("eng/web")));
    assert_eq!(eng.parent(), None);
    assert_eq!(web.ancestors().collect::<Vec<_>>(), [role("eng/web"), eng]);
    assert_eq!((web.top(), web.leaf()), ("eng", "front"));
}

proptest! {
    #[test]
    fn a_role_is_below_each_of_its_ancestors(text in "[a-c]{1,2}(/[a-c]{1,2}){0,4}") {
        let role = role(&text);
        prop_assert_eq!(role.ancestors().count(), text.matches('/').count());
        prop_assert!(role.ancestors().all(|a| a.is_ancestor_of(&role)));
    }

    #[test]
    fn any_text_is_taken_or_refused(text in ".*") {
        if let Ok(role) = Role::new(&text) {
            prop_assert_eq!(role.as_str(), text);
        }
    }
}
