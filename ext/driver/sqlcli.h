/* The few functions of a call-level interface that loading rows takes (ISO/IEC 9075-3, with the array extensions of
   ODBC 3 as IBM's CLI has them), opened at run time: the library comes inside ibm_db's wheel. */
#ifndef MF_SQLCLI_H
#define MF_SQLCLI_H

#include <stdint.h>

/* IBM's CLI on 64-bit Linux: handles and lengths are 32 bits wide unless a program asks for ODBC64. */
typedef int32_t mf_handle;
typedef int16_t mf_return;

enum { MF_SQL_SUCCESS = 0, MF_SQL_SUCCESS_WITH_INFO = 1, MF_SQL_NO_DATA = 100 };
enum { MF_SQL_HANDLE_ENV = 1, MF_SQL_HANDLE_DBC = 2, MF_SQL_HANDLE_STMT = 3 };
enum { MF_SQL_COMMIT = 0, MF_SQL_ROLLBACK = 1, MF_SQL_NTS = -3, MF_SQL_PARAM_INPUT = 1, MF_SQL_DRIVER_NOPROMPT = 0 };
enum { MF_SQL_CLOSE = 0, MF_SQL_RESET_PARAMS = 3 };
enum { MF_SQL_ATTR_ODBC_VERSION = 200, MF_SQL_OV_ODBC3 = 3, MF_SQL_ATTR_AUTOCOMMIT = 102, MF_SQL_AUTOCOMMIT_OFF = 0 };
enum { MF_SQL_ATTR_RECEIVE_TIMEOUT = 2547 };   /* IBM's own */
enum { MF_SQL_ATTR_PARAM_BIND_TYPE = 18, MF_SQL_ATTR_PARAMSET_SIZE = 22 };
enum { MF_SQL_APPLICATION_CODEPAGE = 2520, MF_SQL_DIAG_ROW_NUMBER = -1248 };
enum {
    MF_SQL_CHAR = 1, MF_SQL_DECIMAL = 3, MF_SQL_INTEGER = 4, MF_SQL_SMALLINT = 5, MF_SQL_REAL = 7, MF_SQL_DOUBLE = 8,
    MF_SQL_VARCHAR = 12, MF_SQL_TYPE_DATE = 91, MF_SQL_TYPE_TIMESTAMP = 93, MF_SQL_BINARY = -2, MF_SQL_VARBINARY = -3, MF_SQL_BIGINT = -5,
    MF_SQL_C_SBIGINT = -25
};

typedef struct mf_cli {
    mf_return (*alloc_handle)(int16_t type, mf_handle of, mf_handle *handle);
    mf_return (*free_handle)(int16_t type, mf_handle handle);
    mf_return (*set_env_attr)(mf_handle env, int32_t attribute, void *value, int32_t length);
    mf_return (*set_connect_attr)(mf_handle dbc, int32_t attribute, void *value, int32_t length);
    mf_return (*set_stmt_attr)(mf_handle stmt, int32_t attribute, void *value, int32_t length);
    mf_return (*driver_connect)(mf_handle dbc, void *window, const char *in, int16_t in_length, char *out,
                                int16_t out_size, int16_t *out_length, uint16_t completion);
    mf_return (*disconnect)(mf_handle dbc);
    mf_return (*get_info)(mf_handle dbc, uint16_t type, void *value, int16_t size, int16_t *length);
    mf_return (*prepare)(mf_handle stmt, const char *sql, int32_t length);
    mf_return (*bind_parameter)(mf_handle stmt, uint16_t number, int16_t direction, int16_t c_type, int16_t sql_type,
                                uint32_t precision, int16_t scale, void *value, int32_t size, int32_t *indicator);
    mf_return (*execute)(mf_handle stmt);
    mf_return (*free_stmt)(mf_handle stmt, uint16_t option);
    mf_return (*row_count)(mf_handle stmt, int32_t *rows);
    mf_return (*end_tran)(int16_t type, mf_handle handle, int16_t how);
    mf_return (*get_diag_rec)(int16_t type, mf_handle handle, int16_t record, char *sqlstate, int32_t *sqlcode,
                              char *text, int16_t size, int16_t *length);
    mf_return (*get_diag_field)(int16_t type, mf_handle handle, int16_t record, int16_t field, void *value,
                                int16_t size, int16_t *length);
} mf_cli;

/* Finds the functions in the library that ibm_db has loaded; returns what is missing, or NULL. */
const char *mf_cli_open(mf_cli *cli, const char *library);

#endif
