"""Check that the Jinja pages and their Django twins are the same HTML, and time the rendering alone.

Run: python bench/_twins.py FOLDER COOKIE PATH…; prints one JSON object a path: milliseconds of processor time a page.
"""

import html
import json
import re
import sys
import time
from pathlib import Path

from solstice_web.operations.start import start

ROUNDS = 40


def same(text: str) -> str:
    """HTML without the whitespace beside tags, and with one spelling of quotes."""
    return html.unescape(re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", text)))


def milliseconds(render) -> float:
    render()
    begin = time.process_time()
    for _ in range(ROUNDS):
        render()
    return (time.process_time() - begin) / ROUNDS * 1000


def main(folder: str, cookie: str, paths: list[str]) -> None:
    start(demo_data=Path(folder))
    from django.conf import settings
    from django.template.loader import render_to_string
    from django.test import Client

    from _django_pages import ENGINE
    from solstice_web.workspace import frame

    settings.ROOT_URLCONF = "_django_pages"
    client = Client(headers={"host": "localhost"})
    client.cookies.load(cookie)
    seen: list[tuple] = []
    usual = frame.render

    def noted(request, name, context, status=200):
        seen.append((request, name, context))
        return usual(request, name, context, status=status)

    frame.render = noted
    for path in paths:
        ours, theirs = client.get(path), client.get(f"/bench/django{path}")
        if (ours.status_code, theirs.status_code) != (200, 200):
            sys.exit(f"{path}: {ours.status_code} and {theirs.status_code}")
        if same(ours.content.decode()) != same(theirs.content.decode()):
            sys.exit(f"{path}: Jinja and Django do not give the same HTML; bring bench/templates up to the page")
        request, name, context = seen[-1]
        twin = ENGINE.get_template(Path(name).name.replace(".jinja", ".html"))
        jinja = milliseconds(lambda: render_to_string(name, context, request))  # noqa: B023 - called at once
        django = milliseconds(lambda: twin.render(context, request))  # noqa: B023 - called at once
        whole = milliseconds(lambda: client.get(path))  # noqa: B023 - called at once
        print(json.dumps({"path": path, "jinja": jinja, "django": django, "whole": whole, "bytes": len(ours.content)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
