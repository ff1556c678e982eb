"""The call-level interface, as Cython sees it."""

from libc.stdint cimport int16_t, int32_t, uint16_t, uint32_t


cdef extern from "sqlcli.h" nogil:
    ctypedef int32_t mf_handle
    ctypedef int16_t mf_return

    int MF_SQL_SUCCESS, MF_SQL_SUCCESS_WITH_INFO, MF_SQL_NO_DATA
    int MF_SQL_HANDLE_ENV, MF_SQL_HANDLE_DBC, MF_SQL_HANDLE_STMT
    int MF_SQL_COMMIT, MF_SQL_ROLLBACK, MF_SQL_NTS, MF_SQL_PARAM_INPUT, MF_SQL_DRIVER_NOPROMPT
    int MF_SQL_CLOSE, MF_SQL_RESET_PARAMS
    int MF_SQL_ATTR_ODBC_VERSION, MF_SQL_OV_ODBC3, MF_SQL_ATTR_AUTOCOMMIT, MF_SQL_AUTOCOMMIT_OFF
    int MF_SQL_ATTR_RECEIVE_TIMEOUT
    int MF_SQL_ATTR_PARAM_BIND_TYPE, MF_SQL_ATTR_PARAMSET_SIZE
    int MF_SQL_APPLICATION_CODEPAGE, MF_SQL_DIAG_ROW_NUMBER
    int MF_SQL_CHAR, MF_SQL_DECIMAL, MF_SQL_INTEGER, MF_SQL_SMALLINT, MF_SQL_REAL, MF_SQL_DOUBLE, MF_SQL_VARCHAR
    int MF_SQL_TYPE_DATE, MF_SQL_TYPE_TIMESTAMP, MF_SQL_BINARY, MF_SQL_VARBINARY, MF_SQL_BIGINT, MF_SQL_C_SBIGINT

    ctypedef struct mf_cli:
        mf_return (*alloc_handle)(int16_t, mf_handle, mf_handle *) noexcept nogil
        mf_return (*free_handle)(int16_t, mf_handle) noexcept nogil
        mf_return (*set_env_attr)(mf_handle, int32_t, void *, int32_t) noexcept nogil
        mf_return (*set_connect_attr)(mf_handle, int32_t, void *, int32_t) noexcept nogil
        mf_return (*set_stmt_attr)(mf_handle, int32_t, void *, int32_t) noexcept nogil
        mf_return (*driver_connect)(mf_handle, void *, const char *, int16_t, char *, int16_t, int16_t *,
                                    uint16_t) noexcept nogil
        mf_return (*disconnect)(mf_handle) noexcept nogil
        mf_return (*get_info)(mf_handle, uint16_t, void *, int16_t, int16_t *) noexcept nogil
        mf_return (*prepare)(mf_handle, const char *, int32_t) noexcept nogil
        mf_return (*bind_parameter)(mf_handle, uint16_t, int16_t, int16_t, int16_t, uint32_t, int16_t, void *, int32_t,
                                    int32_t *) noexcept nogil
        mf_return (*execute)(mf_handle) noexcept nogil
        mf_return (*free_stmt)(mf_handle, uint16_t) noexcept nogil
        mf_return (*row_count)(mf_handle, int32_t *) noexcept nogil
        mf_return (*end_tran)(int16_t, mf_handle, int16_t) noexcept nogil
        mf_return (*get_diag_rec)(int16_t, mf_handle, int16_t, char *, int32_t *, char *, int16_t,
                                  int16_t *) noexcept nogil
        mf_return (*get_diag_field)(int16_t, mf_handle, int16_t, int16_t, void *, int16_t, int16_t *) noexcept nogil

    const char *mf_cli_open(mf_cli *, const char *)
