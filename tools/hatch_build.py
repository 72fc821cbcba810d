"""Build the assets into a wheel where they are not built yet, so that `uv build` on a fresh clone is whole."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DIST = Path("src/solstice_web/assets/dist")


class BuildAssets(BuildHookInterface):  # type: ignore[type-arg] # hatchling passes its own configuration
    def initialize(self, version: str, _build_data: dict[str, Any]) -> None:
        """Do nothing for an editable install, nor where the assets are there; else build them with npm."""
        root = Path(self.root)
        if version == "editable" or any((root / DIST).glob("app.*.css")):
            return
        if shutil.which("npm") is None:
            raise RuntimeError(f"{DIST} is not built and npm is not here; run `make wheel`, which brings Node along")
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=root, check=True)
        subprocess.run(["npm", "run", "build"], cwd=root, check=True)
