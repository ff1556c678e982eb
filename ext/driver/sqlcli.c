/* The call-level interface, opened at run time. */
#include "sqlcli.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

const char *mf_cli_open(mf_cli *cli, const char *library)
{
    /* With only the symbols that are called resolved: the wheel's library has others that nothing provides. */
    void *handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
    if (handle == NULL)
        return dlerror();
    static const struct { const char *name; size_t at; } functions[] = {
        {"SQLAllocHandle", offsetof(mf_cli, alloc_handle)},
        {"SQLFreeHandle", offsetof(mf_cli, free_handle)},
        {"SQLSetEnvAttr", offsetof(mf_cli, set_env_attr)},
        {"SQLSetConnectAttr", offsetof(mf_cli, set_connect_attr)},
        {"SQLSetStmtAttr", offsetof(mf_cli, set_stmt_attr)},
        {"SQLDriverConnect", offsetof(mf_cli, driver_connect)},
        {"SQLDisconnect", offsetof(mf_cli, disconnect)},
        {"SQLGetInfo", offsetof(mf_cli, get_info)},
        {"SQLPrepare", offsetof(mf_cli, prepare)},
        {"SQLBindParameter", offsetof(mf_cli, bind_parameter)},
        {"SQLExecute", offsetof(mf_cli, execute)},
        {"SQLFreeStmt", offsetof(mf_cli, free_stmt)},
        {"SQLRowCount", offsetof(mf_cli, row_count)},
        {"SQLEndTran", offsetof(mf_cli, end_tran)},
        {"SQLGetDiagRec", offsetof(mf_cli, get_diag_rec)},
        {"SQLGetDiagField", offsetof(mf_cli, get_diag_field)},
    };
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        void *function = dlsym(handle, functions[i].name);
        if (function == NULL)
            return functions[i].name;
        memcpy((char *)cli + functions[i].at, &function, sizeof function);
    }
    return NULL;
}
