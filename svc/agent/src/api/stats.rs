use io_httpd::{Jsonp, Query, Response};
use serde_json::json;

use io_machine::Machine;

/// `/system/stats.json`: the machine's load and memory.
pub(super) async fn show(Query(jsonp): Query<Jsonp>) -> Response {
    let machine = Machine::now();
    jsonp.answer(&json!({
        "avg_load_1min": machine.load[0],
        "avg_load_5min": machine.load[1],
        "avg_load_15min": machine.load[2],
        "cpus_total": machine.cpus,
        "mem_total_bytes": machine.memory_total_bytes,
        "mem_free_bytes": machine.memory_free_bytes,
    }))
}
