/* Random and mutated records through the kernels of every level, which must not differ. */
#ifndef RECORDS_H
#define RECORDS_H

#include "chance.h"
#include "plan_stream.h"

enum { MOST_RECORDS = 40 };

/* A layout: its plan at each level, NULL columns where this processor lacks it, and records that are right. */
typedef struct subject {
    mf_plan plans[MF_LEVEL_COUNT];
    mf_odo odo;
    size_t sample_count;
    const uint8_t *samples;
} subject;

static mf_odo read_odo(FILE *from, const mf_plan *plan)
{
    mf_odo odo = {.step_count = (size_t)read_int(from)};
    mf_odo_step *steps = allocate(odo.step_count, sizeof *steps);
    for (size_t i = 0; i < odo.step_count; i++) {
        mf_odo_step *step = steps + i;
        step->offset = read_int(from);
        step->length = read_int(from);
        step->counter = read_int(from);
        step->occurrence = read_int(from);
        step->minimum = read_int(from);
        step->maximum = read_int(from);
        step->next = read_int(from);
        step->code_count = read_int(from);
        if (step->code_count > 0)
            step->codes = read_new(from, (size_t)step->code_count * (size_t)(plan->columns[step->counter].size + 4));
    }
    odo.steps = steps;
    return odo;
}

static subject read_subject(FILE *from)
{
    subject s = {0};
    long begin = ftell(from);
    for (int level = MF_LEVEL_COUNT - 1; level >= 0; level--) { /* the baseline, which there always is, is read last */
        const mf_kernels *kernels = mf_kernels_at((enum mf_level)level);
        if (kernels == NULL)
            continue;
        fseek(from, begin, SEEK_SET);
        s.plans[level] = read_plan(from, kernels);
    }
    s.odo = read_odo(from, &s.plans[MF_BASELINE]);
    s.sample_count = (size_t)read_int(from);
    s.samples = read_new(from, s.sample_count * (size_t)s.plans[MF_BASELINE].record_length);
    return s;
}

static void fill_record(chance *c, const subject *s, uint8_t *record, size_t length)
{
    size_t width = (size_t)s->plans[MF_BASELINE].record_length;
    fill_any(c, record, length);
    if (s->sample_count == 0 || below(c, 4) == 0)
        return;
    memcpy(record, s->samples + below(c, s->sample_count) * width, length < width ? length : width);
    if (below(c, 4) > 0)
        mutate(c, record, length);
}

/* Where the results of a level go, in blocks that end where they may be written to. */
typedef struct results {
    uint8_t *rows, *status;
    size_t row_bytes, status_bytes;
} results;

static results new_results(const mf_plan *plan, size_t count)
{
    results r = {.row_bytes = count * (size_t)plan->row_size, .status_bytes = count * plan->column_count};
    r.rows = allocate(r.row_bytes, 1);
    r.status = allocate(r.status_bytes, 1);
    return r;
}

static void compare(const subject *s, results of_level[MF_LEVEL_COUNT])
{
    const results *base = &of_level[MF_BASELINE];
    for (int level = 0; level < MF_LEVEL_COUNT; level++) {
        const results *r = &of_level[level];
        if (s->plans[level].columns == NULL)
            continue;
        if (memcmp(r->rows, base->rows, base->row_bytes) != 0 || memcmp(r->status, base->status, base->status_bytes))
            fail("the levels differ");
        if (level != MF_BASELINE) {
            free(r->rows);
            free(r->status);
        }
    }
    free(base->rows);
    free(base->status);
}

static size_t fuzz_fixed(chance *c, const subject *s)
{
    size_t count = 1 + below(c, MOST_RECORDS), width = (size_t)s->plans[MF_BASELINE].record_length;
    size_t stride = width + (below(c, 2) ? below(c, 9) : 0), size = (count - 1) * stride + width;
    uint8_t *data = allocate(size, 1);
    for (size_t i = 0; i < count; i++)
        fill_record(c, s, data + i * stride, i + 1 < count ? stride : width);
    size_t block = 1 + below(c, 2 * size);
    results of_level[MF_LEVEL_COUNT] = {0};
    for (int level = 0; level < MF_LEVEL_COUNT; level++) {
        const mf_plan *plan = &s->plans[level];
        if (plan->columns == NULL)
            continue;
        of_level[level] = new_results(plan, count);
        mf_output out = {of_level[level].rows, of_level[level].status, count};
        mf_decode_fixed(plan, data, (ptrdiff_t)stride, count, block, &out);
    }
    compare(s, of_level);
    free(data);
    return count;
}

static size_t fuzz_variable(chance *c, const subject *s)
{
    size_t count = 1 + below(c, MOST_RECORDS), width = (size_t)s->plans[MF_BASELINE].record_length, size = 0;
    int64_t *starts = allocate(count, sizeof *starts), *lengths = allocate(count, sizeof *lengths);
    for (size_t i = 0; i < count; i++) {
        lengths[i] = (int64_t)(below(c, 3) ? below(c, width + 1) : width + below(c, 9));
        starts[i] = (int64_t)size;
        size += (size_t)lengths[i];
    }
    uint8_t *data = allocate(size, 1);
    for (size_t i = 0; i < count; i++)
        fill_record(c, s, data + starts[i], (size_t)lengths[i]);
    size_t scratch_size = width + below(c, 4 * width);
    uint8_t *scratch = allocate(scratch_size, 1);
    int64_t *ends = allocate(scratch_size / width, sizeof *ends);
    const mf_odo *odo = s->odo.step_count > 0 && below(c, 4) ? &s->odo : NULL;
    results of_level[MF_LEVEL_COUNT] = {0};
    for (int level = 0; level < MF_LEVEL_COUNT; level++) {
        const mf_plan *plan = &s->plans[level];
        if (plan->columns == NULL)
            continue;
        of_level[level] = new_results(plan, count);
        mf_output out = {of_level[level].rows, of_level[level].status, count};
        mf_decode_variable(plan, odo, data, starts, lengths, count, scratch, scratch_size, ends, &out);
    }
    compare(s, of_level);
    free(ends);
    free(scratch);
    free(data);
    free(lengths);
    free(starts);
    return count;
}

#endif
