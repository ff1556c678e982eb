/* Numeric edited pictures, read back as numbers. */
#include "numbers.h"

typedef struct reading {
    mf_uint128 value;
    int32_t significant; /* digits from the first that is not 0 */
    bool minus, begun, bad_digit, bad_sign;
} reading;

static inline void take_digit(reading *r, unsigned digit)
{
    r->value = r->value * 10 + digit;
    r->significant += r->significant > 0 || digit != 0;
    r->begun = true;
}

/* A suppressed digit is a leading zero; past the first digit nothing is suppressed. */
static inline void take_suppressed(reading *r)
{
    r->bad_digit |= r->begun;
}

static void read_byte(const mf_field *f, uint8_t edit, uint8_t byte, reading *r)
{
    unsigned digit = (unsigned)(byte ^ f->zone);
    bool is_digit = digit < 10, is_blank = byte == f->blank, ebcdic = f->zone == 0xF0;
    if (edit & MF_EDIT_FLOATED && byte == f->minus)
        r->minus |= !r->begun;
    switch (edit & ~MF_EDIT_FLOATED) {
    case MF_EDIT_DIGIT:
        if (is_digit)
            take_digit(r, digit);
        else
            r->bad_digit = true;
        break;
    case MF_EDIT_SUPPRESSED:
    case MF_EDIT_FLOATING:
    case MF_EDIT_CURRENCY: {
        uint8_t asterisk = ebcdic ? 0x5C : '*';
        if (is_digit)
            take_digit(r, digit);
        else if (is_blank || (edit == MF_EDIT_SUPPRESSED && byte == asterisk) ||
                 (edit == MF_EDIT_CURRENCY && byte == f->currency) || (edit == MF_EDIT_FLOATING && byte == f->plus))
            take_suppressed(r);
        else if (edit == MF_EDIT_FLOATING && byte == f->minus) {
            take_suppressed(r);
            r->minus = true;
        } else
            r->bad_digit = true;
        break;
    }
    case MF_EDIT_SIGN:
        r->minus |= byte == f->minus;
        r->bad_sign |= byte != f->minus && byte != f->plus && !is_blank;
        break;
    case MF_EDIT_ZERO:
        r->bad_digit |= is_digit && digit != 0;
        break;
    case MF_EDIT_OVERPUNCHED: {
        uint8_t entry = f->sign_table[byte];
        if (entry == MF_NO_SIGN) {
            r->bad_sign = true;
        } else {
            r->minus = (entry & MF_MINUS) != 0;
            take_digit(r, entry & 0x0F);
        }
        break;
    }
    default:
        r->bad_digit |= is_digit;
    }
}

/* The letters at p are CR or DB, or both are blank. */
static void read_credit(const mf_field *f, const uint8_t *p, reading *r)
{
    bool ebcdic = f->zone == 0xF0;
    const uint8_t *credit = (const uint8_t *)(ebcdic ? "\xC3\xD9" : "CR");
    const uint8_t *debit = (const uint8_t *)(ebcdic ? "\xC4\xC2" : "DB");
    if (memcmp(p, credit, 2) == 0 || memcmp(p, debit, 2) == 0)
        r->minus = true;
    else
        r->bad_sign |= p[0] != f->blank || p[1] != f->blank;
}

/* What zero is where each digit may be an asterisk: asterisks for all, a sign too, but for a point. */
static bool is_starred(const mf_field *f, const uint8_t *p)
{
    bool ebcdic = f->zone == 0xF0, digits = false;
    uint8_t asterisk = ebcdic ? 0x5C : '*';
    for (int i = 0; i < f->length; i++) {
        if (p[i] != asterisk && (p[i] != f->point || f->edits[i] != MF_EDIT_INSERTION))
            return false;
        if (f->edits[i] == MF_EDIT_DIGIT || f->edits[i] == MF_EDIT_OVERPUNCHED)
            return false;
        digits |= f->edits[i] == MF_EDIT_SUPPRESSED;
    }
    return digits;
}

static uint8_t edited(const mf_field *f, const uint8_t *p, mf_int128 *value)
{
    reading r = {0};
    if (mf_all(p, f->length, f->blank)) /* which would read as a number where every digit may be suppressed */
        return MF_NULL;
    if (is_starred(f, p)) {
        *value = 0;
        return MF_OK;
    }
    for (int i = 0; i < f->length; i++) {
        if (f->edits[i] == MF_EDIT_CREDIT) {
            read_credit(f, p + i, &r);
            i++;
        } else {
            read_byte(f, f->edits[i], p[i], &r);
        }
    }
    if (r.bad_digit)
        return MF_BAD_DIGIT;
    if (r.bad_sign)
        return MF_BAD_SIGN;
    if (r.significant > f->digits) /* a digit where only a floating symbol or a currency sign belongs */
        return MF_OVERFLOW;
    *value = r.minus ? -(mf_int128)r.value : (mf_int128)r.value;
    return MF_OK;
}

void mf_edited(const mf_field *f, const mf_cells *c) { mf_read_numbers(f, c, edited); }
