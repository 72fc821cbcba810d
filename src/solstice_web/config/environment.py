"""The environment variables, parsed once into a frozen value, every fault at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

from cryptography.fernet import Fernet

DEMO_KEY = "c29sc3RpY2UtZGVtby1rZXktbm90LWZvci1wZW9wbGU="
"""Known to everyone who can read this line; accepted only where every person is invented."""

TEST_KEY = "c29sc3RpY2UtdGVzdC1rZXktbm90LWZvci1wZW9wbGU="
DEMO_SECRET = "solstice-demo-secret-known-to-everyone-not-for-people"  # noqa: S105 - public on purpose, refused below
PUBLIC_VALUES = frozenset({DEMO_KEY, TEST_KEY, DEMO_SECRET})
SHORTEST_SECRET = 40


class Mode(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Database:
    """`engine` is sqlite or postgresql; `name` a path or the name of the database."""

    engine: str
    name: str
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail leaves the clinic; `sender` is the address it comes from."""

    host: str
    port: int
    user: str
    password: str
    use_tls: bool
    sender: str


@dataclass(frozen=True, slots=True)
class Environment:
    mode: Mode
    data: Path
    database: Database
    keys: tuple[str, ...]
    secret_key: str
    hosts: tuple[str, ...]
    https: bool
    mail: "MailServer | None"
    proxy_header: bool
    time_zone: str
    crisis_lines: Path | None

    @property
    def is_demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def is_production(self) -> bool:
        return self.mode is Mode.PRODUCTION


class EnvironmentFaultError(ValueError):
    """Settings that would not be safe, or cannot be read; one line a fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Parse `variables`. Raises EnvironmentFaultError with every fault and what would be right."""
    faults: list[str] = []
    mode = _mode(variables, faults)
    data = Path(variables.get("SOLSTICE_DATA") or ("demo-data" if mode is Mode.DEMO else "solstice-data")).absolute()
    environment = Environment(
        mode=mode,
        data=data,
        database=_database(variables.get("DATABASE_URL", ""), data, faults),
        keys=_keys(variables, mode, faults),
        secret_key=_secret(variables, mode, faults),
        hosts=_hosts(variables, mode, faults),
        https=_flag(variables, "SOLSTICE_HTTPS", default=mode is Mode.PRODUCTION, faults=faults),
        mail=_mail(variables.get("SOLSTICE_EMAIL_URL", ""), faults),
        proxy_header=_flag(variables, "SOLSTICE_BEHIND_PROXY", default=False, faults=faults),
        time_zone=_time_zone(variables, faults),
        crisis_lines=_file(variables, "SOLSTICE_CRISIS_LINES", faults),
    )
    if faults:
        raise EnvironmentFaultError(faults)
    return environment


@cache
def environment() -> Environment:
    """The environment of this process."""
    return read_environment(os.environ)


def _mode(variables: Mapping[str, str], faults: list[str]) -> Mode:
    raw = variables.get("SOLSTICE_MODE", Mode.PRODUCTION)
    try:
        return Mode(raw)
    except ValueError:
        faults.append(f"SOLSTICE_MODE is {raw!r}; write demo, production or test")
        return Mode.PRODUCTION


def _flag(variables: Mapping[str, str], name: str, *, default: bool, faults: list[str]) -> bool:
    raw = variables.get(name, "").strip().lower()
    if raw in {"", "yes", "no", "1", "0", "true", "false"}:
        return default if not raw else raw in {"yes", "1", "true"}
    faults.append(f"{name} is {raw!r}; write yes or no")
    return default


def _file(variables: Mapping[str, str], name: str, faults: list[str]) -> Path | None:
    raw = variables.get(name, "").strip()
    if not raw:
        return None
    path = Path(raw).absolute()
    if not path.is_file():
        faults.append(f"{name} names {path}, which is not a file; name a YAML file of the format crisis-lines/1")
    return path


def _database(url: str, data: Path, faults: list[str]) -> Database:
    if not url:
        return Database("sqlite", str(data / "solstice.sqlite3"))
    parts = urlsplit(url)
    match parts.scheme:
        case "sqlite":
            return Database("sqlite", unquote(parts.path.removeprefix("/")) or ":memory:")
        case "postgres" | "postgresql":
            try:
                port = parts.port
            except ValueError:
                faults.append("DATABASE_URL has a port that is not a number; write postgresql://user:pw@host:5432/name")
                port = None
            return Database(
                engine="postgresql",
                name=unquote(parts.path.lstrip("/")),
                host=unquote(parts.hostname or ""),
                port=port,
                user=unquote(parts.username or ""),
                password=unquote(parts.password or ""),
                options=tuple(parse_qsl(parts.query)),
            )
        case _:
            faults.append(
                "DATABASE_URL starts with neither postgresql:// nor sqlite://; write postgresql://user:pw@host/name"
            )
            return Database("sqlite", ":memory:")


def _mail(url: str, faults: list[str]) -> MailServer | None:
    if not url:
        return None
    right = "write smtps://user:password@mail.example.org:465/?from=clinic@example.org"
    parts = urlsplit(url)
    sender = dict(parse_qsl(parts.query)).get("from", "")
    try:
        port = parts.port or {"smtps": 465, "smtp": 587}.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if parts.scheme not in {"smtp", "smtps"} or not port or not parts.hostname or "@" not in sender:
        faults.append(f"SOLSTICE_EMAIL_URL is not the address of a mail server with a sender; {right}")
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port, user, password, use_tls=parts.scheme == "smtps", sender=sender)


def _keys(variables: Mapping[str, str], mode: Mode, faults: list[str]) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in variables.get("SOLSTICE_KEYS", "").split(",") if key.strip())
    if not keys and mode is not Mode.PRODUCTION:
        return (DEMO_KEY if mode is Mode.DEMO else TEST_KEY,)
    if not keys:
        faults.append("SOLSTICE_KEYS is missing; make one with `solstice keys new` and keep it outside the data folder")
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            faults.append(f"SOLSTICE_KEYS: key {number} is not a Fernet key; make one with `solstice keys new`")
        if mode is Mode.PRODUCTION and key in PUBLIC_VALUES:
            faults.append(f"SOLSTICE_KEYS: key {number} is the public demo key; make one with `solstice keys new`")
    return keys


def _time_zone(variables: Mapping[str, str], faults: list[str]) -> str:
    name = variables.get("SOLSTICE_TIME_ZONE") or "Europe/London"
    if name not in available_timezones():
        faults.append(f"SOLSTICE_TIME_ZONE is {name!r}; write the clinic's zone, like Europe/Tallinn")
    return name


def _secret(variables: Mapping[str, str], mode: Mode, faults: list[str]) -> str:
    secret = variables.get("SOLSTICE_SECRET_KEY", "")
    if not secret and mode is not Mode.PRODUCTION:
        return DEMO_SECRET
    if len(secret) < SHORTEST_SECRET or (mode is Mode.PRODUCTION and secret in PUBLIC_VALUES):
        faults.append(
            "SOLSTICE_SECRET_KEY is missing, public or shorter than 40 characters; make one with `solstice keys new`"
        )
    return secret


def _hosts(variables: Mapping[str, str], mode: Mode, faults: list[str]) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in variables.get("SOLSTICE_HOSTS", "").split(",") if host.strip())
    if hosts and "*" not in hosts:
        return hosts
    if mode is Mode.PRODUCTION:
        faults.append("SOLSTICE_HOSTS is missing or '*'; name the hosts this clinic answers to, comma separated")
    return ("localhost", "127.0.0.1", "[::1]", "testserver")
