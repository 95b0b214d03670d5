"""Where traces and figures go by OpenTelemetry's own settings, and which of them cannot work."""

import pytest

from functions.settings import collector
from functions.settings.collector import Collector, read_collector


PLACE = "https://collector.example.org:4318"


def read(**given):
    return read_collector({f"OTEL_{name}": value for name, value in given.items()})


@pytest.mark.parametrize(
    ("given", "traces", "metrics"),
    [
        ({}, "", ""),
        ({"EXPORTER_OTLP_ENDPOINT": PLACE}, f"{PLACE}/v1/traces", f"{PLACE}/v1/metrics"),
        ({"EXPORTER_OTLP_ENDPOINT": f"{PLACE}/otlp/"}, f"{PLACE}/otlp/v1/traces", f"{PLACE}/otlp/v1/metrics"),
        ({"EXPORTER_OTLP_TRACES_ENDPOINT": f"{PLACE}/t"}, f"{PLACE}/t", ""),
        ({"EXPORTER_OTLP_METRICS_ENDPOINT": f"{PLACE}/m"}, "", f"{PLACE}/m"),
        ({"EXPORTER_OTLP_ENDPOINT": PLACE, "TRACES_EXPORTER": "none"}, "", f"{PLACE}/v1/metrics"),
        ({"EXPORTER_OTLP_ENDPOINT": PLACE, "METRICS_EXPORTER": "none"}, f"{PLACE}/v1/traces", ""),
        ({"EXPORTER_OTLP_ENDPOINT": PLACE, "SDK_DISABLED": "True"}, "", ""),
        (
            {"EXPORTER_OTLP_ENDPOINT": "http://collector:4318"},
            *(f"http://collector:4318/v1/{one}" for one in ("traces", "metrics")),
        ),
    ],
)
def test_the_specifications_names_say_where_what_goes(given, traces, metrics):
    found = read(**given)
    assert found == Collector(traces, metrics)
    assert found.is_on is bool(traces or metrics)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT is not an https address"),
        (
            {"EXPORTER_OTLP_ENDPOINT": "https://key@collector.example.org"},
            "OTEL_EXPORTER_OTLP_ENDPOINT is not an https address",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "EXPORTER_OTLP_HEADERS": "api-key=1"},
            "OTEL_EXPORTER_OTLP_ENDPOINT is not an https address",
        ),
        (
            {
                "EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/t",
                "EXPORTER_OTLP_TRACES_HEADERS": "api-key=1",
            },
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not an https address",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": PLACE, "EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL is not http/protobuf",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": PLACE, "EXPORTER_OTLP_METRICS_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL is not http/protobuf",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": PLACE, "TRACES_EXPORTER": "zipkin"},
            "OTEL_TRACES_EXPORTER is neither otlp nor none",
        ),
    ],
)
def test_what_cannot_work_is_named_and_shows_no_value(given, told):
    with pytest.raises(ValueError, match=told) as wrong:
        read(**given)
    assert "key" not in str(wrong.value)


def test_where_it_is_not_installed_the_start_says_so(monkeypatch):
    monkeypatch.setattr(collector, "PACKAGE", "opentelemetry.nowhere.at_all")
    with pytest.raises(ValueError, match="OpenTelemetry is not installed"):
        read(EXPORTER_OTLP_ENDPOINT=PLACE)
    assert not read().is_on
