"""Other people's clients at a queue of the probe: they publish work in every
envelope, and read replies and dead letters.

Run as: queue_peer.py nats|redis PORT
"""

import asyncio
import json
import sys

SUBJECT, ANSWERS, DEAD = "probe.run", "python.answers", "probe.run.dead"


def job(name: str, size: int) -> bytes:
    """The probe's message in protobuf: a text in field 1, a number in field 2."""
    text = name.encode()
    return bytes([0x0A, len(text)]) + text + bytes([0x10, size])


def attributes(number: int) -> dict[str, str]:
    return {
        "specversion": "1.0",
        "id": f"python-{number}",
        "source": "/python",
        "type": "com.example.work",
        "replyto": ANSWERS,
        "correlationid": f"work-{number}",
    }


def binary(number: int, content_type: str) -> dict[str, str]:
    headers = {f"ce-{name}": value for name, value in attributes(number).items()}
    return headers | {"content-type": content_type}


def structured(number: int, name: str, size: int) -> bytes:
    event = attributes(number) | {"data": {"name": name, "size": size}}
    return json.dumps(event).encode()


# What is published: the headers, the body, and the answer that comes back.
WORK = [
    (binary(1, "application/protobuf"), job("binary", 1), job("binary", 2)),
    (binary(2, "application/json"), b'{"name":"json","size":2}', b'{"name":"json","size":4}'),
    (
        {"content-type": "application/cloudevents+json; charset=utf-8"},
        structured(3, "structured", 3),
        b'{"name":"structured","size":6}',
    ),
]
# Without any envelope; nobody waits for it.
FOREIGN = ({}, b'{"name":"foreign","size":4}')
# No message of the contract.
BROKEN = ({"ce-specversion": "1.0", "ce-id": "broken", "ce-source": "/python",
           "content-type": "application/json"}, b"{")


class Nats:
    async def connect(self, port: int) -> None:
        import nats

        self.client = await nats.connect(f"nats://127.0.0.1:{port}")
        self.stream = self.client.jetstream()
        # Messages of a stream reach plain subscribers too.
        self.inboxes = {
            subject: await self.client.subscribe(f"agentgen.on.{subject}.any")
            for subject in (ANSWERS, DEAD)
        }

    async def publish(self, headers: dict[str, str], body: bytes) -> None:
        await self.stream.publish(f"agentgen.on.{SUBJECT}.any", body, headers=headers or None)

    async def read(self, subject: str) -> tuple[dict[str, str], bytes]:
        message = await self.inboxes[subject].next_msg(timeout=20)
        return dict(message.headers or {}), message.data


class Redis:
    async def connect(self, port: int) -> None:
        import redis.asyncio

        self.client = redis.asyncio.Redis(port=port)
        self.last = {ANSWERS: "0", DEAD: "0"}

    async def publish(self, headers: dict[str, str], body: bytes) -> None:
        fields = {"h": json.dumps(list(headers.items())), "b": body} if headers else {"b": body}
        await self.client.xadd(f"agentgen:on:{SUBJECT}:any", fields)
        await self.client.publish(f"agentgen:wake:{SUBJECT}", "")

    async def read(self, subject: str) -> tuple[dict[str, str], bytes]:
        stream = f"agentgen:on:{subject}:any"
        for _ in range(200):
            found = await self.client.xread({stream: self.last[subject]}, count=1)
            entries = list(found.values())[0][0] if isinstance(found, dict) else found and found[0][1]
            if entries:
                number, fields = entries[0]
                self.last[subject] = number
                return dict(json.loads(fields[b"h"])), fields[b"b"]
            await asyncio.sleep(0.1)
        raise TimeoutError(f"nothing came to {subject}")


async def main(kind: str, port: int) -> None:
    peer = {"nats": Nats, "redis": Redis}[kind]()
    await peer.connect(port)
    for number, (headers, body, expected) in enumerate(WORK, 1):
        await peer.publish(headers, body)
        answer, content = await peer.read(ANSWERS)
        assert answer["ce-causationid"] == f"python-{number}", answer
        assert answer["x-correlation-id"] == f"work-{number}", answer
        assert answer["ce-type"] == "agentgen.probe.Job", answer
        assert answer["ce-dataschema"].startswith("agentgen:/agentgen.probe/"), answer
        same = json.loads(content) == json.loads(expected) if expected[:1] == b"{" else content == expected
        assert same, (content, expected)
    await peer.publish(*FOREIGN)
    await peer.publish(*BROKEN)
    letter, content = await peer.read(DEAD)
    assert (letter["dlq-reason"], letter["ce-id"], content) == ("UNDECODABLE", "broken", b"{"), letter
    assert letter["dlq-subject"] == SUBJECT and letter["dlq-attempts"] == "0", letter
    print("all came back")


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
