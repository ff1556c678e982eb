"""Rows bound where they stand, through the call-level interface of IBM's driver, the GIL released."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t, uint8_t, uintptr_t

from driver.sqlcli cimport *
from driver._rows cimport Rows
from mfdecode.kernels cimport MF_DATE, MF_DECIMAL, MF_DOUBLE, MF_LATIN1, MF_REAL, MF_TIMESTAMP, MF_UCS4, mf_bound

cdef mf_cli cli
cdef bint is_open = False

UTF8 = 1208
"""IBM's number of it."""


class CliError(Exception):
    """What the driver or the database says: SQLSTATE, SQLCODE, text, and the failing row of an array from 0, or -1."""

    def __init__(self, sqlstate, sqlcode, text, row=-1):
        super().__init__(text)
        self.sqlstate, self.sqlcode, self.row = sqlstate, sqlcode, row


def open_library(library):
    """Make ready to connect; ``library`` is the path of libdb2 as bytes.

    Raises OSError if it is not there or lacks a function.
    """
    global is_open
    cdef const char *missing
    if is_open:
        return
    missing = mf_cli_open(&cli, library)
    if missing != NULL:
        raise OSError((<bytes> missing).decode(errors="replace"))
    is_open = True


cdef int check(mf_return code, int16_t type, mf_handle handle) except -1:
    cdef char sqlstate[6]
    cdef char text[1024]
    cdef int32_t sqlcode = 0
    cdef int32_t row = 0
    cdef int16_t length = 0
    if code == MF_SQL_SUCCESS or code == MF_SQL_SUCCESS_WITH_INFO or code == MF_SQL_NO_DATA:
        return 0
    sqlstate[0] = text[0] = 0
    if cli.get_diag_rec(type, handle, 1, sqlstate, &sqlcode, text, sizeof(text), &length) != MF_SQL_SUCCESS:
        raise CliError("HY000", -99999, "the driver fails and does not say why")
    sqlstate[5] = text[1023] = 0
    if cli.get_diag_field(type, handle, 1, MF_SQL_DIAG_ROW_NUMBER, &row, sizeof(row), &length) != MF_SQL_SUCCESS:
        row = 0
    raise CliError((<bytes> sqlstate).decode("ascii", "replace"), sqlcode,
                   (<bytes> text).decode(errors="replace").strip(), row - 1 if row > 0 else -1)


cdef class Connection:
    """One transaction at a time; for one thread at a time.

    Args:
        string: the connection string as bytes, password and all; it is not kept.
        receive_timeout: seconds of silence after which the server counts as lost.

    Raises:
        CliError: the server is not there, or does not let us in.
    """

    cdef mf_handle environment   # its own: the connections of one environment wait for each other
    cdef mf_handle handle
    cdef bint connected
    cdef dict statements

    def __cinit__(self, bytes string not None, Py_ssize_t receive_timeout):
        cdef const char *text = PyBytes_AS_STRING(string)
        if not is_open:
            raise RuntimeError("the library is not open")
        self.statements = {}
        try:
            self.connect(text)
            self.attribute(MF_SQL_ATTR_AUTOCOMMIT, MF_SQL_AUTOCOMMIT_OFF)
            self.attribute(MF_SQL_ATTR_RECEIVE_TIMEOUT, receive_timeout)
        except BaseException:
            self.close()   # nobody else gets to see the connection
            raise

    cdef int connect(self, const char *text) except -1:
        cdef mf_return code
        check(cli.alloc_handle(MF_SQL_HANDLE_ENV, 0, &self.environment), MF_SQL_HANDLE_ENV, 0)
        check(cli.set_env_attr(self.environment, MF_SQL_ATTR_ODBC_VERSION, <void *> <uintptr_t> MF_SQL_OV_ODBC3, 0),
              MF_SQL_HANDLE_ENV, self.environment)
        check(cli.alloc_handle(MF_SQL_HANDLE_DBC, self.environment, &self.handle), MF_SQL_HANDLE_ENV, self.environment)
        with nogil:
            code = cli.driver_connect(self.handle, NULL, text, MF_SQL_NTS, NULL, 0, NULL, MF_SQL_DRIVER_NOPROMPT)
        check(code, MF_SQL_HANDLE_DBC, self.handle)
        self.connected = True
        return 0

    def __dealloc__(self):
        if self.connected:
            return   # nobody has closed it, and to do that here might wait for the server
        if self.handle:
            cli.free_handle(MF_SQL_HANDLE_DBC, self.handle)
        if self.environment:
            cli.free_handle(MF_SQL_HANDLE_ENV, self.environment)

    cdef int attribute(self, int32_t name, Py_ssize_t value) except -1:
        return check(cli.set_connect_attr(self.handle, name, <void *> <uintptr_t> value, 0), MF_SQL_HANDLE_DBC,
                     self.handle)

    @property
    def codepage(self):
        """IBM's number of the code page that texts are bound in."""
        cdef int32_t number = 0
        check(cli.get_info(self.handle, MF_SQL_APPLICATION_CODEPAGE, &number, sizeof(number), NULL),
              MF_SQL_HANDLE_DBC, self.handle)
        return number

    def prepare(self, sql):
        """A statement, prepared once for the connection."""
        statement = self.statements.get(sql)
        if statement is None:
            statement = self.statements[sql] = Statement(self, sql.encode())
        return statement

    def execute(self, sql, parameters=()):
        """Execute a statement with parameters of str, bytes, int or None; return how many rows it has changed."""
        return (<Statement> self.prepare(sql)).execute(parameters)

    def commit(self):
        """End the transaction."""
        self.end(MF_SQL_COMMIT)

    def rollback(self):
        """Undo the transaction."""
        self.end(MF_SQL_ROLLBACK)

    cdef int end(self, int16_t how) except -1:
        cdef mf_return code
        with nogil:
            code = cli.end_tran(MF_SQL_HANDLE_DBC, self.handle, how)
        return check(code, MF_SQL_HANDLE_DBC, self.handle)

    def close(self):
        """Disconnect; what was not committed is undone. Nothing is raised: there is nothing left to be saved."""
        cdef Statement statement
        for statement in self.statements.values():
            statement.free()
        self.statements = {}
        if self.connected:
            self.connected = False
            with nogil:
                cli.end_tran(MF_SQL_HANDLE_DBC, self.handle, MF_SQL_ROLLBACK)
                cli.disconnect(self.handle)
                cli.free_handle(MF_SQL_HANDLE_DBC, self.handle)
                cli.free_handle(MF_SQL_HANDLE_ENV, self.environment)
            self.handle = self.environment = 0


