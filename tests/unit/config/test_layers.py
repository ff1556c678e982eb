"""A job's settings from their layers."""

from decimal import Decimal
from pathlib import Path

import pytest

from driver.config.errors import ConfigError
from driver.config.layers import load_job, secret_variables
from mfdecode import OneOf

JOB = """\
job: test-job
input:
  path: in.dat
  copybook: in.cpy
rules:
  - {field: A, range: [-0.10, 1e9]}
  - {field: B, allowed: [A, 0123, 1.50]}
target: {type: duckdb, database: t.duckdb, staging: S, final: F, key: [A]}
"""


@pytest.fixture
def job_file(tmp_path) -> Path:
    (tmp_path / "base.yaml").write_text("pipeline:\n  processors: 2\n  writers: 3\nlog: {level: warning}\n")
    (tmp_path / "test.yaml").write_text("pipeline: {writers: 4}\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "test.yaml").write_text("secrets: {hash_salt: very secret}\n")
    path = tmp_path / "job.yaml"
    path.write_text(JOB)
    return path


def test_each_layer_lies_over_the_one_before(job_file):
    environ = {"MFDECODE_PIPELINE__WRITERS": "5", "MFDECODE_INPUT__CODEPAGE": "cp500", "OTHER": "x"}
    loaded = load_job(job_file, env="test", overrides=["input.codepage=cp273"], environ=environ)
    assert loaded.job.pipeline.processors == 2
    assert loaded.job.pipeline.writers == 5
    assert loaded.job.pipeline.batch_size == 5000
    assert loaded.job.input.codepage == "cp273"
    assert loaded.job.secrets == {"hash_salt": "very secret"}


def test_every_value_knows_where_it_comes_from(job_file):
    rows = load_job(
        job_file, env="test", overrides=["log.level=debug"], environ={"MFDECODE_PIPELINE__RAW_QUEUE": "9"}
    ).shown()
    origins = {key: origin for key, _, origin in rows}
    folder = job_file.parent
    assert origins["pipeline.processors"] == f"{folder / 'base.yaml'}:2"
    assert origins["pipeline.writers"] == f"{folder / 'test.yaml'}:1"
    assert origins["pipeline.raw_queue"] == "MFDECODE_PIPELINE__RAW_QUEUE"
    assert origins["pipeline.write_queue"] == "default"
    assert origins["input.path"] == f"{job_file}:3"
    assert origins["rules.1.field"] == f"{job_file}:7"
    assert origins["log.level"] == "--set log.level"


def test_a_null_is_shown_where_it_is_given(job_file):
    environ = {"MFDECODE_LOG__FILE": "null"}
    shown = {key: (value, origin) for key, value, origin in load_job(job_file, environ=environ).shown()}
    assert shown["log.file"] == ("null", "MFDECODE_LOG__FILE")
    assert "vault" not in shown


def test_secrets_are_never_shown(job_file):
    rows = load_job(job_file, env="test", environ={}).shown()
    assert [value for key, value, _ in rows if key.startswith("secrets")] == ["********"]
    assert "very secret" not in str(rows)


def test_the_environment_may_come_from_its_variable(job_file):
    assert load_job(job_file, environ={"MFDECODE_ENV": "test"}).job.pipeline.writers == 4
    assert load_job(job_file, environ={}).job.pipeline.writers == 3


def test_numbers_are_read_exactly(job_file):
    rules = load_job(job_file, environ={}).job.rules
    assert rules[0].range == (Decimal("-0.10"), Decimal("1e9"))
    assert [str(value) for value in rules[1].allowed] == ["A", "0123", "1.50"]


def test_codes_may_be_written_as_numbers(job_file):
    job_file.write_text(
        JOB.replace(
            "  copybook:", "  redefines: {B: {field: A, equals: 7}, C: {field: A, in: [8, 1.50, 09]}}\n  copybook:"
        )
        + "fields: {A: {map: {1: 10, 2: 2.0, 3: x}}}\n"
    )
    job = load_job(job_file, environ={}).job
    assert [when.condition for when in job.input.redefines.values()] == [
        OneOf("A", frozenset({"7"})),
        OneOf("A", frozenset({"8", "1.50", "09"})),
    ]
    assert job.fields["A"].map == {"1": "10", "2": "2.0", "3": "x"}


def test_a_variable_that_names_a_section_is_no_silent_nothing(job_file):
    with pytest.raises(ConfigError, match="MFDECODE_PIPELINE: pipeline: is a section"):
        load_job(job_file, environ={"MFDECODE_PIPELINE": "3"})
    with pytest.raises(ConfigError, match="MFDECODE_TARGET: target: is a section"):
        load_job(job_file, environ={"MFDECODE_TARGET": "discard"})
    with pytest.raises(ConfigError) as error:
        load_job(job_file, environ={"MFDECODE_SECRETS": "hidden"})
    assert "hidden" not in str(error.value)
    assert load_job(job_file, environ={"MFDECODE_PIPELINE": "{writers: 9}"}).job.pipeline.writers == 9


def test_variables_of_others_are_left_alone(job_file):
    names = ("TEST_DB2_DSN", "REQUIRE_DB2", "SANITIZE", "SIMD")
    load_job(job_file, environ={f"MFDECODE_{name}": "1" for name in names})


@pytest.mark.parametrize("by", ["option", "variable"])
def test_an_environment_that_is_asked_for_is_there(job_file, by):
    (job_file.parent / "other.yaml").write_text("job: another\n")
    asked = {"env": "nope", "environ": {}} if by == "option" else {"environ": {"MFDECODE_ENV": "nope"}}
    with pytest.raises(
        ConfigError, match=r"nope\.yaml is not there: the environment nope is not known; there is test$"
    ):
        load_job(job_file, **asked)
    (job_file.parent / "secrets" / "nope.yaml").write_text("secrets: {a: b}\n")
    assert load_job(job_file, **asked).job.secrets == {"a": "b"}


def test_sizes_and_times_have_units(job_file):
    overrides = ["pipeline.chunk_size=128KiB", "pipeline.memory_limit=400MB", "pipeline.shutdown_timeout=2m"]
    pipeline = load_job(job_file, overrides=overrides, environ={}).job.pipeline
    assert (pipeline.chunk_size, pipeline.memory_limit, pipeline.shutdown_timeout) == (131072, 400_000_000, 120.0)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("input:", "inputs:", "job.yaml:2: inputs: there is no such key; did you mean input?"),
        ("  path:", "  pth:", "job.yaml:3: input.pth: there is no such key; did you mean path?"),
        ("final: F", "finals: F", "target.finals: there is no such key; did you mean final?"),
        ("range:", "rnge:", "job.yaml:6: rules.0.rnge: there is no such key; did you mean range?"),
        ("  copybook: in.cpy\n", "", "job.yaml:2: input.copybook: is not given, and there is no default"),
        ("type: duckdb, ", "", "type is not given: duckdb, db2 or discard"),
        ("type: duckdb", "type: db2, hosst: h", "job.yaml:8: target.hosst: there is no such key; did you mean host?"),
        ("range: [-0.10, 1e9]", "range: [5, 1]", "no number is in the range 5 to 1: the lower bound comes first"),
        ("target:", "fields: {A: {rename: ''}}\ntarget:", "fields.A.rename: : string should have at least 1 character"),
        (
            "target:",
            "fields: {A: {map: {X: NO}}}\ntarget:",
            "fields.A.map.X: False: is a truth value, as which YAML reads",
        ),
        ("allowed: [A,", "allowed: [yes,", "rules.1.allowed.0: True: is a truth value, as which YAML reads"),
        ("rules:", "pipeline: 3\nrules:", "pipeline: is a section: it has keys with values"),
        ("type: duckdb", "type: oracle", "oracle"),
        ("{field: A, range: [-0.10, 1e9]}", "{field: A}", "job.yaml:6: rules.0: give one of required, range, allowed"),
        ("job: test-job", "job: ''", "job.yaml:1: job:"),
        ("job: test-job", "job: a\njob: b", "job.yaml:2: job is there twice"),
        ("job: test-job", "job: [", "job.yaml:3: no YAML"),
        (JOB, "- a\n", "a configuration is a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(job_file, old, new, words):
    job_file.write_text(JOB.replace(old, new, 1))
    with pytest.raises(ConfigError) as error:
        load_job(job_file, environ={})
    assert words in str(error.value)


def test_everything_wrong_is_told_at_once(job_file):
    job_file.write_text(JOB.replace("path:", "pth:").replace("staging: S", "staging: [S]"))
    with pytest.raises(ConfigError) as error:
        load_job(job_file, overrides=["pipeline.writers=many"], environ={})
    assert len(str(error.value).splitlines()) == 4
    assert "--set pipeline.writers: pipeline.writers: many: give a number from 1 to 64, or auto" in str(error.value)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["pipeline.writers"], "--set pipeline.writers: write KEY=VALUE"),
        (["job.name=x"], "job.yaml:1, and has no keys"),
        (["pipeline.shutdown_timeout=5 parsecs"], "'5 parsecs' is not a quantity"),
        (["job=[x"], "--set job: the value is no YAML"),
    ],
)
def test_an_option_that_is_wrong_is_named(job_file, overrides, words):
    with pytest.raises(ConfigError) as error:
        load_job(job_file, overrides=overrides, environ={})
    assert words in str(error.value)


