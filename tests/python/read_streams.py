"""Reads streams of the archive at the address given as argument with requests, and
its events with sseclient."""

import json
import re
import sys

import requests
from sseclient import SSEClient

SECONDS = 20
BASE = f"http://{sys.argv[1]}"
WORDS = ["one", "two\nlines", "three"]


def aloud(accept, headers=None, **fields):
    """A streamed reply, whose body has not been read."""
    reply = requests.get(
        f"{BASE}/v1/aloud",
        params={"text": " ".join(WORDS), **fields},
        headers={"accept": accept, **(headers or {})},
        stream=True,
        timeout=SECONDS,
    )
    reply.raise_for_status()
    assert reply.headers["content-type"] == accept, reply.headers
    return reply


def words(first=1, last=len(WORDS)):
    return [{"text": WORDS[index - 1], "index": index} for index in range(first, last + 1)]


def events(**arguments):
    reply = SSEClient(aloud("text/event-stream", **arguments))
    return [(event.event, own(event.id), json.loads(event.data)) for event in reply.events()]


def own(identifier):
    """The id that the reply gave, without the name of the stream before it."""
    return identifier and re.sub("^[0-9a-f]{24}-", "", identifier)


def expected_events(first=1, last=len(WORDS)):
    return [("message", str(word["index"]), word) for word in words(first, last)]


def check_events():
    *found, end = events()
    assert found == expected_events(), found
    assert (end[0], end[2]) == ("end", {}), end
    *found, end = events(headers={"Last-Event-ID": "2"})
    assert found == expected_events(first=3) and end[0] == "end", found
    *found, error = events(failAfter=1)
    assert found == expected_events(last=1), found
    assert error[0] == "error", error
    assert error[2]["error"]["status"] == "RESOURCE_EXHAUSTED", error


def check_documents(accept, documents):
    assert documents(aloud(accept)) == words(), accept
    *found, error = documents(aloud(accept, failAfter=2))
    assert found == words(last=2), (accept, found)
    assert list(error) == ["error"] and error["error"]["code"] == 429, (accept, error)


def lines(reply):
    return [json.loads(line) for line in reply.iter_lines(chunk_size=7)]


def records(reply):
    before, *texts = reply.content.split(b"\x1e")
    assert before == b"" and all(text.endswith(b"\n") for text in texts), reply.content
    return [json.loads(text) for text in texts]


def check_array():
    assert aloud("application/json").json() == words()
    try:
        found = aloud("application/json", failAfter=1).content
    except requests.exceptions.ChunkedEncodingError:
        return
    raise AssertionError(f"an array that broke off looks complete: {found}")


check_events()
for media in ["application/x-ndjson", "application/jsonl"]:
    check_documents(media, lines)
check_documents("application/json-seq", records)
check_array()
