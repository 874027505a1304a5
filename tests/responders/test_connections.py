"""Connections over real sockets: order, length, slowness, number, and how they end."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from tests.loops import run

from senim.responders import connections
from senim.responders.connections import PART_BYTES, Connections
from senim.responders.exchange import PLAIN, Request, Response

GET = b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n"
LONG = bytes(range(256)) * 40_000  # ten megabytes, of which a system's buffers take half at most
PATIENCE = 60


class Application:
    """Says the path it was asked for; ``/later`` waits for leave, ``/long`` is long, ``/broken`` fails."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.leave = asyncio.Event()

    def __call__(self, request: Request):
        self.asked.append(request)
        if request.path == "/broken":
            raise RuntimeError("broken")
        if request.path == "/later":
            return self.later()
        if request.path == "/known":
            return Response(304, PLAIN)
        return Response(200, PLAIN, LONG if request.path == "/long" else request.path.encode())

    async def later(self) -> Response:
        await self.leave.wait()
        return Response(200, PLAIN, b"later")


class Served:
    """Connections on a port, and clients of theirs."""

    def __init__(self, application: Application, all_of_them: Connections, port: int) -> None:
        self.application, self.all, self.port = application, all_of_them, port

    async def client(self) -> "Client":
        return Client(*await asyncio.open_connection("127.0.0.1", self.port))


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def answer(self, *, with_body: bool = True) -> tuple[int, dict[str, str], bytes]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("ascii").splitlines()
        headers = dict(line.split(": ", 1) for line in head[1:-1])
        length = int(headers.get("content-length", 0)) if with_body else 0
        return int(head[0].split()[1]), headers, await self.reader.readexactly(length)

    async def asks(self, path: bytes) -> tuple[int, dict[str, str], bytes]:
        self.writer.write(GET % path)
        return await self.answer()

    async def ends(self) -> None:
        assert await self.reader.read(1) == b""


async def until(come_true):
    while not come_true():  # noqa: ASYNC110 - what is waited for knows no event
        await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(*, at_most: int = 100):
    async with asyncio.timeout(PATIENCE):
        application = Application()
        all_of_them = Connections(application, at_most=at_most)
        server = await asyncio.get_running_loop().create_server(all_of_them.one, "127.0.0.1", 0)
        watching = asyncio.create_task(all_of_them.watch())
        try:
            yield Served(application, all_of_them, server.sockets[0].getsockname()[1])
        finally:
            server.close()
            watching.cancel()
            await all_of_them.stop()


@pytest.fixture
def impatient(monkeypatch):
    for name in ("REQUEST_WITHIN", "IDLE", "ANSWER_WITHIN", "LINGER", "LOOK_EVERY", "STOP_WITHIN"):
        monkeypatch.setattr(connections, f"{name}_SECONDS", 0.05)
    monkeypatch.setattr(connections, "TAKEN_AT_LEAST_BYTES_PER_SECOND", 10**9)


def test_answers_come_in_the_order_of_their_requests_however_long_one_takes():
    async def told():
        async with serving() as served:
            client = await served.client()
            client.writer.write(GET % b"/one" + GET % b"/later" + GET % b"/two")
            assert (await client.answer())[2] == b"/one"
            await asyncio.sleep(0.05)
            assert [request.path for request in served.application.asked] == ["/one", "/later"]
            served.application.leave.set()
            assert [(await client.answer())[2] for _ in range(2)] == [b"later", b"/two"]
            assert (await client.asks(b"/three"))[2] == b"/three"

    run(told())


def test_an_answer_says_when_and_how_long_and_one_without_a_body_has_none():
    async def told():
        async with serving() as served:
            client = await served.client()
            status, headers, content = await client.asks(b"/one")
            assert (status, content, headers["x-content-type-options"]) == (200, b"/one", "nosniff")
            assert headers["date"].endswith(" GMT")
            client.writer.write((GET % b"/one").replace(b"GET", b"HEAD"))
            status, headers, _ = await client.answer(with_body=False)
            assert (status, headers["content-length"]) == (200, "4")
            status, headers, _ = await client.asks(b"/known")
            assert status == 304
            assert "content-length" not in headers
            assert (await client.asks(b"/one"))[2] == b"/one", "nothing was left over"

    run(told())


def test_the_last_answer_says_so_and_the_connection_ends():
    async def told():
        async with serving() as served:
            for last in (
                b"GET /one HTTP/1.0\r\n\r\n",
                b"GET /one HTTP/1.1\r\nConnection: close\r\n\r\n",
                b"GET /one HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
            ):
                client = await served.client()
                client.writer.write(last)
                status, headers, content = await client.answer()
                assert (status, headers["connection"], content) == (200, "close", b"/one")
                await client.ends()

    run(told())


