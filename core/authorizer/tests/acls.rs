//! The rules of Mesos' access control lists, as `docs/authorization.md` and `src/tests/authorization_tests.cpp` of Mesos 1.11
//! show them.

use core_authorizer::{Acls, Action, Authorizer, Object, Subject};
use model_cluster::{Command, FrameworkSpec, Program, TaskSpec};
use model_resources::{Resources, Role};
use proptest::prelude::*;

fn acls(text: &str) -> Acls {
    Acls::parse(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

fn may(acls: &Acls, who: &str, action: Action, object: Object<'_>) -> bool {
    let subject = (!who.is_empty()).then(|| Subject::named(who));
    acls.allows(subject.as_ref(), action, &object)
}

fn framework(user: &str, principal: Option<&str>, roles: &[&str]) -> FrameworkSpec {
    FrameworkSpec {
        name: "f".into(),
        user: user.into(),
        roles: roles.iter().copied().map(|role| Role::new(role).unwrap()).collect(),
        suppressed: Vec::new(),
        capabilities: Vec::new(),
        failover_timeout_ms: 0,
        checkpoint: false,
        hostname: None,
        principal: principal.map(Into::into),
        webui_url: None,
        labels: Vec::new(),
        multi_role: true,
        minimums: Default::default(),
        constraints: Default::default(),
    }
}

fn task(user: Option<&str>) -> TaskSpec {
    TaskSpec {
        task_id: "t".into(),
        name: "t".into(),
        resources: Resources::new(),
        command: Command {
            program: Program::Absent,
            env: Vec::new().into(),
            user: user.map(Into::into),
            uris: Vec::new(),
        },
        health_check: None,
        kill_grace_ms: None,
        labels: Vec::new().into(),
        discovery: None,
        data: None,
        executor: None,
        group: Vec::new(),
        max_run_ms: None,
    }
}

#[test]
fn the_first_rule_that_matches_decides() {
    let acls = acls(
        r#"{"run_tasks": [
            {"principals": {"values": ["foo", "bar"]}, "users": {"values": ["alice"]}},
            {"principals": {"values": ["foo"]}, "users": {"type": "NONE"}},
            {"principals": {"type": "ANY"}, "users": {"values": ["guest"]}},
            {"principals": {"type": "NONE"}, "users": {"values": ["root"]}}
        ]}"#,
    );
    for (who, user, allowed) in [
        ("foo", "alice", true),
        ("foo", "guest", false),
        ("foo", "bob", false),
        ("bar", "alice", true),
        ("bar", "guest", true),
        ("bar", "root", false),
        ("bar", "bob", true),
        ("", "guest", true),
        ("", "root", false),
        ("", "alice", true),
    ] {
        let seen = may(&acls, who, Action::RunTask, Object::Task(&task(Some(user)), "nobody"));
        assert_eq!(seen, allowed, "{who} as {user}");
    }
}

#[test]
fn what_no_rule_speaks_of_is_as_permissive_says() {
    let rules = r#""view_frameworks": [{"principals": {"values": ["ops"]}, "users": {"type": "ANY"}}]"#;
    let (open, closed) = (
        acls(&format!("{{{rules}}}")),
        acls(&format!(r#"{{"permissive": false, {rules}}}"#)),
    );
    let alice = framework("alice", None, &["*"]);
    for (who, action, closed_allows) in [
        ("ops", Action::ViewFramework, true),
        ("other", Action::ViewFramework, false),
        ("ops", Action::RunTask, false),
        ("", Action::ViewFramework, false),
    ] {
        assert!(may(&open, who, action, Object::Framework(&alice)), "{who} {action}");
        assert_eq!(
            may(&closed, who, action, Object::Framework(&alice)),
            closed_allows,
            "{who} {action}"
        );
    }
}

#[test]
fn a_task_runs_as_its_own_user_or_its_frameworks() {
    let acls = acls(
        r#"{"run_tasks": [{"principals": {"type": "ANY"}, "users": {"values": ["root"]}},
                                      {"principals": {"type": "ANY"}, "users": {"type": "NONE"}}]}"#,
    );
    assert!(may(&acls, "p", Action::RunTask, Object::Task(&task(None), "root")));
    assert!(!may(&acls, "p", Action::RunTask, Object::Task(&task(None), "bob")));
    assert!(!may(
        &acls,
        "p",
        Action::RunTask,
        Object::Task(&task(Some("bob")), "root")
    ));
}