@pytest.mark.parametrize(
    "content", ["*hidden", "&a [&a hidden, &a hidden]", "!hidden!x y", "[hidden", "a: hidden: b", "7"]
)
def test_a_wrong_secret_is_not_repeated(job_file, content):
    (job_file.parent / "secrets" / "test.yaml").write_text(f"secrets:\n  hash_salt: {content}\n")
    with pytest.raises(ConfigError, match=r"secrets/test\.yaml:\d") as error:
        load_job(job_file, env="test", environ={})
    assert "hidden" not in str(error.value)


def test_a_number_as_a_secret_in_a_file_is_told_what_to_do(job_file):
    (job_file.parent / "secrets" / "test.yaml").write_text("secrets: {hash_salt: 4711}\n")
    with pytest.raises(ConfigError, match=r"secrets\.hash_salt: is no text: write it in quotes$"):
        load_job(job_file, env="test", environ={})


@pytest.mark.parametrize("value", ["0815", "4711", "yes", "*x", "{a: b", " # ", "'quoted'", "null"])
def test_a_secret_in_a_variable_is_taken_as_it_stands(job_file, value):
    secrets = load_job(job_file, environ={"MFDECODE_SECRETS__HASH_SALT": value}).job.secrets
    assert secrets == {"hash_salt": value}


