"""The console: pages for the people who run the hotline. `register(app, site)` mounts it all."""

from flask import Flask

from ivr.web import health, metrics
from ivr.web.api import mount
from ivr.web.auth import close, protect
from ivr.web.console import errors, flows, pages, signing
from ivr.web.policy import declare
from ivr.web.site import Site


def register(app: Flask, site: Site) -> None:
    """Mount sign-in, pages, health and metrics on an app that has all its other routes, and close every route without a
    policy: call it last. Raises PolicyMissing.
    """
    protect(app, site)
    blueprint = pages.blueprint(site)
    signing.add(blueprint)
    flows.add(blueprint, site)
    app.register_blueprint(blueprint)
    mount.add(app, site)
    errors.add(app)
    for endpoint in {"static", "console.static"} & app.view_functions.keys():
        declare(app, endpoint, "public")
    health.register(app, site.checks)
    metrics.register(app, site)
    close(app)
