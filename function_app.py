"""Table of contents: the app and its blueprints."""

import azure.functions as func

from functions import (
    booking_api,
    booking_pages,
    codes_api,
    health,
    logo,
    openapi,
    self_service_pages,
    static_files,
    timers,
)


app = func.FunctionApp()
for blueprint in (
    booking_pages.bp,
    self_service_pages.bp,
    booking_api.bp,
    codes_api.bp,
    openapi.bp,
    logo.bp,
    static_files.bp,
    health.bp,
    timers.bp,
):
    app.register_functions(blueprint)
