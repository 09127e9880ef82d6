//! From the body of a request to an app that can be run.

use base_clock::Timestamp;
use model_app::{AppSpec, Violation, resolve};
use serde_json::Value;

use crate::{
    app::{App, check_volume},
    context::Context,
    convert::{canonical, legacy_violations, normalise, spec},
    problem::Problem,
    read::{Errors, Fields, Read},
    time::parse_time,
};

/// What an update asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The whole app as it shall be; its versions are the caller's to set.
    To(Box<AppSpec>),
    /// The app as it was in this version.
    Back(Timestamp),
}

impl App {
    /// Reads one app or update; unknown fields are ignored, as Marathon does.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        Self::from_value(&parse(body)?)
    }

    /// Reads the body of `PUT` and `PATCH /v2/apps`: a list of apps or updates.
    pub fn read_list(body: &[u8]) -> Result<Vec<Self>, Problem> {
        let mut errors = Errors::default();
        let apps = Vec::<Self>::read(&parse(body)?, "", &mut errors);
        let apps = finish(apps, errors)?;
        for app in &apps {
            missing_parts(app)?;
        }
        Ok(apps)
    }

    /// Reads an app out of a larger value, such as a group.
    pub fn from_value(value: &Value) -> Result<Self, Problem> {
        let mut errors = Errors::default();
        let app = <Self as Read>::read(value, "", &mut errors);
        let app = finish(app, errors)?;
        missing_parts(&app)?;
        Ok(app)
    }

    /// The app that this describes from scratch, by all of Marathon's rules.
    pub fn into_spec(mut self, context: &Context) -> Result<AppSpec, Problem> {
        let wrong = legacy_violations(&self);
        if !wrong.is_empty() {
            return Err(Problem::invalid(wrong));
        }
        normalise(&mut self, context).map_err(|v| Problem::invalid(vec![v]))?;
        spec(self, context).map_err(Problem::invalid)
    }

    /// What this says about `current`, field by field (`PATCH`, and `PUT` unless `partialUpdate=false`).
    pub fn apply(mut self, current: &AppSpec, context: &Context) -> Result<Change, Problem> {
        if let Some(version) = self.version.take() {
            return self.roll_back(&version);
        }
        canonical(&mut self).map_err(|v| Problem::invalid(vec![v]))?;
        let mut app = Self::from(current);
        app.overlay(self);
        let changed = app.into_spec(context)?;
        Ok(Change::To(Box::new(AppSpec {
            id: current.id.clone(),
            changes: current.changes,
            ..changed
        })))
    }

    fn roll_back(self, version: &str) -> Result<Change, Problem> {
        let only_id = Self {
            id: self.id.clone(),
            ..Self::default()
        };
        if self != only_id {
            let error = "The 'version' field may only be combined with the 'id' field.";
            return Err(Problem::invalid(vec![Violation::new("/", error)]));
        }
        let wrong = || Problem::misshapen(vec![Violation::new("/version", "error.expected.date.isoformat")]);
        parse_time(version).map(Change::Back).ok_or_else(wrong)
    }
}

/// The app of a `POST /v2/apps`.
pub fn create(body: &[u8], context: &Context) -> Result<AppSpec, Problem> {
    let value = parse(body)?;
    if value.is_object() && value.get("id").is_none() {
        let error = format!("'id' is undefined on object: {value}");
        return Err(Problem::misshapen(vec![Violation::new("/id", error)]));
    }
    App::from_value(&value)?.into_spec(context)
}

/// The app of a `PUT /v2/apps/{id}` for an app that does not exist, or with `partialUpdate=false`: the id of the path
/// counts, and a version in the body is ignored.
pub fn replace(id: &str, body: &[u8], context: &Context) -> Result<AppSpec, Problem> {
    let mut value = parse(body)?;
    if let Some(fields) = value.as_object_mut() {
        fields.insert("id".to_owned(), Value::from(resolve(id, &context.base).as_str()));
    }
    App::from_value(&value)?.into_spec(context)
}

/// What a `PATCH`, or a `PUT` of an app that exists, asks for. An id in the body is ignored.
pub fn update(current: &AppSpec, body: &[u8], context: &Context) -> Result<Change, Problem> {
    App::read(body)?.apply(current, context)
}

/// The ids of a `POST /v2/tasks/delete`.
pub fn task_ids(body: &[u8]) -> Result<Vec<String>, Problem> {
    let value = parse(body)?;
    let mut errors = Errors::default();
    let ids = Fields::of(&value, "", &mut errors).and_then(|fields| fields.need("ids", &mut errors, &[]));
    finish(ids, errors)
}

fn parse(body: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::no_json(&error))
}

fn finish<T>(read: Option<T>, errors: Errors) -> Result<T, Problem> {
    match read {
        Some(read) if errors.0.is_empty() => Ok(read),
        _ => Err(Problem::misshapen(errors.0)),
    }
}

fn missing_parts(app: &App) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let volumes = app.container.iter().flat_map(|c| c.volumes.iter().flatten());
    for (i, volume) in volumes.enumerate() {
        check_volume(volume, &format!("/container/volumes({i})"), &mut errors);
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Problem::misshapen(errors))
    }
}
