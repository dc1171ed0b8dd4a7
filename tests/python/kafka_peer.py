"""Sends a request to the probe over Kafka as any program would, and prints the
content type, the type and the body of the answer.

Usage: kafka_peer.py HOST:PORT
"""

import json
import sys
import time

from confluent_kafka import Consumer, Producer

WORK = "agentgen.on.probe.run"
REPLIES = "agentgen.replies"
ADDRESS = "agentgen.reply.python"
ID = "request-1"


def main() -> None:
    server = {"bootstrap.servers": sys.argv[1]}
    producer = Producer({**server, "enable.idempotence": True})
    wait_for(producer, WORK)
    headers = {
        "ce_specversion": "1.0",
        "ce_id": ID,
        "ce_source": "/python",
        "ce_type": "agentgen.probe.Job",
        "ce_replyto": ADDRESS,
        "content-type": "application/json",
    }
    body = json.dumps({"name": "ü", "size": 21}).encode()
    producer.produce(WORK, value=body, headers=list(headers.items()))
    if producer.flush(20) > 0:
        sys.exit("the request was not confirmed")
    wait_for(producer, REPLIES)
    settings = {"group.id": "python", "auto.offset.reset": "earliest"}
    consumer = Consumer({**server, **settings})
    consumer.subscribe([REPLIES])
    end = time.monotonic() + 30
    while time.monotonic() < end:
        message = consumer.poll(0.2)
        if message is None or message.error():
            continue
        told = {name: value.decode() for name, value in message.headers() or []}
        if message.key() == ADDRESS.encode() and told["ce_causationid"] == ID:
            print(told["content-type"], told["ce_type"], message.value().decode())
            consumer.close()
            return
    sys.exit("no answer")


def wait_for(client: Producer, topic: str) -> None:
    """Waits until a topic is there."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = client.list_topics(topic, timeout=10).topics[topic]
        if found.error is None and found.partitions:
            return
        time.sleep(0.1)
    sys.exit(f"topic {topic} is not there")


main()
