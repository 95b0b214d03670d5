"""Sends what requests and rounds cost to an OpenTelemetry collector, where the settings name one.

A span for each, made once it has ended: the names and numbers of its event, and nothing else. A request continues
the trace of its `traceparent`. Figures are those of /metrics. Threads send both, and no request waits for them: at
most 2,048 spans (OTEL_BSP_MAX_QUEUE_SIZE) wait for a collector that is slow or away, and older ones are dropped.
"""

from __future__ import annotations

import atexit
import os
from time import time_ns
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from functions.http.events import FAMILIES


if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from functions.http.events import CostEvent, Family
    from functions.settings.collector import Collector

NAME = "openslot"
AT_THE_END = 2_000  # milliseconds that a process which ends has for what still waits
FAULT = 500  # from this status on, a request counts as failed


class Telemetry:
    """The providers of one process."""

    def __init__(self, collector: Collector) -> None:
        resource = Resource.create({} if os.environ.get("OTEL_SERVICE_NAME") else {SERVICE_NAME: NAME})
        self._tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._tracer = self._tracers.get_tracer(NAME)
        self._meters: MeterProvider | None = None
        self._has_spans = bool(collector.traces)
        if self._has_spans:
            self._tracers.add_span_processor(_Spans(OTLPSpanExporter(collector.traces)))
        if collector.metrics:
            reader = PeriodicExportingMetricReader(OTLPMetricExporter(collector.metrics))
            self._meters = MeterProvider([reader], resource, shutdown_on_exit=False)
            _observe(self._meters)
        atexit.register(self.end)

    def tell(self, told: CostEvent) -> None:
        """Make the span of a request or a round; returns at once, whatever the collector does."""
        if not self._has_spans:
            return
        ends = time_ns()
        span = self._tracer.start_span(
            told.name,
            TraceContextTextMapPropagator().extract({"traceparent": told.parent}) if told.parent else None,
            kind=SpanKind.SERVER if told.said["kind"] == "request" else SpanKind.INTERNAL,
            attributes={_named(name): value for name, value in told.facts().items()},
            start_time=ends - int(told.seconds * 1e9),
        )
        if int(told.said.get("outcome", 0)) >= FAULT:
            span.set_status(Status(StatusCode.ERROR))
        span.end(ends)

    def end(self) -> None:
        """Send what still waits, for at most two seconds each."""
        atexit.unregister(self.end)
        self._tracers.shutdown()
        if self._meters:
            self._meters.shutdown(AT_THE_END)


class _Spans(BatchSpanProcessor):
    def shutdown(self) -> None:
        self._batch_processor.shutdown(AT_THE_END)  # OpenTelemetry's own waits for half a minute


def _named(fact: str) -> str:
    return "http.response.status_code" if fact == "outcome" else f"{NAME}.{fact}"


def _observe(meters: MeterProvider) -> None:
    """Have the reader ask for this process's sums whenever it sends."""
    meter = meters.get_meter(NAME)
    for family in FAMILIES:
        meter.create_observable_counter(f"{NAME}.{family.name}", [_reading(family)], description=family.what)


def _reading(family: Family) -> Callable[[CallbackOptions], Iterator[Observation]]:
    return lambda _: (Observation(value, labels) for labels, value in family.samples())
