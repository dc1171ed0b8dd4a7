"""Calls as RabbitMQ's own tutorial makes them: `reply_to`, `correlation_id`, and the
default exchange; no envelope.

Usage: rabbitmq_rpc.py URL EXCHANGE. Answers one call to the subject python.probe.run,
makes one to probe.run, and prints its reply.
"""

import asyncio
import json
import sys

import aio_pika


async def answer(channel: aio_pika.abc.AbstractChannel, name: str) -> None:
    """Takes what waits for python.probe.run, and sends it back with one more."""
    while True:
        try:
            queue = await channel.get_queue(f"{name}.python.probe.run")
            break
        except aio_pika.exceptions.ChannelNotFoundEntity:
            # Nobody has called yet.
            await asyncio.sleep(0.05)
            await channel.reopen()
    await channel.set_qos(1)
    async with queue.iterator(timeout=30) as iterator:
        async for message in iterator:
            async with message.process():
                job = json.loads(message.body)
                job["size"] += 1
                reply = aio_pika.Message(
                    json.dumps(job).encode(),
                    content_type="application/json",
                    correlation_id=message.correlation_id,
                )
                await channel.default_exchange.publish(reply, message.reply_to)
            return


async def call(channel: aio_pika.abc.AbstractChannel, name: str) -> None:
    exchange = await channel.get_exchange(name)
    replies = await channel.declare_queue(exclusive=True)
    request = aio_pika.Message(
        json.dumps({"name": "python", "size": 1}).encode(),
        content_type="application/json",
        correlation_id="call-1",
        reply_to=replies.name,
    )
    await exchange.publish(request, "probe.run", mandatory=True)
    async with replies.iterator(timeout=30) as iterator:
        async for message in iterator:
            async with message.process():
                job = json.loads(message.body)
                print(message.content_type, message.correlation_id, job["name"], job["size"])
            return


async def main(url: str, name: str) -> None:
    async with await aio_pika.connect(url) as connection:
        calling = await connection.channel(publisher_confirms=True, on_return_raises=True)
        answering = await connection.channel()
        await asyncio.gather(call(calling, name), answer(answering, name))


asyncio.run(main(*sys.argv[1:]))
