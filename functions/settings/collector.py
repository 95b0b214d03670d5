"""The settings of OpenTelemetry, by the names of its specification: where traces and figures are sent, if at all.

OTEL_EXPORTER_OTLP_ENDPOINT   a collector: https://collector.example.org:4318; none, and nothing is sent or loaded
OTEL_EXPORTER_OTLP_HEADERS    what it asks for, such as a key; then its address begins with https
OTEL_EXPORTER_OTLP_TRACES_…, OTEL_EXPORTER_OTLP_METRICS_…   the same for one of the two, with its whole address
OTEL_TRACES_EXPORTER, OTEL_METRICS_EXPORTER   none: the one is not sent
OTEL_SDK_DISABLED             true: nothing is sent

All others (time limits, intervals, sampling, the name of the service) are read by OpenTelemetry's own packages.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import NamedTuple

from functions.settings.rules import is_safe, split_address


PREFIX = "OTEL_EXPORTER_OTLP_"
SIGNALS = ("TRACES", "METRICS")
PROTOCOLS = ("", "http/protobuf")
EXPORTERS = ("", "otlp", "none")
PACKAGE = "opentelemetry.exporter.otlp.proto.http"


class Collector(NamedTuple):
    """The addresses that get each, empty where it is not sent."""

    traces: str = ""
    metrics: str = ""

    @property
    def is_on(self) -> bool:
        """Whether anything is sent."""
        return bool(self.traces or self.metrics)


def read_collector(environ: Mapping[str, str]) -> Collector:
    """Return where traces and figures go. Raises ValueError, also where OpenTelemetry is not installed."""
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return Collector()
    found = Collector(*(_address(environ, signal) for signal in SIGNALS))
    if found.is_on and not _is_installed():
        raise ValueError(f"{PREFIX}ENDPOINT is set, and OpenTelemetry is not installed")
    return found


def _address(environ: Mapping[str, str], signal: str) -> str:
    """Return the whole address for one signal. Raises ValueError."""

    def setting(name: str) -> tuple[str, str]:
        own = f"{PREFIX}{signal}_{name}"
        return (own, environ[own]) if environ.get(own) else (shared := f"{PREFIX}{name}", environ.get(shared, ""))

    (name, address), exporter = setting("ENDPOINT"), environ.get(f"OTEL_{signal}_EXPORTER", "")
    (protocol_name, protocol), (_, headers) = setting("PROTOCOL"), setting("HEADERS")
    if exporter not in EXPORTERS:
        raise ValueError(f"OTEL_{signal}_EXPORTER is neither otlp nor none")
    if not address or exporter == "none":
        return ""
    parts = split_address(address)
    if parts is None or (headers and not is_safe(parts)):
        raise ValueError(f"{name} is not an https address")
    if protocol not in PROTOCOLS:
        raise ValueError(f"{protocol_name} is not http/protobuf")
    return address if signal in name else f"{address.rstrip('/')}/v1/{signal.lower()}"


def _is_installed() -> bool:
    try:
        return find_spec(PACKAGE) is not None
    except ModuleNotFoundError:  # of a package that should hold it
        return False
