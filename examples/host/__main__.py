"""``python -m host``: the example on http://127.0.0.1:8000, with the sample people."""

from __future__ import annotations

import os

import uvicorn

from .app import default_host, make_app

if __name__ == "__main__":
    uvicorn.run(make_app(default_host()), host="127.0.0.1", port=int(os.environ.get("PORT", "8000")))