#[test]
fn a_framework_needs_all_of_its_roles() {
    let acls = acls(
        r#"{"permissive": false, "register_frameworks": [
            {"principals": {"values": ["foo"]}, "roles": {"values": ["analytics", "ads"]}},
            {"principals": {"values": ["bar"]}, "roles": {"values": ["ads/%", "web"]}}
        ]}"#,
    );
    for (who, roles, allowed) in [
        ("foo", &["analytics"][..], true),
        ("foo", &["analytics", "ads"], true),
        ("foo", &["analytics", "web"], false),
        ("bar", &["ads/a", "ads/a/b", "web"], true),
        ("bar", &["ads"], false),
        ("bar", &["ads2"], false),
        ("", &["ads"], false),
    ] {
        let framework = framework("u", None, roles);
        let seen = may(&acls, who, Action::RegisterFramework, Object::Framework(&framework));
        assert_eq!(seen, allowed, "{who} {roles:?}");
    }
}

#[test]
fn volumes_and_reservations_belong_to_whom_made_them() {
    let acls = acls(
        r#"{"permissive": false,
            "unreserve_resources": [{"principals": {"values": ["foo"]}, "reserver_principals": {"values": ["foo"]}}],
            "reserve_resources": [{"principals": {"values": ["foo"]}, "roles": {"values": ["ads"]}}],
            "teardown_frameworks": [{"principals": {"values": ["foo"]}, "framework_principals": {"values": ["foo"]}}]}"#,
    );
    let reserved = |role: &str, by: &str| {
        let text = format!(
            r#"[{{"name": "cpus", "type": "SCALAR", "scalar": {{"value": 1}},
                "reservations": [{{"type": "DYNAMIC", "role": "{role}", "principal": "{by}"}}]}}]"#
        );
        Resources::parse(&text).unwrap()
    };
    for (role, by, reserve, unreserve) in [
        ("ads", "foo", true, true),
        ("ads", "bar", true, false),
        ("web", "foo", false, true),
    ] {
        let resources = reserved(role, by);
        let object = Object::Resource(resources.iter().next().unwrap());
        assert_eq!(
            may(&acls, "foo", Action::ReserveResources, object),
            reserve,
            "{role} {by}"
        );
        assert_eq!(
            may(&acls, "foo", Action::UnreserveResources, object),
            unreserve,
            "{role} {by}"
        );
        assert!(!may(&acls, "bar", Action::UnreserveResources, object));
    }
    let (own, other, nameless) = (
        framework("u", Some("foo"), &["*"]),
        framework("u", Some("bar"), &["*"]),
        framework("u", None, &["*"]),
    );
    for (framework, allowed) in [(&own, true), (&other, false), (&nameless, false)] {
        let seen = may(&acls, "foo", Action::TeardownFramework, Object::Framework(framework));
        assert_eq!(seen, allowed, "{:?}", framework.principal);
    }
}

#[test]
fn a_container_within_another_needs_both_lists() {
    let acls = acls(
        r#"{"permissive": false,
            "launch_nested_containers_as_user": [{"principals": {"values": ["foo"]}, "users": {"values": ["bob"]}}],
            "launch_nested_containers_under_parent_with_user":
                [{"principals": {"values": ["foo"]}, "users": {"values": ["alice"]}}]}"#,
    );
    for (user, parent, allowed) in [
        (Some("bob"), "alice", true),
        (Some("eve"), "alice", false),
        (Some("bob"), "eve", false),
    ] {
        let object = Object::Nested { user, parent };
        assert_eq!(
            may(&acls, "foo", Action::LaunchNestedContainer, object),
            allowed,
            "{object:?}"
        );
    }
    assert!(may(&acls, "foo", Action::LaunchNestedContainer, Object::User("alice")));
}