cdef class Statement:
    """A prepared statement of a connection."""

    cdef Connection connection
    cdef mf_handle handle
    cdef Rows bound

    def __cinit__(self, Connection connection not None, bytes sql not None):
        cdef mf_return code
        cdef const char *text = PyBytes_AS_STRING(sql)
        cdef int32_t length = <int32_t> PyBytes_GET_SIZE(sql)
        self.connection = connection
        check(cli.alloc_handle(MF_SQL_HANDLE_STMT, connection.handle, &self.handle), MF_SQL_HANDLE_DBC,
              connection.handle)
        with nogil:
            code = cli.prepare(self.handle, text, length)
        check(code, MF_SQL_HANDLE_STMT, self.handle)

    def __dealloc__(self):
        # A connection that is closed has freed its statements.
        if self.handle and self.connection is not None and self.connection.connected:
            cli.free_handle(MF_SQL_HANDLE_STMT, self.handle)

    cdef void free(self):
        if self.handle:
            cli.free_handle(MF_SQL_HANDLE_STMT, self.handle)
            self.handle = 0

    cdef int attribute(self, int32_t name, Py_ssize_t value) except -1:
        return check(cli.set_stmt_attr(self.handle, name, <void *> <uintptr_t> value, 0), MF_SQL_HANDLE_STMT,
                     self.handle)

    def execute(self, parameters):
        """Execute with one set of parameters: str, bytes, int or None."""
        cdef Py_ssize_t i, count = len(parameters)
        cdef int32_t *indicators
        cdef int64_t *numbers
        cdef int32_t rows = 0
        cdef bytes content
        self.needs_open()
        kept = []   # the driver reads the bytes when it executes
        indicators = <int32_t *> PyMem_Malloc(max(1, count) * sizeof(int32_t))
        numbers = <int64_t *> PyMem_Malloc(max(1, count) * sizeof(int64_t))
        try:
            if indicators == NULL or numbers == NULL:
                raise MemoryError
            self.bound = None
            check(cli.free_stmt(self.handle, MF_SQL_RESET_PARAMS), MF_SQL_HANDLE_STMT, self.handle)
            self.attribute(MF_SQL_ATTR_PARAMSET_SIZE, 1)
            for i, value in enumerate(parameters):
                if isinstance(value, int):
                    indicators[i] = sizeof(int64_t)
                    numbers[i] = value
                    self.parameter(i, MF_SQL_C_SBIGINT, MF_SQL_BIGINT, 0, 0, &numbers[i], 8, &indicators[i])
                    continue
                content = b"" if value is None else value if isinstance(value, bytes) else value.encode()
                kept.append(content)
                indicators[i] = -1 if value is None else <int32_t> PyBytes_GET_SIZE(content)
                binary = isinstance(value, bytes)
                self.parameter(i, MF_SQL_BINARY if binary else MF_SQL_CHAR,
                               MF_SQL_VARBINARY if binary else MF_SQL_VARCHAR,
                               max(1, PyBytes_GET_SIZE(content)), 0, PyBytes_AS_STRING(content),
                               PyBytes_GET_SIZE(content), &indicators[i])
            self.run()
            check(cli.row_count(self.handle, &rows), MF_SQL_HANDLE_STMT, self.handle)
        finally:
            PyMem_Free(indicators)
            PyMem_Free(numbers)
            cli.free_stmt(self.handle, MF_SQL_RESET_PARAMS)
        return rows

    def execute_rows(self, Rows rows not None, Py_ssize_t begin, Py_ssize_t end):
        """Execute with filled rows, which the server takes or refuses as one; return how many it has taken."""
        cdef int32_t taken = 0
        self.needs_open()
        if not 0 <= begin < end <= rows.count:
            raise IndexError("rows that were not filled")
        self.bind(rows, begin)
        self.attribute(MF_SQL_ATTR_PARAMSET_SIZE, end - begin)
        self.run()
        check(cli.row_count(self.handle, &taken), MF_SQL_HANDLE_STMT, self.handle)
        return taken

    cdef int needs_open(self) except -1:
        if not self.handle:
            raise RuntimeError("the connection is closed")
        return 0

    cdef int run(self) except -1:
        cdef mf_return code
        with nogil:
            code = cli.execute(self.handle)
        return check(code, MF_SQL_HANDLE_STMT, self.handle)

    cdef int bind(self, Rows rows, Py_ssize_t begin) except -1:
        cdef Py_ssize_t i
        cdef const mf_bound *b
        cdef uint8_t *first = &rows.view[0] + begin * rows.row_size
        if self.bound is rows and begin == 0:
            return 0
        self.bound = None
        check(cli.free_stmt(self.handle, MF_SQL_RESET_PARAMS), MF_SQL_HANDLE_STMT, self.handle)
        self.attribute(MF_SQL_ATTR_PARAM_BIND_TYPE, rows.row_size)
        for i in range(rows.columns):
            b = &rows.bounds[i]
            self.bind_column(i, b, first)
        if begin == 0:
            self.bound = rows
        return 0

    cdef int bind_column(self, Py_ssize_t i, const mf_bound *b, uint8_t *first) except -1:
        cdef void *value = first + b.at
        cdef int32_t *indicator = <int32_t *> (first + b.indicator)
        cdef int32_t size = <int32_t> max(1, b.width)
        if b.kind == MF_LATIN1 or b.kind == MF_UCS4:
            return self.parameter(i, MF_SQL_CHAR, MF_SQL_VARCHAR, size, 0, value, size, indicator)
        if b.kind == MF_DECIMAL:
            return self.parameter(i, MF_SQL_CHAR, MF_SQL_DECIMAL, b.precision, b.scale, value, b.precision + 3,
                                  indicator)
        if b.kind == MF_REAL:
            return self.parameter(i, MF_SQL_REAL, MF_SQL_REAL, 0, 0, value, 4, indicator)
        if b.kind == MF_DOUBLE:
            return self.parameter(i, MF_SQL_DOUBLE, MF_SQL_DOUBLE, 0, 0, value, 8, indicator)
        if b.kind == MF_DATE:
            return self.parameter(i, MF_SQL_CHAR, MF_SQL_TYPE_DATE, 10, 0, value, 10, indicator)
        if b.kind == MF_TIMESTAMP:
            return self.parameter(i, MF_SQL_CHAR, MF_SQL_TYPE_TIMESTAMP, 26, 6, value, 26, indicator)
        if b.width == 2:
            return self.parameter(i, MF_SQL_SMALLINT, MF_SQL_SMALLINT, 0, 0, value, 2, indicator)
        if b.width == 4:
            return self.parameter(i, MF_SQL_INTEGER, MF_SQL_INTEGER, 0, 0, value, 4, indicator)
        return self.parameter(i, MF_SQL_C_SBIGINT, MF_SQL_BIGINT, 0, 0, value, 8, indicator)

    cdef int parameter(self, Py_ssize_t i, int16_t c_type, int16_t sql_type, uint32_t precision, int16_t scale,
                       void *value, Py_ssize_t size, int32_t *indicator) except -1:
        return check(
            cli.bind_parameter(self.handle, <uint16_t> (i + 1), MF_SQL_PARAM_INPUT, c_type, sql_type, precision, scale,
                               value, <int32_t> size, indicator),
            MF_SQL_HANDLE_STMT, self.handle)