def test_who_sends_no_more_is_answered_still():
    async def told():
        async with serving() as served:
            client = await served.client()
            client.writer.write(GET % b"/later")
            client.writer.write_eof()
            await until(lambda: served.application.asked)
            served.application.leave.set()
            assert (await client.answer())[2] == b"later"
            await client.ends()

    run(told())


def test_who_waits_for_leave_to_send_gets_it_or_the_answer():
    async def told():
        async with serving() as served:
            client = await served.client()
            head = b"POST /ocsp HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
            client.writer.write(head % 4)
            assert await client.reader.readexactly(25) == connections.CONTINUE
            client.writer.write(b"body")
            assert (await client.answer())[0] == 200
            client.writer.write(head % 5_000)
            assert (await client.answer())[0] == 200
            await client.ends()
            assert [(one.body, one.too_large) for one in served.application.asked] == [
                (b"body", False),
                (b"", True),
            ]

    run(told())


def test_a_client_that_sends_ten_megabytes_can_read_why_not():
    async def told():
        async with serving() as served:
            client = await served.client()
            client.writer.write(b"POST /ocsp HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(LONG))
            client.writer.write(LONG)
            await client.writer.drain()
            assert (await client.answer())[0] == 200
            await client.ends()
            assert served.application.asked == [Request("POST", "/ocsp", too_large=True)]

    run(told())


def test_what_cannot_be_read_is_refused_after_what_could_be():
    async def told():
        async with serving() as served:
            client = await served.client()
            client.writer.write(GET % b"/one" + b"junk\r\n\r\n" + GET % b"/two")
            assert (await client.answer())[2] == b"/one"
            status, headers, _ = await client.answer()
            assert (status, headers["connection"]) == (400, "close")
            await client.ends()
            assert len(served.application.asked) == 1

    run(told())


def test_a_failure_is_said_to_one_client_once(caplog):
    async def told():
        async with serving() as served:
            client = await served.client()
            assert (await client.asks(b"/broken"))[0] == 500
            assert (await client.asks(b"/one"))[0] == 200

    run(told())
    assert "a request was not answered" in caplog.text


def test_of_a_long_answer_only_a_part_lies_unsent():
    async def told():
        async with serving() as served:
            client = await served.client()
            client.writer.write(GET % b"/long" + GET % b"/one")
            await until(lambda: served.application.asked)
            [there] = served.all._open
            assert 0 < there._transport.get_write_buffer_size() <= 2 * PART_BYTES
            assert len(served.application.asked) == 1, "what was sent ahead waits"
            assert (await client.answer())[2] == LONG
            assert (await client.answer())[2] == b"/one"

    run(told())


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTT",
        b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbo",
        GET % b"/one",
        GET % b"/later",
        GET % b"/long",
        b"POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n",
    ],
)
def test_who_takes_too_long_is_cut_off(impatient, sent):
    async def told():
        async with serving() as served:
            client = await served.client()
            client.writer.write(sent)
            await until(lambda: served.all._open)
            await until(lambda: not served.all._open)

    run(told())


async def dripping(client):
    while True:
        client.writer.write(b"a")
        await client.writer.drain()
        await asyncio.sleep(0.01)


def test_dripping_does_not_win_time(impatient):
    async def told():
        async with serving() as served:
            client = await served.client()
            client.writer.write(b"GET / HTTP/1.1\r\nX: ")
            with pytest.raises(ConnectionError):
                await dripping(client)

    run(told())


def test_of_too_many_the_one_goes_that_asked_nothing_for_the_longest_time():
    async def told():
        async with serving(at_most=2) as served:
            first, second = await served.client(), await served.client()
            for client in (second, first):
                assert (await client.asks(b"/one"))[0] == 200
            third = await served.client()
            assert (await third.asks(b"/one"))[0] == 200
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await second.asks(b"/one")
            assert (await first.asks(b"/one"))[0] == 200

    run(told())


def test_when_it_stops_who_waits_is_answered_and_who_rests_is_let_go():
    async def told():
        async with serving() as served:
            resting, waiting = await served.client(), await served.client()
            assert (await resting.asks(b"/one"))[0] == 200
            waiting.writer.write(GET % b"/later")
            await until(lambda: len(served.application.asked) == 2)
            stopping = asyncio.create_task(served.all.stop())
            await resting.ends()
            assert not stopping.done()
            served.application.leave.set()
            _, headers, content = await waiting.answer()
            assert (content, headers["connection"]) == (b"later", "close")
            await waiting.ends()
            waiting.writer.close()
            await stopping

    run(told())


def test_it_stops_in_the_end_whoever_waits(impatient):
    async def told():
        async with serving() as served:
            client = await served.client()
            client.writer.write(GET % b"/later")
            await until(lambda: served.application.asked)
            await served.all.stop()
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await client.answer()

    run(told())
