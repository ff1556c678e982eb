/* A plan from a stream, as tests/plan_stream.py writes it. */
#ifndef PLAN_STREAM_H
#define PLAN_STREAM_H

#include "batch.h"
#include "levels.h"
#include "odo.h"

#include <stdio.h>
#include <stdlib.h>

static void fail(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static void *allocate(size_t count, size_t size)
{
    void *bytes = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (bytes == NULL)
        fail("no memory");
    return bytes;
}

static void *read_new(FILE *from, size_t size)
{
    void *bytes = allocate(size, 1);
    if (fread(bytes, 1, size, from) != size)
        fail("the input is too short");
    return bytes;
}

static int32_t read_int(FILE *from)
{
    int32_t value;
    if (fread(&value, sizeof value, 1, from) != 1)
        fail("the input is too short");
    return value;
}

static mf_column read_column(FILE *from, const mf_kernels *k, int32_t record_length)
{
    const mf_kernel kernels[] = {k->text_latin1,     k->text_wide, k->text_utf8, k->text_mixed, k->text_graphic,
                                 k->text_national,   k->zoned,     k->packed,    k->unsigned_packed, k->binary,
                                 k->edited,          k->float_ibm, k->float_ieee};
    mf_column c = {.kernel = kernels[read_int(from)]};
    c.offset = read_int(from);
    c.target = read_int(from);
    c.size = read_int(from);
    c.unit = (uint8_t)read_int(from);
    c.tentative = (uint8_t)read_int(from);
    c.field.length = read_int(from);
    c.field.before = c.offset;
    c.field.after = record_length - c.offset - c.field.length;
    c.field.digits = read_int(from);
    c.field.width = read_int(from);
    c.field.is_signed = (uint8_t)read_int(from);
    c.field.sign_leading = (uint8_t)read_int(from);
    c.field.sign_separate = (uint8_t)read_int(from);
    c.field.is_little = (uint8_t)read_int(from);
    c.field.blank = (uint8_t)read_int(from);
    c.field.zone = (uint8_t)read_int(from);
    c.field.plus = (uint8_t)read_int(from);
    c.field.minus = (uint8_t)read_int(from);
    c.field.point = (uint8_t)read_int(from);
    c.field.currency = (uint8_t)read_int(from);
    c.field.trim = (uint8_t)read_int(from);
    c.field.plus_nibbles = (uint16_t)read_int(from);
    c.field.minus_nibbles = (uint16_t)read_int(from);
    c.field.verdicts.blanks = (uint8_t)read_int(from);
    c.field.verdicts.low_values = (uint8_t)read_int(from);
    c.field.verdicts.high_values = (uint8_t)read_int(from);
    c.field.verdicts.bad_sign = (uint8_t)read_int(from);
    c.field.verdicts.bad_digit = (uint8_t)read_int(from);
    c.field.text_table = read_new(from, 256);
    c.field.wide_table = read_new(from, 1024);
    c.field.double_table = read_new(from, (size_t)read_int(from));
    c.field.void_table = read_new(from, 256);
    c.field.sign_table = read_new(from, 256);
    c.field.edits = read_new(from, (size_t)c.field.length);
    return c;
}

/* Its tables are never freed: there are as many as the process needs. */
static mf_plan read_plan(FILE *from, const mf_kernels *kernels)
{
    mf_plan plan = {.column_count = (size_t)read_int(from)};
    plan.record_length = read_int(from);
    plan.row_size = read_int(from);
    mf_column *columns = allocate(plan.column_count, sizeof *columns);
    for (size_t j = 0; j < plan.column_count; j++)
        columns[j] = read_column(from, kernels, plan.record_length);
    plan.columns = columns;
    return plan;
}

#endif
