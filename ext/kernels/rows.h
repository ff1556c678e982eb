/* Rows as a database client binds them: one structure a row, each value checked against the table's column on the way. */
#ifndef MF_ROWS_H
#define MF_ROWS_H

#include "source.h"

enum mf_parameter {
    MF_LATIN1,   /* Latin-1 of the array to UTF-8 */
    MF_UCS4,     /* UCS-4 of the array to UTF-8 */
    MF_INTEGER,  /* 2, 4 or 8 bytes in the machine's order */
    MF_DECIMAL,  /* text: sign, digits, point, digits */
    MF_REAL,     /* 4 bytes */
    MF_DOUBLE,   /* 8 bytes */
    MF_DATE,     /* text: YYYY-MM-DD, of days since 1970-01-01; cheaper for IBM's client than SQL_DATE_STRUCT */
    MF_TIMESTAMP /* text: YYYY-MM-DD HH:MM:SS.ffffff, of microseconds since 1970-01-01 */
};

enum mf_refusal { MF_FITS, MF_TOO_LONG, MF_OUT_OF_RANGE, MF_CUT_DECIMALS, MF_MISSING };

#define MF_DATE_LENGTH 10
#define MF_TIMESTAMP_LENGTH 26
#define MF_NULL_DATA (-1)   /* an indicator: no value (SQL_NULL_DATA) */

typedef struct mf_bound {
    mf_source source;
    enum mf_parameter kind;
    enum mf_integer type;    /* numbers: as they are in the array */
    int32_t size;            /* texts: characters in the array; floats: bytes in the array */
    int32_t source_scale;    /* numbers: decimals of the array's integers; may be negative */
    int32_t at;              /* where the value stands in the row */
    int32_t indicator;       /* where its int32 stands: bytes of the value, or MF_NULL_DATA */
    int32_t width;           /* bytes that the column takes: of text in UTF-8, or of a number as an integer */
    int32_t precision;       /* numbers: digits of the column */
    int32_t scale;           /* numbers: decimals of the column */
    bool nullable;
} mf_bound;

/* Bytes that a value may take in the row. */
int32_t mf_value_size(const mf_bound *bound);

/* Writes a number as text, of at most 20 bytes; returns how many. */
int32_t mf_put_integer(uint8_t *out, int64_t value);

/* Fills `count` rows of `row_size` bytes. refusals[i] says why the database must not be given row i, and refused[i]
   which column that is; what is refused is null in its row. The sources have `count` rows or more. */
void mf_fill_rows(const mf_bound *bounds, size_t columns, size_t count, uint8_t *rows, size_t row_size,
                  uint8_t *refusals, int16_t *refused);

#endif
