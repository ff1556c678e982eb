"""Whether a run may begin, or go on: nothing is loaded twice, and nothing goes on with something else."""

import hmac
import json
from collections.abc import Sequence

import structlog

from driver.config.leaves import Keys, leaves
from driver.config.model import Job
from driver.repository.target import EarlierRun, RunRecord, RunState, Target
from mfdecode.errors import MfdecodeError

_SHAPING_SECRETS = ("hash_salt", "pii_key")
"""Those that what is loaded depends on."""
_MAY_CHANGE = (
    ("pipeline", "chunk_size"),
    ("pipeline", "processors"),
    ("pipeline", "auto_processors"),
    ("pipeline", "pool"),
    ("pipeline", "writers"),
    ("pipeline", "auto_writers"),
    ("pipeline", "raw_queue"),
    ("pipeline", "write_queue"),
    ("pipeline", "memory_limit"),
    ("pipeline", "shutdown_timeout"),
    ("pipeline", "multi_reader", "num_readers"),
    ("target", "memory"),
    ("target", "commit_rows"),
    ("target", "keep_staged"),
    ("target", "database"),
    ("target", "host"),
    ("target", "port"),
    ("target", "user"),
    ("target", "authentication"),
    ("target", "ssl"),
    ("target", "insert"),
    ("target", "merge_rows"),
    ("target", "connect_timeout"),
    ("target", "receive_timeout"),
    ("target", "merge_timeout"),
    ("target", "retry"),
    ("rejects", "limit"),
    ("rejects", "percent"),
    ("rejects", "file"),
    ("log",),
    ("metrics",),
    ("runs",),
    ("vault",),
)
"""Settings that a resumed run may have anew; with any other it would read, cut, convert or load differently."""


class RunRefused(MfdecodeError):  # noqa: N818 - named for what it says
    """The run is not begun, or not resumed; the text says why, and what to do."""


class RunCompleted(MfdecodeError):  # noqa: N818 - named for what it says
    """There is nothing left to do; no mistake, whoever asks for it again."""


def settings_json(job: Job) -> str:
    """The effective configuration for MF_RUN; of secrets that shape what is loaded, a mark by which they are known."""
    settings = job.model_dump(mode="json", exclude={"secrets"})
    marks = {name: _mark(job.secrets[name]) for name in _SHAPING_SECRETS if name in job.secrets}
    return json.dumps(settings | {"secrets": marks})


def runs_to_abandon(job: Job, earlier: Sequence[EarlierRun], *, force: bool) -> list[str]:
    """See that nothing speaks against a new run.

    Args:
        job: the configuration.
        earlier: what the target knows of the job's runs.
        force: the user knows what it means.

    Returns:
        Runs that the new one is to take the place of.

    Raises:
        RunRefused: the input is loaded, or is being loaded by a run that can be resumed.
    """
    log = structlog.get_logger()
    same = [run for run in earlier if run.same_input]
    for run in earlier:
        if not run.same_input:
            log.warning("unfinished_run", earlier_run=run.run_id, state=run.state, file=run.file)
    if same and not force:
        raise RunRefused(_why_not(job, same[0]))
    for run in same:
        log.warning("forced", earlier_run=run.run_id, state=run.state)
    return [run.run_id for run in same if run.state is not RunState.COMPLETED]


def recorded_run(target: Target, run_id: str) -> RunRecord:
    """What the target knows of a run.

    Raises:
        RunRefused: it knows of none.
    """
    if (record := target.recorded(run_id)) is None:
        raise RunRefused(
            f"the target of the job knows no run {run_id}: it was stopped before it had begun there, and nothing of it "
            "is loaded. Begin it anew with run; or is the job, or its target, another one?"
        )
    return record


def require_unfinished(recorded: RunRecord) -> None:
    """See that there is something left to do in a run.

    Raises:
        RunCompleted: it has completed.
        RunRefused: another was begun instead.
    """
    if recorded.state is RunState.COMPLETED:
        raise RunCompleted(f"run {recorded.run_id} has completed: there is nothing left to do")
    if recorded.state is RunState.ABANDONED:
        raise RunRefused(f"run {recorded.run_id} was abandoned: what it had staged is forgotten. Begin a new run")


def require_same(recorded: RunRecord, job: Job, copybook_sha256: str) -> None:
    """See that a run that is resumed is the one that was begun.

    Raises:
        RunRefused: it is another; all that differs is told together.
    """
    differences = []
    if recorded.copybook_sha256 != copybook_sha256:
        differences.append(f"the copybook {job.input.copybook} has other text")
    then, now = map(_settings, (recorded.config, settings_json(job)))
    for keys in sorted(then.keys() | now.keys()):
        if then.get(keys) != now.get(keys) and not any(keys[: len(free)] == free for free in _MAY_CHANGE):
            name = ".".join(keys)
            if keys[0] == "secrets":
                differences.append(f"the secret {keys[1]} is another")
            else:
                differences.append(f"{name} was {_shown(then.get(keys))} and is {_shown(now.get(keys))}")
    if differences:
        raise RunRefused(
            f"run {recorded.run_id} cannot be resumed, since it began otherwise: {'; '.join(differences)}. Put "
            "back what differs and resume, or begin a new run (run --force)"
        )


def _why_not(job: Job, run: EarlierRun) -> str:
    began = f"{run.started.astimezone():%Y-%m-%d %H:%M}"
    if run.state is RunState.COMPLETED:
        return (
            f"{job.input_name}: run {run.run_id} of {began} has loaded this file, and has completed. To load it again "
            "puts back what has changed in the final table since; if that is what you want, run with --force"
        )
    return (
        f"{job.input_name}: run {run.run_id} of {began} has begun to load this file, and has not completed "
        f"({run.state}): python -m driver resume {run.run_id}. A new run instead (run --force) forgets what that one "
        "has staged, and merges again what it has merged"
    )


def _mark(secret: str) -> str:
    return hmac.digest(secret.encode(), b"mfdecode: the same secret", "sha256").hex()[:8]


def _settings(text: str) -> dict[Keys, object]:
    """Those that are given: a list without rules is as good as none."""
    return {keys: value for keys, value in leaves(json.loads(text)) if value not in ([], {})}


def _shown(value: object) -> str:
    return "not given" if value is None else json.dumps(value)
