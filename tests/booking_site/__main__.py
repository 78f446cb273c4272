"""Runs the site: `python tests/booking_site STORE_URL --port 8000`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvicorn

sys.path.insert(0, str(Path(__file__).parent.parent))

from booking_site.site import make_app  # found only now
from booking_site.troubles import TROUBLES


def main() -> None:
    """Serves until it is told to stop."""
    parser = argparse.ArgumentParser(description="A small booking site.")
    parser.add_argument("store", help="path or URL of the links, and of the bookings beside them")
    parser.add_argument("--port", type=int, default=8000, help="0 for a free one")
    parser.add_argument("--trouble", choices=TROUBLES, help="what goes wrong between claim and commit, for tests")
    asked = parser.parse_args()
    app = make_app(asked.store, **{"trouble": TROUBLES[asked.trouble]} if asked.trouble else {})
    uvicorn.run(app, port=asked.port, access_log=False)


if __name__ == "__main__":
    main()
