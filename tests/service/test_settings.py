"""What a host sets by environment variables; test_docs.py holds the README's table against it."""

import pytest

from sinae.model.experiment import MAX_STEPS
from sinae.service.settings import Settings, programs, variable


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment({"SINAE_MAX_RUNS": "3", "PATH": "x"})
    assert (settings.max_runs, settings.max_waiting) == (3, Settings().max_waiting)
    for text in ("0", "-1", "many", "2.5", ""):
        with pytest.raises(ValueError, match="SINAE_MAX_RUNS must be a whole number"):
            Settings.from_environment({"SINAE_MAX_RUNS": text})
    with pytest.raises(ValueError, match="SINAE_MAX_STEPS must be a whole number from 1 to 1,000,"):
        Settings(max_steps=MAX_STEPS + 1)


def test_texts_are_taken_as_they_are_and_nothing_else_is_looked_at_for_one_of_them() -> None:
    environment = {"SINAE_PROGRAMS": "12", "SINAE_MAX_RUNS": "none"}
    assert variable("programs") == "SINAE_PROGRAMS"
    assert programs(environment) == "12"
    assert Settings.from_environment({"SINAE_PROGRAMS": "12"}).programs == "12"
    assert programs({}) == Settings.from_environment({}).programs == ""


def test_a_scheduler_without_tls_is_refused() -> None:
    with pytest.raises(ValueError, match="must start with tls://"):
        Settings.from_environment({"SINAE_SCHEDULER": "tcp://elsewhere:8786"})
    insecure = {"SINAE_SCHEDULER": "tcp://x:1", "SINAE_ALLOW_INSECURE_SCHEDULER": "yes"}
    assert Settings.from_environment(insecure).scheduler == "tcp://x:1"


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("*", ("*",)),
        ("Example.org", ("example.org",)),
        (
            "a.example, *.example.org  ::1 127.0.0.1",
            ("a.example", "*.example.org", "::1", "127.0.0.1"),
        ),
    ],
)
def test_hosts_are_listed_with_commas_or_spaces(text: str, hosts: tuple[str, ...]) -> None:
    assert Settings(allowed_hosts=text).hosts == hosts


@pytest.mark.parametrize(
    "text", ["", " ", "a.example:80", "https://a.example", "a.*.example", "*example.org", "a;b"]
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="SINAE_ALLOWED_HOSTS must be"):
        Settings.from_environment({"SINAE_ALLOWED_HOSTS": text})


@pytest.mark.parametrize(
    "text",
    ["*", "'none'", "'self'", "'self' https://*.example.org:* http://localhost:8080", "https:"],
)
def test_sites_that_may_frame_the_app(text: str) -> None:
    assert Settings(frame_ancestors=text).frame_ancestors == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "self", "none", "'none' 'self'", "a.example; script-src *", "a.example,b.example"),
        *(
            "a.example\nX: y",
            "a.example\r\n",
            "a.example\tb.example",
            "'unsafe-inline'",
            "bücher.example",
        ),
    ],
)
def test_what_could_say_something_else_in_the_header_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="SINAE_FRAME_ANCESTORS must be"):
        Settings.from_environment({"SINAE_FRAME_ANCESTORS": text})


@pytest.mark.parametrize(
    "address",
    [
        *("tls://", "tls://host", "tls://:8786", "tls://host:", "tls://host:0", "tls://host:99999"),
        *("tls://host:abc", "tls://ho st:8786", "tls://host:8786/x", "tls://[::1:8786"),
    ],
)
def test_a_scheduler_without_host_or_port_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="SINAE_SCHEDULER must have a host and a port"):
        Settings(scheduler=address)


@pytest.mark.parametrize("host", ["host", "a-b.example.org", "10.0.0.1", "[::1]", "dask_scheduler"])
def test_a_scheduler_has_a_host_and_a_port(host: str) -> None:
    assert Settings(scheduler=f"tls://{host}:8786").scheduler == f"tls://{host}:8786"
