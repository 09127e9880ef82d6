//! Frameworks of ten kinds on one pool: whoever wants gets its fair share, and those who want nothing starve nobody.

use std::{
    collections::BTreeMap,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use cluster::{Pool, Scheduler, Session, eventually, left_out, program, until};
use serde_json::{Value, json};

/// So much is a task; the pool is forty of them.
const PIECE: f64 = 0.5;
const AGENTS: usize = 10;

fn info(name: &str, roles: &[&str]) -> Value {
    json!({ "user": "root", "name": name, "roles": roles, "capabilities": [{ "type": "MULTI_ROLE" }] })
}

fn subscribe(name: &str, roles: &[&str]) -> Value {
    json!({ "framework_info": info(name, roles) })
}

fn scalar(name: &str, value: f64) -> Value {
    json!({ "name": name, "type": "SCALAR", "scalar": { "value": value } })
}

fn launch(offer: &Value, id: &str, shell: &str) -> Value {
    let task = json!({
        "name": id,
        "task_id": { "value": id },
        "agent_id": offer["agent_id"],
        "command": { "value": shell },
        "resources": [scalar("cpus", PIECE), scalar("mem", 16.0)],
    });
    json!({ "type": "LAUNCH", "launch": { "task_infos": [task] } })
}

fn fits(offer: &Value) -> bool {
    let amount = |name: &str, least: f64| {
        let resources = offer["resources"].as_array().into_iter().flatten();
        let sum: f64 = resources
            .filter(|resource| resource["name"] == name)
            .filter_map(|resource| resource["scalar"]["value"].as_f64())
            .sum();
        sum >= least
    };
    amount("cpus", PIECE) && amount("mem", 16.0)
}

fn offers(event: &Value) -> Vec<Value> {
    event["offers"]["offers"].as_array().cloned().unwrap_or_default()
}

/// Takes a piece of each offer and holds it: a service that could always use more.
fn service(pool: &Pool, name: &str, roles: &[&str]) -> Scheduler {
    let mut count = 0;
    Scheduler::start(pool.address(), &subscribe(name, roles), move |session, event| {
        session.acknowledge(event);
        for offer in offers(event) {
            if fits(&offer) {
                count += 1;
                let task = launch(&offer, &format!("t{count}"), "exec sleep 1000");
                session.accept(&offer, &[task], 0.0);
            } else {
                session.decline(&offer, 1.0);
            }
        }
    })
}

/// Has no end of short tasks until it is told to stop. It declines nothing: what it has no room for at the moment would be
/// a service's for ever.
fn batch(pool: &Pool, stop: &Arc<AtomicBool>, finished: &Arc<AtomicU64>) -> Scheduler {
    let (stop, finished) = (stop.clone(), finished.clone());
    let mut count = 0;
    Scheduler::start(
        pool.address(),
        &subscribe("batch", &["batch"]),
        move |session, event| {
            session.acknowledge(event);
            let over = event["update"]["status"]["state"] == "TASK_FINISHED";
            finished.fetch_add(u64::from(over), Ordering::Relaxed);
            if over && stop.load(Ordering::Relaxed) {
                session.call(json!({ "type": "SUPPRESS" }));
            }
            for offer in offers(event) {
                if fits(&offer) && !stop.load(Ordering::Relaxed) {
                    count += 1;
                    session.accept(&offer, &[launch(&offer, &format!("b{count}"), "sleep 0.2")], 0.0);
                } else {
                    session.decline(&offer, 1.0);
                }
            }
        },
    )
}

fn answering(pool: &Pool, name: &str, mut answer: impl FnMut(&Session, &Value) + Send + 'static) -> Scheduler {
    Scheduler::start(pool.address(), &subscribe(name, &[name]), move |session, event| {
        offers(event).iter().for_each(|offer| answer(session, offer));
    })
}

/// The scheduler on mesos-go's native driver, if there is one.
fn native(pool: &Pool) -> Option<Child> {
    if left_out("mesos_go") {
        return None;
    }
    let mut command = Command::new(program("HARMONY_GO_MESOS"));
    command.args([&pool.address().to_string(), "3"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    Some(command.spawn().expect("the program runs"))
}

/// How many pieces each role's running tasks have.
fn pieces(pool: &Pool) -> BTreeMap<String, f64> {
    let state = pool.mesos("GET", "/state", None).json();
    let mut pieces = BTreeMap::new();
    let frameworks = state["frameworks"].as_array().into_iter().flatten();
    for task in frameworks.flat_map(|framework| framework["tasks"].as_array().into_iter().flatten()) {
        if task["state"] == "TASK_RUNNING" {
            let role = task["role"].as_str().unwrap_or("none").to_owned();
            *pieces.entry(role).or_default() += task["resources"]["cpus"].as_f64().unwrap_or(0.0) / PIECE;
        }
    }
    pieces
}

fn has(pieces: &BTreeMap<String, f64>, role: &str) -> f64 {
    pieces.get(role).copied().unwrap_or(0.0)
}

#[test]
fn ten_frameworks_of_ten_kinds_share_one_pool() {
    // Without the minimum there are offers on which the native one would launch in vain.
    let mut pool = Pool::start(&[
        "--offer-timeout",
        "2secs",
        "--min-allocatable-resources",
        "cpus:0.1;mem:32",
    ]);
    let weights = json!([{ "role": "b", "weight": 2.0 }]);
    assert_eq!(pool.mesos("PUT", "/weights", Some(&weights.to_string())).status, 200);
    let app = json!({
        "id": "/app", "cmd": "exec sleep 1000", "cpus": PIECE, "mem": 16, "instances": 4, "portDefinitions": [],
    });
    assert_eq!(pool.marathon("POST", "/v2/apps", Some(&app.to_string())).status, 201);

    let (stop, finished) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let plain = service(&pool, "service", &["a"]);
    let weighted = service(&pool, "weighted service", &["b"]);
    let several = service(&pool, "service in two roles", &["c", "d"]);
    let batch = batch(&pool, &stop, &finished);
    let hoarder = answering(&pool, "hoarder", |_, _| ());
    let idle = answering(&pool, "idle", |session, offer| drop(session.decline(offer, 5.0)));
    let decliner = answering(&pool, "decliner", |session, offer| drop(session.decline(offer, 3600.0)));
    let quiet = json!({ "framework_info": info("suppressed", &["quiet"]), "suppressed_roles": ["quiet"] });
    let suppressed = Scheduler::start(pool.address(), &quiet, |_, _| ());
    let native = native(&pool);
    let expected = 9 + usize::from(native.is_some());
    eventually("all are subscribed", expected, || {
        let state = pool.mesos("GET", "/state", None).json();
        state["frameworks"].as_array().map_or(0, Vec::len)
    });
    // The agents come last, for what nobody else wants is rightly the first one's.
    for _ in 0..AGENTS {
        pool.agent("cpus:2;mem:512", &[]);
    }
    pool.ready(AGENTS);

    // All roles that want or hold something have the weight 8 together, so that one's fair share is five pieces.
    eventually("each has its fair share at least", [true; 5], || {
        let pieces = pieces(&pool);
        [("a", 5.0), ("b", 10.0), ("c", 5.0), ("d", 5.0), ("*", 4.0)].map(|(role, least)| has(&pieces, role) >= least)
    });
    if let Some(native) = native {
        let ended = native.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stdout);
        assert!(ended.status.success(), "the native one has not done its work: {said}");
    }
    let before = finished.load(Ordering::Relaxed);
    until("the batch goes on while the pool is full", || {
        (finished.load(Ordering::Relaxed) >= before + 10).then_some(())
    });
    hoarder.hears("what is held is taken back", |event| event["type"] == "RESCIND");
    for asked in [&idle, &decliner] {
        assert!(!asked.events("OFFERS").is_empty(), "it was asked");
    }
    assert_eq!(suppressed.events("OFFERS"), [] as [Value; 0]);

    // Nobody but the services wants anything now: they have all but the app's, by their weights.
    stop.store(true, Ordering::Relaxed);
    drop(hoarder);
    eventually("the pool is used up", (36.0, 4.0), || {
        let pieces = pieces(&pool);
        let services: f64 = ["a", "b", "c", "d"].iter().map(|role| has(&pieces, role)).sum();
        (services, has(&pieces, "*"))
    });
    let pieces = pieces(&pool);
    for (role, weight) in [("a", 1.0), ("b", 2.0), ("c", 1.0), ("d", 1.0)] {
        let share = has(&pieces, role) / weight;
        assert!((share - 7.2_f64).abs() <= 1.0, "{role} of weight {weight}: {pieces:?}");
    }
    drop((plain, weighted, several, batch, idle, decliner, suppressed));
}