#[test]
fn claims_without_a_name_are_nobody_rules_know() {
    let acls = acls("{}");
    let nameless = Subject::default();
    assert!(!acls.allows(Some(&nameless), Action::ViewFlags, &Object::Any));
    assert!(acls.allows(None, Action::ViewFlags, &Object::Any));
}

#[test]
fn what_is_wrong_is_named() {
    for (bad, why) in [
        ("[]", "the lists: expected an object"),
        (r#"{"permissive": 1}"#, "permissive: expected true or false"),
        (r#"{"register_framework": []}"#, "no list 'register_framework'"),
        (r#"{"run_tasks": {}}"#, "run_tasks: expected an array"),
        (
            r#"{"run_tasks": [{"principals": {"type": "ANY"}}]}"#,
            "run_tasks[0]: 'users' is missing",
        ),
        (
            r#"{"run_tasks": [{"principals": {"type": "ANY"}, "users": {"type": "ALL"}}]}"#,
            "run_tasks[0].users.type: expected ANY, NONE or SOME",
        ),
        (
            r#"{"run_tasks": [{"principals": {"values": [1]}, "users": {"type": "ANY"}}]}"#,
            "run_tasks[0].principals.values: expected an array of texts",
        ),
        (
            r#"{"run_tasks": [{"principals": {"type": "ANY"}, "roles": {"type": "ANY"}}]}"#,
            "expected 'principals' and 'users', not 'roles'",
        ),
        (
            r#"{"view_flags": [{"principals": {"type": "ANY"}, "flags": {"values": ["a"]}}]}"#,
            "must be either NONE or ANY",
        ),
        (
            r#"{"get_endpoints": [{"principals": {"type": "ANY"}, "paths": {"values": ["/state"]}}]}"#,
            "'/state' is not an authorizable path",
        ),
    ] {
        let said = Acls::parse(bad).expect_err(bad).to_string();
        assert!(said.contains(why), "{said}");
    }
}

fn entity(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    let some = proptest::sample::subsequence(values.to_vec(), 0..=values.len());
    prop_oneof![
        Just(r#"{"type": "ANY"}"#.to_owned()),
        Just(r#"{"type": "NONE"}"#.to_owned()),
        some.prop_map(|values| format!(r#"{{"values": {values:?}}}"#)),
    ]
}

fn rules() -> impl Strategy<Value = (bool, Vec<(String, String)>)> {
    let rule = (entity(&["a", "b"]), entity(&["u", "v", "w"]));
    (any::<bool>(), proptest::collection::vec(rule, 0..5))
}

fn view_tasks(permissive: bool, rules: &[(String, String)]) -> Acls {
    let rules = rules.iter();
    let rules: Vec<String> = rules
        .map(|(who, whom)| format!(r#"{{"principals": {who}, "users": {whom}}}"#))
        .collect();
    acls(&format!(
        r#"{{"permissive": {permissive}, "view_tasks": [{}]}}"#,
        rules.join(",")
    ))
}

proptest! {
    /// Who is said to see everything does; rules behind one that speaks of everybody and everything change nothing.
    #[test]
    fn laws((permissive, list) in rules(), who in prop_oneof![Just(""), Just("a"), Just("c")]) {
        let acls = view_tasks(permissive, &list);
        let subject = (!who.is_empty()).then(|| Subject::named(who));
        let approver = acls.approver(subject.as_ref(), Action::ViewTask);
        let seen: Vec<bool> = ["u", "v", "w", "x"].iter().map(|user| approver.approves(&Object::User(user))).collect();
        if approver.approves_all() {
            prop_assert!(seen.iter().all(|seen| *seen));
        }
        let everything = r#"{"type": "ANY"}"#.to_owned();
        let front = std::iter::once((everything.clone(), everything)).chain(list).collect::<Vec<_>>();
        let open = view_tasks(permissive, &front).approver(subject.as_ref(), Action::ViewTask);
        prop_assert!(open.approves_all() && open.approves(&Object::User("x")));
    }
}
