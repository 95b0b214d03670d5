"""Table of contents: the app and its blueprints."""

import azure.functions as func

from functions import booking_api, health, timers


app = func.FunctionApp()
for blueprint in (booking_api.bp, health.bp, timers.bp):
    app.register_functions(blueprint)
