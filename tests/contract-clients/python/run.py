"""Runs the contract's create_checkout_session, as it is written, with nothing supplied but the base URL.

Usage: run.py CODE_FILE BASE_URL PRICE_ID ACCESS_TOKEN. Prints {"url": ...} or {"error": ...}.
Where the package `requests` is not installed, the stand-in beside this file takes its place.
"""

import importlib.util
import json
import pathlib
import sys
from urllib.parse import urljoin

HERE = pathlib.Path(__file__).parent
if importlib.util.find_spec("requests") is None:
    sys.path.insert(0, str(HERE / "stand-in"))

import requests  # noqa: E402

code_file, base_url, price_id, access_token = sys.argv[1:]
post = requests.post
requests.post = lambda path, **options: post(urljoin(base_url, path), **options)

contract = {}
exec(compile(pathlib.Path(code_file).read_text(), code_file, "exec"), contract)
try:
    print(json.dumps({"url": contract["create_checkout_session"](price_id, access_token)}))
except Exception as error:
    print(json.dumps({"error": str(error)}))
