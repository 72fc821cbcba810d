"""Serve a clinic as `solstice serve` does (waitress, same threads), with the twins of _django_pages added."""

import sys
from pathlib import Path

from solstice_web.operations.start import serve, start

if __name__ == "__main__":
    start(demo_data=Path(sys.argv[1]))
    import logging

    from django.conf import settings

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it says at each request that the queue is not empty
    settings.ROOT_URLCONF = "_django_pages"
    serve(host="127.0.0.1", port=int(sys.argv[2]))
