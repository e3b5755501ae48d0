"""The one function of `requests` that the contract's Python example uses, on the standard library."""

import json as json_module
import urllib.error
import urllib.request


class Response:
    def __init__(self, status_code, body):
        self.status_code = status_code
        self._body = body

    def json(self):
        return json_module.loads(self._body)


def post(url, headers, json):
    body = json_module.dumps(json).encode()
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return Response(answer.status, answer.read())
    except urllib.error.HTTPError as refusal:
        return Response(refusal.code, refusal.read())
