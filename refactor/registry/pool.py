"""Run jobs that wait on hosts: several at once, the first for each host alone, and able to stop at once.

Threads are daemons: ``concurrent.futures`` would hold up the end of the process until each of its threads has heard from its host.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Generic, TypeVar

J = TypeVar("J")
R = TypeVar("R")


class Pool(Generic[J, R]):
    """At most ``workers`` threads that do ``work``; results come back in the order in which they are ready."""

    def __init__(self, work: Callable[[J], R], workers: int) -> None:
        self._work = work
        self._workers = workers
        self._jobs: queue.SimpleQueue[J | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[J, R] | BaseException] = queue.SimpleQueue()
        self._threads = 0
        self.waiting = 0

    def submit(self, job: J) -> None:
        self.waiting += 1
        self._jobs.put(job)
        if self._threads < min(self._workers, self.waiting):
            self._threads += 1
            threading.Thread(target=self._run, name=f"tfmod-images-{self._threads}", daemon=True).start()

    def next(self) -> tuple[J, R]:
        """Wait for the next result. What a job raised is raised here."""
        done = self._done.get()
        self.waiting -= 1
        if isinstance(done, BaseException):
            raise done
        return done

    def close(self) -> None:
        """Let idle threads end; jobs that have not begun are dropped."""
        while True:
            try:
                self._jobs.get_nowait()
            except queue.Empty:
                break
        for _ in range(self._threads):
            self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            with _Forward(self._done):
                self._done.put((job, self._work(job)))


class _Forward:
    """Hands whatever is raised to the thread that waits, which would wait for ever otherwise."""

    def __init__(self, done: queue.SimpleQueue[tuple[J, R] | BaseException]) -> None:
        self._put: Callable[[BaseException], None] = done.put

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if error is not None:
            self._put(error)
        return True


def drive(
    jobs: Iterable[J],
    *,
    host: Callable[[J], str],
    work: Callable[[J], R],
    record: Callable[[J, R], Iterable[J]],
    heard: Callable[[str, int], None],
    workers: int,
) -> None:
    """Do all jobs and those that follow from them. ``record`` is called in this thread with each result, and returns what follows.

    Of each host one job is done first, then the rest are let go: what the first one learns (how to authenticate, that the host is down, how
    little may be asked of it) serves all of them. ``heard(host, jobs left for it)`` is called after each result, before they are let go.
    """
    held: dict[str, deque[J]] = {}
    for job in jobs:
        held.setdefault(host(job), deque()).append(job)
    left = {name: len(waiting) for name, waiting in held.items()}
    pool: Pool[J, R] = Pool(work, workers)
    try:
        for waiting in held.values():
            pool.submit(waiting.popleft())
        while pool.waiting:
            job, result = pool.next()
            name, follow_up = host(job), list(record(job, result))
            left[name] += len(follow_up) - 1
            if left[name]:
                heard(name, left[name])
            for each in (*held.pop(name, ()), *follow_up):
                pool.submit(each)
    finally:
        pool.close()
