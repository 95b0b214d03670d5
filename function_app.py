"""Table of contents: the app and its blueprints."""

import azure.functions as func

from functions import routes


app = func.FunctionApp()
app.register_functions(routes.bp)
