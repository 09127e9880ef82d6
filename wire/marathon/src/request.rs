//! From the body of a request to an app that can be run.

use base_clock::Timestamp;
use model_app::{AppSpec, Violation, resolve};
use serde_json::Value;

use crate::{
    app::App,
    body::{json, shaped},
    context::Context,
    convert::{canonical, legacy_violations, normalise, spec},
    problem::Problem,
    read::dto,
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
        Self::from_value(&json(body)?)
    }

    /// Reads the body of `PUT` and `PATCH /v2/apps`: a list of apps or updates.
    pub fn read_list(body: &[u8]) -> Result<Vec<Self>, Problem> {
        shaped(&json(body)?)
    }

    /// Reads an app out of a larger value.
    pub fn from_value(value: &Value) -> Result<Self, Problem> {
        shaped(value)
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
    let value = json(body)?;
    if value.is_object() && value.get("id").is_none() {
        let error = format!("'id' is undefined on object: {value}");
        return Err(Problem::misshapen(vec![Violation::new("/id", error)]));
    }
    App::from_value(&value)?.into_spec(context)
}

/// The app of a `PUT /v2/apps/{id}` for an app that does not exist, or with `partialUpdate=false`: the id of the path
/// counts, and a version in the body is ignored.
pub fn replace(id: &str, body: &[u8], context: &Context) -> Result<AppSpec, Problem> {
    let mut value = json(body)?;
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
    shaped(&json(body)?).map(|tasks: TaskIds| tasks.ids)
}

dto! {
    TaskIds {
        need "ids" ids: Vec<String>;
    }
}
