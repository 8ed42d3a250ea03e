"""What containers use, for the codemods of a run that ask: from a server or a saved file, as flags and configuration say."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from refactor.arguments import UsageError
from refactor.codemod import Codemod
from refactor.config import Config, ConfigFileError
from refactor.metrics.usage import ContainerKey, NoUsage, Progress, Usage, UsageSource
from refactor.reasons import Reason

Warn = Callable[[str], None]


class Remembered:
    """A source that is asked once about each container, however many codemods of a run want to know. ``answers`` are all there were."""

    def __init__(self, source: UsageSource, progress: Progress | None = None) -> None:
        self._source = source
        self._progress = progress
        self.answers: dict[ContainerKey, Usage | NoUsage] = {}

    def usage(self, containers: Collection[ContainerKey], *, progress: Progress | None = None) -> dict[ContainerKey, Usage | NoUsage]:
        """See :class:`refactor.metrics.usage.UsageSource`."""
        new = set(containers) - self.answers.keys()
        if new:
            self.answers |= self._source.usage(new, progress=progress or self._progress)
        return {key: self.answers[key] for key in containers}


class Measurements:
    """The measurements of one run: ``source`` is for its codemods, None where there is nobody to ask."""

    def __init__(self, source: Remembered | None, save_to: Path | None, warn: Warn) -> None:
        self.source = source
        self._save_to = save_to
        self._warn = warn

    def save(self) -> bool:
        """Write what was asked and answered where ``--save-usage`` says; False if it could not be done, which is told.

        What was not measured is left out, and told. If the server answered no question at all, an older file is worth more: it stays.
        """
        if self.source is None or self._save_to is None:
            return True
        from refactor.metrics.saved import save

        path, answers = self._save_to, self.source.answers
        failures = [a for a in answers.values() if isinstance(a, NoUsage) and a.reason is not Reason.NO_DATA]
        if failures and len(failures) == len(answers):
            self._warn(f"--save-usage: {path} is not written, since nothing was measured: {failures[0].detail}")
            return False
        try:
            save(path, answers)
        except OSError as error:
            self._warn(f"--save-usage: {path} is not written: {error.strerror}")
            return False
        if failures:
            self._warn(f"--save-usage: {path} lacks {len(failures)} of {len(answers)} containers: {failures[0].detail}")
        return True


@contextmanager
def measurements(
    codemods: Sequence[Codemod], options: Namespace, settings: Config, *, progress: Progress | None, warn: Warn
) -> Iterator[Measurements]:
    """Give the measurements of one run, and close the connection after it. Only codemods that measure have one opened.

    ``--usage FILE`` and ``--prometheus URL`` win over ``url`` in ``[prometheus]``.

    Raises:
        UsageError: flags do not go together, or name what cannot be used.
        ConfigFileError: ``[prometheus]``, or what the environment adds to it, cannot be used.
    """
    url, saved, save_to = getattr(options, "prometheus", None), getattr(options, "usage", None), getattr(options, "save_usage", None)
    _check_flags(url, saved, save_to, options.offline)
    if not any(codemod.measures for codemod in codemods):
        for flag, value in (("--prometheus", url), ("--usage", saved), ("--save-usage", save_to)):
            if value is not None:
                warn(f"{flag} is of no use here: none of the codemods asks for measurements")
        yield Measurements(None, None, warn)
        return
    if saved is not None:
        yield Measurements(Remembered(_load(saved), progress), None, warn)
        return
    if url is None and not settings.prometheus.get("url"):
        if save_to is not None:
            raise UsageError("--save-usage needs a server that is asked: --prometheus URL, or url in [prometheus] of tfmod.toml")
        yield Measurements(None, None, warn)
        return
    if options.offline:
        warn(f"offline, so the server of {settings.path} is not asked; --usage FILE takes what was saved")
        yield Measurements(None, None, warn)
        return
    with _server(url, settings, warn, verbose=options.verbose) as source:
        yield Measurements(Remembered(source, progress), save_to, warn)


def _check_flags(url: str | None, saved: Path | None, save_to: Path | None, offline: bool) -> None:
    if offline and url is not None:
        raise UsageError("--offline asks nobody, so it does not go with --prometheus; --usage FILE takes what was saved")
    if save_to is None:
        return
    if offline or saved is not None:
        raise UsageError(f"--save-usage saves what a server answers, and {'--offline' if offline else '--usage'} asks none")
    if save_to.is_dir() or not save_to.parent.is_dir() or not os.access(save_to.parent, os.W_OK):
        raise UsageError(f"--save-usage: {save_to} cannot be written")


def _load(path: Path) -> UsageSource:
    from refactor.metrics.saved import UsageFileError, load

    try:
        return load(path)
    except UsageFileError as error:
        raise UsageError(f"--usage: {error}") from error


@contextmanager
def _server(url: str | None, settings: Config, warn: Warn, *, verbose: bool) -> Iterator[UsageSource]:
    from refactor.metrics.config import PrometheusConfig, PrometheusConfigError, load_prometheus
    from refactor.metrics.prometheus import open_usage

    try:
        if url is not None:
            PrometheusConfig(url)
    except PrometheusConfigError as error:
        raise UsageError(f"--prometheus: {error}") from error
    base = settings.path.parent if settings.path is not None else Path()
    try:
        config = load_prometheus(url, settings.prometheus, os.environ, base=base)
    except PrometheusConfigError as error:
        raise ConfigFileError(f"{settings.path}: {error}" if settings.prometheus else str(error)) from error
    with open_usage(config, env=os.environ, warn=warn) as usage:
        yield usage
        if verbose:
            warn(f"{usage.api.sent} requests to {usage.api.label}")
