/* Records with tables of variable size, laid out as at their longest. */
#include "odo.h"

#include <string.h>

/* The number that a column's kernel has written; more than any table has where it is negative or too large. */
static int64_t number_of(const mf_field *field, const uint8_t *value)
{
    int16_t i16;
    int32_t i32;
    int64_t i64;
    switch (field->width) {
    case 2: memcpy(&i16, value, 2); return field->is_signed ? i16 : (uint16_t)i16;
    case 4: memcpy(&i32, value, 4); return field->is_signed ? i32 : (int64_t)(uint32_t)i32;
    case 8: memcpy(&i64, value, 8); return i64;
    default: break;
    }
    int64_t high;
    memcpy(&i64, value, 8);
    memcpy(&high, value + 8, 8);
    return high == 0 ? i64 : -1;
}

/* What the text of a counter counts; -1 if it is none of the codes. */
static int64_t count_of_code(const mf_odo_step *step, const uint8_t *text, size_t size)
{
    for (int32_t i = 0; i < step->code_count; i++) {
        const uint8_t *code = step->codes + (size_t)i * (size + 4);
        if (memcmp(text, code, size) == 0) {
            int32_t count;
            memcpy(&count, code + size, 4);
            return count;
        }
    }
    return -1;
}

/* How many occurrences there are; -1 if the counter says nothing, or what it cannot. */
static int64_t count_of(const mf_plan *plan, const mf_odo_step *step, const uint8_t *record)
{
    const mf_column *column = plan->columns + step->counter;
    uint8_t value[MF_MOST_CODE], status;
    mf_cells cells = {.src = record + column->offset, .dst = value, .status = &status, .count = 1};
    column->kernel(&column->field, &cells);
    if (status != MF_OK)
        return -1;
    int64_t count = step->codes != NULL ? count_of_code(step, value, (size_t)column->size)
                                        : number_of(&column->field, value);
    return count < step->minimum || count > step->maximum ? -1 : count;
}

int64_t mf_expand(const mf_plan *plan, const mf_odo *odo, const uint8_t *data, int64_t length, uint8_t *record)
{
    int64_t at = 0;
    memset(record, 0, (size_t)plan->record_length);
    for (size_t i = 0; i < odo->step_count;) {
        const mf_odo_step *step = odo->steps + i++;
        int64_t size = step->length;
        if (step->counter >= 0) {
            int64_t count = count_of(plan, step, record);
            if (count < 0)
                return step->offset;
            if (step->occurrence >= 0) {
                if (step->occurrence >= count)
                    i = (size_t)step->next;
                continue;
            }
            size *= count;
        }
        int64_t there = size < length - at ? size : length - at;
        memcpy(record + step->offset, data + at, (size_t)there);
        at += there;
        if (there < size)
            return step->offset + there;
    }
    return plan->record_length;
}
