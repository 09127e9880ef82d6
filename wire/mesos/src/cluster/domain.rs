use model_cluster::Domain;

use crate::{
    json::from_json,
    v1::{
        self,
        domain_info::{
            FaultDomain,
            fault_domain::{RegionInfo, ZoneInfo},
        },
    },
};

/// A domain as Mesos' `--domain` has it: `{"fault_domain": {"region": {"name": ..}, "zone": {"name": ..}}}`.
///
/// # Errors
/// What is wrong, and where.
pub fn parse_domain(text: &str) -> Result<Domain, String> {
    let wire: v1::DomainInfo = from_json(text.as_bytes()).map_err(|error| error.to_string())?;
    let domain = wire.fault_domain.ok_or("it has no fault_domain")?;
    Ok(Domain {
        region: domain.region.name,
        zone: domain.zone.name,
    })
}

/// A domain.
pub fn domain_to_wire(domain: &Domain) -> v1::DomainInfo {
    v1::DomainInfo {
        fault_domain: Some(FaultDomain {
            region: RegionInfo {
                name: domain.region.clone(),
            },
            zone: ZoneInfo {
                name: domain.zone.clone(),
            },
        }),
    }
}
