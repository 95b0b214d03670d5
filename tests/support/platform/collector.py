"""A collector that speaks OTLP over HTTP: it keeps what it gets, or refuses it, or never answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Literal

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


Mood = Literal["willing", "refusing", "silent"]


class Received:
    """What came, as bytes and as messages."""

    def __init__(self, mood: Mood) -> None:
        self.mood, self.bodies, self.came, self.ends = mood, [], Event(), Event()

    @property
    def spans(self) -> list[Any]:
        """The spans, in the order in which they came."""
        found = [ExportTraceServiceRequest.FromString(body) for path, body in self.bodies if path == "/v1/traces"]
        return [
            span
            for one in found
            for part in one.resource_spans
            for scope in part.scope_spans
            for span in scope.spans
        ]

    @property
    def sums(self) -> dict[str, dict[frozenset[tuple[str, str]], float]]:
        """The newest value of each figure, by its name and its labels."""
        sums: dict[str, dict[frozenset[tuple[str, str]], float]] = {}
        found = [
            ExportMetricsServiceRequest.FromString(body) for path, body in self.bodies if path == "/v1/metrics"
        ]
        for metric in (
            one
            for each in found
            for part in each.resource_metrics
            for scope in part.scope_metrics
            for one in scope.metrics
        ):
            for point in metric.sum.data_points:
                labels = frozenset(attributes(point).items())
                sums.setdefault(metric.name, {})[labels] = point.as_int or point.as_double
        return sums

    @property
    def services(self) -> set[str]:
        """The names of the services that sent spans."""
        found = [ExportTraceServiceRequest.FromString(body) for path, body in self.bodies if path == "/v1/traces"]
        return {
            one.value.string_value
            for each in found
            for part in each.resource_spans
            for one in part.resource.attributes
            if one.key == "service.name"
        }


def attributes(thing: Any) -> dict[str, str]:
    """Return the attributes of a span or a value, each as text."""
    return {one.key: str(getattr(one.value, one.value.WhichOneof("value"))) for one in thing.attributes}


@contextmanager
def collector(mood: Mood) -> Iterator[tuple[str, Received]]:
    """Yield the address of a running one, and what it has got."""
    received = Received(mood)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.bodies.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            received.came.set()
            if received.mood == "silent":
                received.ends.wait(60)
            self.send_response(500 if received.mood == "refusing" else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        received.ends.set()
        server.shutdown()
        server.server_close()
