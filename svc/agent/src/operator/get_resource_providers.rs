use wire_mesos::v1::agent::response::{GetResourceProviders, Type};

use super::Answer;

/// GET_RESOURCE_PROVIDERS: there are none.
pub(super) fn answer() -> Answer {
    let providers = GetResourceProviders::default();
    Answer::message(Type::GetResourceProviders, |response| {
        response.get_resource_providers = Some(providers);
    })
}
