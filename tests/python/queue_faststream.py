"""A FastStream application at the same NATS as an agent: it calls the agent, and
it answers in the place of one.

Run as: queue_faststream.py PORT; it ends when it was told "stop".
"""

import asyncio
import sys

from faststream import FastStream
from faststream.nats import JStream, NatsBroker, NatsMessage

ANSWERS = "agentgen.on.faststream.answers.any"
broker = NatsBroker(f"nats://127.0.0.1:{sys.argv[1]}")
app = FastStream(broker)
answers: asyncio.Queue = asyncio.Queue()


@broker.subscriber(ANSWERS)
async def answered(body: dict, message: NatsMessage) -> None:
    await answers.put((body, message.headers))


@broker.subscriber(
    "agentgen.on.faststream.probe.run.any",
    stream=JStream("agentgen-of-faststream=2eprobe=2erun", declare=False),
    durable="faststream",
)
async def work(body: dict, message: NatsMessage) -> None:
    headers = message.headers
    if "ce-replyto" in headers:
        await broker.publish(
            {"name": f"{body['name']} by FastStream", "size": body.get("size", 0) + 1},
            f"agentgen.on.{headers['ce-replyto']}.any",
            headers={"ce-causationid": headers["ce-id"], "ce-specversion": "1.0"},
        )
    if body["name"] == "stop":
        app.exit()


@app.after_startup
async def call() -> None:
    await broker.publish(
        {"name": "from FastStream", "size": 21},
        "agentgen.on.probe.run.any",
        headers={
            "ce-specversion": "1.0",
            "ce-id": "fs-1",
            "ce-source": "/faststream",
            "ce-type": "work",
            "ce-replyto": "faststream.answers",
        },
    )
    body, headers = await asyncio.wait_for(answers.get(), 20)
    assert body == {"name": "from FastStream", "size": 42}, body
    assert headers["ce-causationid"] == "fs-1", headers
    print("the agent answered", flush=True)


asyncio.run(app.run())
