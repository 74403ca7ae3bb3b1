"""The app ends when it is told to, whichever of its threads hears of it."""

import signal
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from demos.common.ui.server import ending


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_that_another_thread_gets_ends_the_app_too(name: str) -> None:
    told = getattr(signal, name)

    def tell() -> None:
        time.sleep(0.2)  # the main thread sleeps by now, and nothing wakes it
        signal.pthread_kill(threading.get_ident(), told)

    thread = threading.Thread(target=tell)
    with ending.terminated_like_interrupted():
        thread.start()
        ending.serve(SimpleNamespace(server=None))
        assert signal.getsignal(told) == signal.SIG_IGN, "the end is under way"
    thread.join()


def test_a_server_that_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    server = SimpleNamespace(should_exit=False, thread=threading.Thread(target=over.wait))
    server.thread.start()

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ending.time, "sleep", interrupted)
    ending.serve(SimpleNamespace(server=server))
    assert server.should_exit
    assert server.thread.is_alive()
    over.set()
    server.thread.join()
