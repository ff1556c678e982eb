/* Each block of records through the kernel of each column. */
#include "batch.h"
#include "odo.h"

#include <string.h>

static void decode_block(const mf_plan *plan, const uint8_t *data, ptrdiff_t stride, size_t first, size_t count,
                         const mf_output *out)
{
    for (size_t j = 0; j < plan->column_count; j++) {
        const mf_column *column = plan->columns + j;
        mf_cells cells = {
            .src = data + column->offset,
            .src_stride = stride,
            .dst = out->rows + first * (size_t)plan->row_size + column->target,
            .dst_stride = plan->row_size,
            .status = out->status + j * out->status_stride + first,
            .count = count,
        };
        column->kernel(&column->field, &cells);
        if (column->tentative)
            for (size_t i = 0; i < count; i++)
                if (cells.status[i] >= MF_FIRST_ERROR)
                    cells.status[i] = MF_UNFIT;
    }
}

/* Records at a time: as many as block holds, but no more than stay in the first cache with their rows, while column
   after column passes over them; and enough that a column is worth a call. */
static size_t records_at_a_time(const mf_plan *plan, size_t stride, size_t block)
{
    enum { FIRST_CACHE = 24576, ENOUGH = 32 };
    size_t fit = FIRST_CACHE / (stride + (size_t)plan->row_size), most = block / stride;
    size_t step = fit > ENOUGH ? fit & ~(size_t)(ENOUGH - 1) : ENOUGH;
    return most == 0 ? 1 : most < step ? most : step;
}

void mf_decode_fixed(const mf_plan *plan, const uint8_t *data, ptrdiff_t stride, size_t count, size_t block,
                     const mf_output *out)
{
    size_t step = records_at_a_time(plan, (size_t)stride, block);
    for (size_t first = 0; first < count; first += step) {
        size_t n = count - first < step ? count - first : step;
        decode_block(plan, data + (ptrdiff_t)first * stride, stride, first, n, out);
    }
}

/* The cells that the record's end takes away, wholly or in part. */
static void cut_short(const mf_plan *plan, int64_t length, size_t record, const mf_output *out)
{
    for (size_t j = 0; j < plan->column_count; j++) {
        const mf_column *column = plan->columns + j;
        if (column->offset + column->field.length <= length)
            continue;
        bool absent = column->offset >= length;
        if (!absent && column->unit != 0 && (length - column->offset) % column->unit == 0)
            continue;
        memset(out->rows + record * (size_t)plan->row_size + column->target, 0, (size_t)column->size);
        out->status[j * out->status_stride + record] =
            absent ? MF_ABSENT : column->tentative ? MF_UNFIT : MF_TRUNCATED;
    }
}

/* A record, with low-values after its end: they vanish from the texts that it cuts. Returns where it ends. */
static int64_t copy_record(const uint8_t *data, int64_t length, size_t width, uint8_t *record)
{
    if ((size_t)length >= width) {
        memcpy(record, data, width);
        return (int64_t)width;
    }
    memcpy(record, data, (size_t)length);
    memset(record + length, 0, width - (size_t)length);
    return length;
}

void mf_decode_variable(const mf_plan *plan, const mf_odo *odo, const uint8_t *data, const int64_t *starts,
                        const int64_t *lengths, size_t count, uint8_t *scratch, size_t scratch_size, int64_t *ends,
                        const mf_output *out)
{
    size_t width = (size_t)plan->record_length, step = scratch_size / width;
    for (size_t first = 0; first < count; first += step) {
        size_t n = count - first < step ? count - first : step;
        for (size_t i = 0; i < n; i++) {
            const uint8_t *begin = data + starts[first + i];
            uint8_t *record = scratch + i * width;
            ends[i] = odo != NULL ? mf_expand(plan, odo, begin, lengths[first + i], record)
                                  : copy_record(begin, lengths[first + i], width, record);
        }
        decode_block(plan, scratch, (ptrdiff_t)width, first, n, out);
        for (size_t i = 0; i < n; i++)
            if ((size_t)ends[i] < width)
                cut_short(plan, ends[i], first + i, out);
    }
}
