"""The bundled assets: the address of each by its plain name, the service worker, and the web app manifest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

DIST = Path(__file__).parent / "dist"

PRECACHED = ("app.css", "app.js", "atkinson-hyperlegible-next-latin.woff2", "favicon.svg", "icon-180.png")
"""What every page needs without network; htmx and the rest come when they are first asked for."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What `npm run build` made: hashed names by plain name, one version over all of them."""

    version: str
    files: Mapping[str, str]


@cache
def bundle() -> Bundle | None:
    """The built bundle, or None where nobody has built one (then pages work, without style)."""
    listing = DIST / "manifest.json"
    if not listing.is_file():
        return None
    found = json.loads(listing.read_text("utf-8"))
    return Bundle(version=found["version"], files=found["files"])


def asset(name: str) -> str:
    """The address of an asset by its plain name. Raises KeyError for a name the bundle does not have."""
    built = bundle()
    return f"{settings.STATIC_URL}{built.files[name] if built else name}"


def worker_source(pages: tuple[str, ...]) -> str:
    """The service worker, told its version, the assets and the public pages it keeps for offline use."""
    built = bundle()
    if built is None:
        return "// the assets are not built: nothing is kept for offline use\n"
    kept = {"version": built.version, "assets": [asset(name) for name in PRECACHED], "pages": list(pages)}
    return f"self.SOLSTICE={json.dumps(kept)};\n{(DIST / 'worker.js').read_text('utf-8')}"


def web_manifest() -> dict[str, Any]:
    """The web app manifest: a neutral name, so that a home screen tells a stranger nothing."""
    icons = [
        ("icon-192.png", "192x192", "any"),
        ("icon-512.png", "512x512", "any"),
        ("icon-maskable-512.png", "512x512", "maskable"),
    ]
    return {
        "id": "/",
        "name": "Solstice",
        "short_name": "Solstice",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": "en",
        "background_color": "#faf5ee",
        "theme_color": "#faf5ee",
        "icons": [
            {"src": asset(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in icons
        ],
    }
