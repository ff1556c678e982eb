"""The tables of a job, made where they are missing, and looked at before anything is read."""

from collections.abc import Sequence

from driver.repository.dialect import quoted
from driver.repository.errors import TargetRefused

from .parameters import Parameter, parameters
from .session import DescribedColumn, Session
from .sqlcodes import EXISTS_ALREADY, NO_TABLE, SqlError
from .tables import JobTables
from .transactions import Transactions

Described = dict[str, DescribedColumn]


def make_shared_tables(transactions: Transactions) -> None:
    """Make those of the tables of all jobs that are missing.

    Args:
        transactions: over the target's own connection.

    Raises:
        TargetRefused: a table lacks a column.
    """
    for table in JobTables.of_all_jobs():
        _with_columns(_made(transactions, table.name, [table.create_sql(if_missing=False)]), table.names, table.name)


def make_tables(transactions: Transactions, tables: JobTables, run_id: str) -> tuple[Parameter, ...]:
    """Make the tables of a record type that are missing.

    Args:
        transactions: over the target's own connection.
        tables: of the record type.
        run_id: which has to fit.

    Returns:
        What the fields may hold: all that staging and final both take, so that what is staged can be merged.

    Raises:
        TargetRefused: a table lacks a column, or has one that the field's values do not go into.
    """
    staging, final = tables.staging_table, tables.final_table
    staged = _made(transactions, staging.name, [staging.create_sql(if_missing=False), tables.index_sql])
    _with_columns(staged, staging.names, staging.name)
    merged = _made(transactions, final.name, [final.create_sql(if_missing=False)])
    _with_columns(merged, final.names, final.name)
    _same_types(_made(transactions, tables.work, tables.create_work_sql), merged, final.names, tables)
    for name, described in ((staging.name, staged), (final.name, merged)):
        if described["RUN_ID"].width < len(run_id.encode()):
            raise TargetRefused(f"the column RUN_ID of the table {name} is too narrow for the run's id {run_id}")
    fields = [column.name for column in tables.table.columns]
    return parameters(
        tables.table.columns,
        (staging.name, [staged[name] for name in fields]),
        (final.name, [merged[name] for name in fields]),
    )


def _made(transactions: Transactions, name: str, statements: Sequence[str]) -> Described:
    """The columns of a table, which is made if it is missing."""
    what = f"the table {name}"

    def described(session: Session) -> Described | None:
        try:
            columns = session.describe(f"SELECT * FROM {quoted(name)} WHERE 1 = 0")
        except SqlError as error:
            if error.sqlcode == NO_TABLE:
                return None
            raise
        return {column.name: column for column in columns}

    def created(session: Session) -> None:
        try:
            for sql in statements:
                session.execute(sql)
        except SqlError as error:
            if error.sqlcode != EXISTS_ALREADY:  # another run has made it meanwhile
                raise

    found = transactions(what, described)
    if found is None:
        transactions(what, created)
        found = transactions(what, described)
    if found is None:
        raise TargetRefused(f"{what} is made, and cannot be seen: has the target's user the right to read it?")
    return found


def _with_columns(described: Described, names: Sequence[str], table: str) -> None:
    missing = [name for name in names if name not in described]
    if missing:
        raise TargetRefused(
            f"the table {table} has no column {', '.join(missing)}. Change the job, alter the table, or rename it and "
            "let it be made anew"
        )


def _same_types(work: Described, final: Described, names: Sequence[str], tables: JobTables) -> None:
    """The rows of a range go from staging to final by way of the work table, which is made after the latter."""
    other = [name for name in names if name not in work or not work[name].same_type(final[name])]
    if other:
        raise TargetRefused(
            f"the table {tables.work} has other columns than {tables.table.final}, for which it stands in the MERGE: "
            f"{', '.join(other)}. Drop it, and it is made anew"
        )
