/* The kernels of one level over a plan and records from standard input; rows and statuses to standard output.
   test_neon.py writes and reads what this reads and writes. */
#include "plan_stream.h"

int main(void)
{
    const mf_kernels *kernels = mf_kernels_at((enum mf_level)read_int(stdin));
    if (kernels == NULL)
        fail("the level is not to be had");
    size_t count = (size_t)read_int(stdin);
    mf_plan plan = read_plan(stdin, kernels);
    uint8_t *rows = allocate(count, (size_t)plan.row_size), *status = allocate(plan.column_count, count);
    uint8_t *data = read_new(stdin, count * (size_t)plan.record_length);
    mf_output out = {.rows = rows, .status = status, .status_stride = count};
    mf_decode_fixed(&plan, data, plan.record_length, count, 65536, &out);
    fwrite(rows, (size_t)plan.row_size, count, stdout);
    fwrite(status, count, plan.column_count, stdout);
    return 0;
}
