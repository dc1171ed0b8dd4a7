"""Calls archive.v1.Archive at the address given as argument in all four shapes,
knowing nothing but what server reflection says."""

import sys
import threading

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from random_messages import Source

SERVICE = "archive.v1.Archive"
SECONDS = 20


class Stub:
    """Calls rpcs of one service by name, with messages made from keywords."""

    def __init__(self, channel):
        self.channel = channel
        database = ProtoReflectionDescriptorDatabase(channel)
        self.services = database.get_services()
        pool = DescriptorPool(database)
        self.service = pool.FindServiceByName(SERVICE)

    def make(self, rpc, **fields):
        kind = self.service.methods_by_name[rpc].input_type
        return message_factory.GetMessageClass(kind)(**fields)

    def call(self, shape, rpc, request, **options):
        method = self.service.methods_by_name[rpc]
        reply = message_factory.GetMessageClass(method.output_type)
        callable = getattr(self.channel, shape)(
            f"/{SERVICE}/{rpc}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=reply.FromString,
        )
        return callable(request, timeout=SECONDS, **options)


def reflection_lists_the_service(stub):
    assert SERVICE in stub.services, stub.services
    methods = [method.name for method in stub.service.methods]
    assert methods[0] == "GetDocument" and len(methods) == 11, methods


def the_health_service_says_that_it_serves(stub):
    check = stub.channel.unary_unary("/grpc.health.v1.Health/Check")
    serving = b"\x08\x01"
    assert check(b"", timeout=SECONDS) == serving


def a_unary_call_answers(stub):
    request = stub.make("GetDocument", name="shelves/1/documents/2")
    reply = stub.call("unary_unary", "GetDocument", request)
    assert reply.title == "Title of shelves/1/documents/2", reply


def a_server_stream_comes_in_order(stub):
    request = stub.make("ReadAloud", text="one two three")
    words = list(stub.call("unary_stream", "ReadAloud", request))
    assert [(word.text, word.index) for word in words] == [("one", 1), ("two", 2), ("three", 3)]


def a_client_stream_is_gathered(stub):
    pages = [stub.make("Upload", text=text) for text in "abc"]
    reply = stub.call("stream_unary", "Upload", iter(pages))
    assert reply.title == "abc", reply


def a_bidirectional_stream_answers_each_question_before_the_next(stub):
    answers = []

    def questions():
        for number, text in enumerate(["who", "what"]):
            assert len(answers) == number, answers
            yield stub.make("Discuss", text=text)
            # The second question waits for the first answer.
            received.wait_for(number + 1)

    received = Counter(answers)
    for answer in stub.call("stream_stream", "Discuss", questions()):
        received.add(answer.text)
    assert answers == ["WHO", "WHAT"], answers


def every_kind_of_value_comes_back(stub):
    for seed in range(50):
        request = stub.make("Echo")
        Source(seed).fill(request)
        reply = stub.call("unary_unary", "Echo", request)
        same = reply.SerializeToString(deterministic=True)
        assert same == request.SerializeToString(deterministic=True), seed


def a_failure_has_code_message_and_details(stub):
    request = stub.make("GetDocument", name="shelves/1/documents/missing")
    try:
        stub.call("unary_unary", "GetDocument", request)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND, error
        assert "missing" in error.details(), error
        names = [name for name, _ in error.trailing_metadata()]
        assert "grpc-status-details-bin" in names, names
        return
    raise AssertionError("the call succeeded")


def a_failure_inside_a_stream_comes_after_its_items(stub):
    request = stub.make("ReadAloud", text="one two", fail_after=1)
    words = []
    try:
        for word in stub.call("unary_stream", "ReadAloud", request):
            words.append(word.text)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, error
        assert words == ["one"], words
        return
    raise AssertionError("the stream succeeded")


def scopes_are_asked_for(stub):
    request = stub.make("CreateDocument", parent="shelves/1")
    try:
        stub.call("unary_unary", "CreateDocument", request)
        raise AssertionError("the call succeeded")
    except grpc.RpcError as error:
        refused = (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED)
        assert error.code() in refused, error
    metadata = [("authorization", "Bearer writer")]
    reply = stub.call("unary_unary", "CreateDocument", request, metadata=metadata)
    assert reply.name == "shelves/1/documents/new", reply


class Counter:
    """Texts that one thread adds and another waits for."""

    def __init__(self, texts):
        self.texts = texts
        self.changed = threading.Condition()

    def add(self, text):
        with self.changed:
            self.texts.append(text)
            self.changed.notify_all()

    def wait_for(self, number):
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.texts) >= number, SECONDS)


CHECKS = [
    reflection_lists_the_service,
    the_health_service_says_that_it_serves,
    a_unary_call_answers,
    a_server_stream_comes_in_order,
    a_client_stream_is_gathered,
    a_bidirectional_stream_answers_each_question_before_the_next,
    every_kind_of_value_comes_back,
    a_failure_has_code_message_and_details,
    a_failure_inside_a_stream_comes_after_its_items,
    scopes_are_asked_for,
]


def main(address):
    with grpc.insecure_channel(address) as channel:
        stub = Stub(channel)
        for check in CHECKS:
            check(stub)
            print(f"{check.__name__}: holds")


if __name__ == "__main__":
    main(sys.argv[1])