@pytest.mark.parametrize(
    "override", ["secrets.hash_salt=hidden", "secrets={hash_salt: hidden}", "secrets.hidden", "secrets"]
)
def test_a_secret_among_the_options_is_refused(job_file, override):
    with pytest.raises(ConfigError, match="the list of processes and the shell's history have it by now") as error:
        load_job(job_file, overrides=[override], environ={})
    assert "hidden" not in str(error.value)
    assert "secrets/{env}.yaml" in str(error.value)


@pytest.mark.parametrize(("mode", "exposed"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_secrets_that_others_may_read_are_told(job_file, mode, exposed):
    file = job_file.parent / "secrets" / "test.yaml"
    file.chmod(mode)
    assert load_job(job_file, env="test", environ={}).exposed == ((file,) if exposed else ())


def test_variables_with_secrets_are_known():
    names = ("MFDECODE_SECRETS", "MFDECODE_SECRETS__A", "VAULT_TOKEN")
    assert secret_variables(dict.fromkeys([*names, "MFDECODE_LOG__LEVEL", "PATH"], "x")) == names


def test_a_job_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yaml: the configuration cannot be read: No such file"):
        load_job(tmp_path / "none.yaml", environ={})


@pytest.mark.parametrize("env", ["dev", "test", "prod"])
def test_the_job_that_make_run_runs_is_valid_everywhere(env):
    loaded = load_job(Path("config/customer.yaml"), env=env, environ={})
    assert loaded.job.job == "customer-load"


MULTI = "pipeline.reading_mode=multi"


def test_a_pattern_stands_for_the_path_that_is_not_given(job_file):
    job_file.write_text(JOB.replace("  path: in.dat\n", ""))
    pattern = "pipeline.multi_reader.input_pattern=chunks/*.dat"
    job = load_job(job_file, overrides=[MULTI, pattern], environ={}).job
    assert (job.input_name, job.input_pattern, job.pipeline.readers) == ("chunks/*.dat", "chunks/*.dat", 4)
    with pytest.raises(ConfigError, match=r"input\.path"):
        load_job(job_file, overrides=[pattern], environ={})
    with pytest.raises(ConfigError, match=r"input\.path"):
        load_job(job_file, overrides=[MULTI], environ={})


def test_a_pattern_goes_before_a_path_in_mode_multi_alone(job_file):
    overrides = ["pipeline.multi_reader.input_pattern=c/*.dat", "pipeline.multi_reader.num_readers=6"]
    job = load_job(job_file, overrides=[MULTI, *overrides], environ={}).job
    assert (job.input_name, job.pipeline.readers) == ("c/*.dat", 6)
    job = load_job(job_file, overrides=overrides, environ={}).job
    assert (job.input_name, job.pipeline.readers) == ("in.dat", 1)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("{split_before_processing: true}", "needs 'split_output_dir'"),
        (
            "{split_before_processing: true, split_output_dir: out, input_pattern: '*.dat'}",
            "give either 'input_pattern",
        ),
        ("{chunk_size_gb: 0}", "chunk_size_gb"),
        ("{num_readers: 0}", "num_readers"),
        ("{readers: 3}", "num_readers"),
    ],
)
def test_settings_of_several_readers_that_do_not_go_together_are_told(job_file, settings, words):
    with pytest.raises(ConfigError, match=words):
        load_job(job_file, overrides=[MULTI, f"pipeline.multi_reader={settings}"], environ={})


def test_pieces_are_of_25_gib(job_file):
    assert load_job(job_file, environ={}).job.pipeline.multi_reader.chunk_size == 25 * 1024**3
