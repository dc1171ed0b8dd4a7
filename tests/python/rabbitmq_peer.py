"""Work for an agent over RabbitMQ, from a client that knows CloudEvents and no agentgen.

Usage: rabbitmq_peer.py URL EXCHANGE. Sends a job as JSON and prints its reply.
"""

import asyncio
import json
import sys

import aio_pika

SUBJECT = "probe.run"
REPLIES = "agentgen.reply.python"


async def send(exchange: aio_pika.abc.AbstractExchange) -> None:
    headers = {
        "cloudEvents_specversion": "1.0",
        "cloudEvents_id": "python-1",
        "cloudEvents_source": "/tests/python",
        "cloudEvents_type": "agentgen.probe.Job",
        "cloudEvents_replyto": REPLIES,
        "x-note": "from Python",
    }
    body = json.dumps({"name": "ü", "size": 21}).encode()
    persistent = aio_pika.DeliveryMode.PERSISTENT
    message = aio_pika.Message(
        body, headers=headers, content_type="application/json", delivery_mode=persistent
    )
    while True:
        try:
            await exchange.publish(message, SUBJECT, mandatory=True)
            return
        except aio_pika.exceptions.DeliveryError:
            # The agent has not joined yet.
            await asyncio.sleep(0.05)


async def main(url: str, name: str) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.declare_exchange(name, durable=True)
        replies = await channel.declare_queue(exclusive=True)
        await replies.bind(exchange, REPLIES)
        await send(exchange)
        async with replies.iterator(timeout=30) as iterator:
            async for message in iterator:
                async with message.process():
                    caused = message.headers["cloudEvents_causationid"]
                    if isinstance(caused, bytes):
                        caused = caused.decode()
                    answer = json.loads(message.body)
                    print(message.content_type, caused, answer["name"], answer["size"])
                return


asyncio.run(main(*sys.argv[1:]))
