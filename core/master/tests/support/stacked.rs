//! Reserved resources and volumes, in words: parts with `+` between them, each plain (`cpus:1;mem:32`), reserved at run
//! time (`x!cpus:1`, refined `x,x/y!cpus:1`), revocable (`^cpus:1`), or a volume (`x@v:64`, shared `x@v*:64`, on a mount `x@v#/mnt:64`).

use model_resources::{
    Disk, Mode, Name, Persistence, Reservation, Resource, Resources, Role, Scalar, Source, SourceKind, Volume,
};

pub fn stacked(text: &str) -> Resources {
    text.split('+').map(part).sum()
}

/// `<role>@<id>[*][#<mount>]:<MiB>`
pub fn volume(text: &str) -> Resource {
    let (roles, rest) = text.split_once('@').unwrap();
    let (id, size) = rest.split_once(':').unwrap();
    let (id, mount) = id.split_once('#').map_or((id, None), |(id, mount)| (id, Some(mount)));
    let shared = id.ends_with('*');
    let disk = Disk {
        persistence: Some(Persistence {
            id: id.trim_end_matches('*').into(),
            principal: None,
        }),
        volume: Some(Volume {
            mode: Mode::ReadWrite,
            container_path: "data".into(),
            host_path: None,
        }),
        source: mount.map(|root| Source::new(SourceKind::Mount, Some(root.into()))),
    };
    let space = Resource::new(Name::Disk, Scalar::from_units(size.parse().unwrap()));
    reserved(space, roles).with_disk(disk).with_shared(shared)
}

fn part(text: &str) -> Resources {
    if let Some(amount) = text.strip_prefix('^') {
        let amount = Resources::parse(amount).unwrap();
        return amount.map(|resource| resource.with_revocable(true));
    }
    if text.contains('@') {
        return volume(text).into();
    }
    let Some((roles, amount)) = text.split_once('!') else {
        return Resources::parse(text).unwrap();
    };
    let amount = Resources::parse(amount).unwrap();
    amount.map(|resource| reserved(resource, roles))
}

fn reserved(resource: Resource, roles: &str) -> Resource {
    roles.split(',').fold(resource, |resource, role| {
        resource.with_reservation(Reservation::dynamic(Role::new(role).unwrap(), None))
    })
}
