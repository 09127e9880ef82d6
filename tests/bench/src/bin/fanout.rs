//! An event to many subscribers: `fanout [SUBSCRIBERS [EVENTS]]`. The event is encoded once; each subscriber gets a pointer.
//! Subscribers that never read are among them in the second row.

use bench::{
    report::{Report, Row},
    runs::{argument, spread, timed},
};
use io_httpd::{
    Bytes,
    fanout::{Fanout, Heard},
};
use wire_mesos::{
    ContentType, encode_record,
    v1::{
        self,
        master::{Event, event},
    },
};

const RUNS: usize = 5;
/// As in the master.
const BACKLOG: usize = 16_384;

fn main() -> anyhow::Result<()> {
    let (subscribers, events) = (argument(1, 1000), argument(2, 10_000));
    let mut report = Report::begin("An event to many subscribers (row 8)")?;
    let event = update();
    for content_type in [ContentType::Json, ContentType::Protobuf] {
        let encode: Vec<f64> = (0..RUNS)
            .map(|_| {
                let encode = || {
                    (0..events)
                        .map(|_| encode_record(content_type, &event).len())
                        .sum::<usize>()
                };
                timed(encode).0 / events as f64 * 1e6
            })
            .collect();
        report.detail(
            format!("to encode an update in {content_type}, once"),
            spread(&encode, "µs"),
        );
    }
    for (who, deaf) in [("that read", false), ("of which half never read", true)] {
        let runs: Vec<f64> = (0..RUNS)
            .map(|_| publish(subscribers, events, deaf) / (events * subscribers) as f64 * 1e9)
            .collect();
        report.row(Row {
            what: format!("to give an event to one of {subscribers} subscribers {who}"),
            figure: spread(&runs, "ns"),
            first: "",
            target: "",
            floor: String::new(),
        });
    }
    report.end();
    Ok(())
}

/// Seconds for all events, taken by all who read.
fn publish(subscribers: usize, events: usize, deaf: bool) -> f64 {
    let fanout: Fanout<Bytes> = Fanout::new(BACKLOG, subscribers);
    let mut listeners: Vec<_> = (0..subscribers).map(|_| fanout.listen()).collect();
    let readers = if deaf { subscribers / 2 } else { subscribers };
    let item = Bytes::from(encode_record(ContentType::Json, &update()));
    let (seconds, ()) = timed(|| {
        for _ in 0..events {
            fanout.publish(&item);
            for listener in &mut listeners[..readers] {
                let heard = futures::executor::block_on(listener.next());
                assert!(matches!(heard, Heard::Item(_)), "whoever reads hears all");
            }
        }
    });
    seconds
}

fn update() -> Event {
    let status = v1::TaskStatus {
        task_id: v1::TaskId {
            value: "web.instance-c640d874-f62e-4ea4-9bf5-a15cf976164a._app.1".into(),
        },
        state: v1::TaskState::TaskRunning as i32,
        source: Some(v1::task_status::Source::Executor as i32),
        agent_id: Some(v1::AgentId {
            value: "a8477472-a038-408d-a019-cefe92443799-S0".into(),
        }),
        timestamp: Some(1_700_000_000.25),
        uuid: Some(vec![7; 16]),
        ..Default::default()
    };
    Event {
        r#type: Some(event::Type::TaskUpdated as i32),
        task_updated: Some(event::TaskUpdated {
            framework_id: v1::FrameworkId {
                value: "marathon".into(),
            },
            state: status.state,
            status,
        }),
        ..Default::default()
    }
}
