use io_httpd::{Body, Bytes, IntoResponse, Response, header};
use tokio_stream::{StreamExt, iter};
use wire_mesos::ContentType;

use super::CallError;
use crate::{
    Master,
    access::Caller,
    document::{Form, Section, wrap},
};

/// GET_STATE, GET_TASKS, GET_EXECUTORS, GET_FRAMEWORKS and GET_AGENTS: the whole state or a part of it, in JSON while it is
/// being written. In protobuf its length stands before it.
pub(super) async fn answer(
    master: &Master,
    caller: &Caller,
    section: Section,
    accept: ContentType,
) -> Result<Response, CallError> {
    master.handle.state().await?;
    let body = match accept {
        ContentType::Json => {
            let text = master.press.order_for(caller, master, Form::Json, section);
            let (before, after) = wrap::json(section);
            Body::from_stream(text.stream(before, after))
        }
        ContentType::Protobuf => {
            let text = master.press.order_for(caller, master, Form::Protobuf, section);
            let broken = || {
                CallError::new(
                    io_httpd::StatusCode::SERVICE_UNAVAILABLE,
                    "the state could not be written",
                )
            };
            let (_, parts) = text.whole().await.ok_or_else(broken)?;
            let parts = wrap::protobuf(section, parts);
            Body::from_stream(iter(parts).map(Ok::<Bytes, std::convert::Infallible>))
        }
    };
    Ok(([(header::CONTENT_TYPE, accept.as_str())], body).into_response())
}
