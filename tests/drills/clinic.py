"""A real server as a process of its own, on a database file, that a drill may kill and start again."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SET_UP = """
import sys
from solstice_web.operations.start import migrate_if_needed, start
start()
migrate_if_needed(quietly=True)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from solstice_web.accounts.models import User
from solstice_web.people.models import CareTeamMember, Person
patient = User.objects.create_user("patient@example.org", None, role="patient")
clinician = User.objects.create_user("clinician@example.org", None, role="clinician")
person = Person.objects.create(given_name="Ada", family_name="Invented", user=patient, invented=True)
CareTeamMember.objects.create(person=person, user=clinician)
for user in (patient, clinician):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    print(session.session_key)
print(person.pk)
"""


@dataclass
class Clinic:
    """`patient` and `clinician` are session keys; `person` the id of the patient's record."""

    data: Path
    port: int
    variables: dict[str, str]
    patient: str = ""
    clinician: str = ""
    person: str = ""
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def open(cls, folder: Path) -> "Clinic":
        """Make the database with one patient and one clinician, signed in."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        clinic = cls(folder / "data", port, {"SOLSTICE_MODE": "demo", "SOLSTICE_DATA": str(folder / "data")})
        clinic.patient, clinic.clinician, clinic.person = clinic.run(SET_UP).split()
        return clinic

    def environment(self) -> dict[str, str]:
        passed = {name: os.environ[name] for name in ("DATABASE_URL", "PATH") if name in os.environ}
        return {**passed, **self.variables}

    def run(self, script: str) -> str:
        """What a Python script prints, run with the clinic's settings."""
        command = [sys.executable, "-c", script]
        return subprocess.run(
            command, env=self.environment(), check=True, capture_output=True, text=True, timeout=300
        ).stdout

    def ask(self, question: str) -> Any:
        """The value of a Django expression as JSON."""
        imports = "import json\nfrom solstice_web.operations.start import start\nstart()\n"
        return json.loads(self.run(f"{imports}{question}"))

    def start(self) -> None:
        command = [sys.executable, "-m", "solstice_web", "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            try:
                if self.send("GET", "/health", session="").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the server did not start within a minute")

    def kill(self) -> None:
        """As when the machine's out-of-memory killer comes: no clean-up of any kind."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def send(self, method: str, path: str, *, session: str, body: Any = None) -> "Reply":
        """One request on a connection of its own. Raises OSError when no whole answer came back."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": f"solstice={session}"} if session else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            return Reply(answer.status, answer.read())
        except http.client.HTTPException as fault:
            raise ConnectionError(type(fault).__name__) from None
        finally:
            connection.close()


@dataclass(frozen=True)
class Reply:
    status: int
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)
