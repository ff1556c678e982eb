/* The kernels of one level over a plan and records from standard input; rows and statuses to standard output.
   test_neon.py writes and reads what this reads and writes. */
#include "batch.h"
#include "levels.h"

#include <stdio.h>
#include <stdlib.h>

static void read_all(void *to, size_t size)
{
    if (fread(to, 1, size, stdin) != size) {
        fputs("the input is too short\n", stderr);
        exit(1);
    }
}

/* To be freed by nobody: the process is one plan's. */
static void *read_new(size_t size)
{
    void *bytes = malloc(size > 0 ? size : 1);
    if (bytes == NULL) {
        fputs("no memory\n", stderr);
        exit(1);
    }
    read_all(bytes, size);
    return bytes;
}

static int32_t read_int(void)
{
    int32_t value;
    read_all(&value, sizeof value);
    return value;
}

static mf_column read_column(const mf_kernels *k, int32_t record_length)
{
    const mf_kernel kernels[] = {k->text_latin1,     k->text_wide, k->text_utf8, k->text_mixed, k->text_graphic,
                                 k->text_national,   k->zoned,     k->packed,    k->unsigned_packed, k->binary,
                                 k->edited,          k->float_ibm, k->float_ieee};
    mf_column c = {.kernel = kernels[read_int()]};
    c.offset = read_int();
    c.target = read_int();
    c.size = read_int();
    c.unit = (uint8_t)read_int();
    c.tentative = (uint8_t)read_int();
    c.field.length = read_int();
    c.field.before = c.offset;
    c.field.after = record_length - c.offset - c.field.length;
    c.field.digits = read_int();
    c.field.width = read_int();
    c.field.is_signed = (uint8_t)read_int();
    c.field.sign_leading = (uint8_t)read_int();
    c.field.sign_separate = (uint8_t)read_int();
    c.field.is_little = (uint8_t)read_int();
    c.field.blank = (uint8_t)read_int();
    c.field.zone = (uint8_t)read_int();
    c.field.plus = (uint8_t)read_int();
    c.field.minus = (uint8_t)read_int();
    c.field.trim = (uint8_t)read_int();
    c.field.plus_nibbles = (uint16_t)read_int();
    c.field.minus_nibbles = (uint16_t)read_int();
    c.field.verdicts.blanks = (uint8_t)read_int();
    c.field.verdicts.low_values = (uint8_t)read_int();
    c.field.verdicts.high_values = (uint8_t)read_int();
    c.field.verdicts.bad_sign = (uint8_t)read_int();
    c.field.verdicts.bad_digit = (uint8_t)read_int();
    c.field.text_table = read_new(256);
    c.field.wide_table = read_new(1024);
    c.field.double_table = read_new((size_t)read_int());
    c.field.void_table = read_new(256);
    c.field.sign_table = read_new(256);
    c.field.edits = read_new((size_t)c.field.length);
    return c;
}

int main(void)
{
    const mf_kernels *kernels = mf_kernels_at((enum mf_level)read_int());
    if (kernels == NULL) {
        fputs("the level is not to be had\n", stderr);
        return 1;
    }
    size_t columns = (size_t)read_int(), count = (size_t)read_int();
    mf_plan plan = {.column_count = columns};
    plan.record_length = read_int();
    plan.row_size = read_int();
    mf_column *column = calloc(columns, sizeof *column);
    uint8_t *rows = calloc(count, (size_t)plan.row_size), *status = calloc(columns, count);
    if (column == NULL || rows == NULL || status == NULL)
        return 1;
    for (size_t j = 0; j < columns; j++)
        column[j] = read_column(kernels, plan.record_length);
    plan.columns = column;
    uint8_t *data = read_new(count * (size_t)plan.record_length);
    mf_output out = {.rows = rows, .status = status, .status_stride = count};
    mf_decode_fixed(&plan, data, plan.record_length, count, 65536, &out);
    fwrite(rows, (size_t)plan.row_size, count, stdout);
    fwrite(status, count, columns, stdout);
    return 0;
}
