use io_httpd::{
    Request, Router,
    middleware::{Next, from_fn},
};

use crate::Realm;

/// Closes a whole router to those whom a realm does not know, but for some paths.
pub fn close(router: Router, realm: Realm, open: &'static [&'static str]) -> Router {
    if !realm.is_closed() {
        return router;
    }
    router.layer(from_fn(move |request: Request, next: Next| {
        let realm = realm.clone();
        async move {
            if open.contains(&request.uri().path()) {
                return next.run(request).await;
            }
            match realm.identify(request.headers()) {
                Ok(_) => next.run(request).await,
                Err(challenge) => *challenge,
            }
        }
    }))
}
