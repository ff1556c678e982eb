/* Rows for a database client. */
#include "rows.h"

#include "values.h"

#include <float.h>

/* Rows of a block stay in the cache while column after column is written into them. */
#define BLOCK 64

typedef struct block {
    size_t first, end;
    uint8_t *rows;
    size_t row_size;
    uint8_t *refusals;
    int16_t *refused;
    int16_t column;
} block;

int32_t mf_value_size(const mf_bound *b)
{
    int64_t longest;
    switch (b->kind) {
    case MF_LATIN1: longest = 2 * (int64_t)b->size; break;
    case MF_UCS4: longest = 4 * (int64_t)b->size; break;
    case MF_DECIMAL: return b->precision + 3;
    case MF_REAL: return 4;
    case MF_DOUBLE: return 8;
    case MF_DATE: return MF_DATE_LENGTH;
    case MF_TIMESTAMP: return MF_TIMESTAMP_LENGTH;
    default: return b->width;
    }
    return longest < b->width ? (int32_t)longest : b->width;
}

static inline uint8_t *row_at(const block *k, size_t i)
{
    return k->rows + i * k->row_size;
}

static inline void put_indicator(const mf_bound *b, uint8_t *row, int32_t indicator)
{
    memcpy(row + b->indicator, &indicator, 4);
}

static void refuse(const mf_bound *b, const block *k, size_t i, enum mf_refusal refusal)
{
    put_indicator(b, row_at(k, i), MF_NULL_DATA);
    if (k->refusals[i] == MF_FITS) {
        k->refusals[i] = (uint8_t)refusal;
        k->refused[i] = k->column;
    }
}

/* Whether row i has a value; if not, that is written. */
static inline bool has_value(const mf_bound *b, const block *k, size_t i)
{
    if (!mf_is_null(&b->source, i))
        return true;
    if (b->nullable)
        put_indicator(b, row_at(k, i), MF_NULL_DATA);
    else
        refuse(b, k, i, MF_MISSING);
    return false;
}

static void fill_latin1(const mf_bound *b, const block *k)
{
    for (size_t i = k->first; i < k->end; i++) {
        if (!has_value(b, k, i))
            continue;
        const uint8_t *text = mf_value_at(&b->source, i);
        uint8_t *row = row_at(k, i), *begin = row + b->at;
        if (b->size <= b->width) {
            bool ascii;
            size_t length = mf_copy_latin1(begin, text, (size_t)b->size, &ascii);
            if (ascii) {
                put_indicator(b, row, (int32_t)length);
                continue;
            }
        }
        size_t n = mf_latin1_length(text, (size_t)b->size), encoded = n;
        if (2 * n > (size_t)b->width) {
            for (size_t j = 0; j < n; j++)
                encoded += text[j] >> 7;
            if (encoded > (size_t)b->width) {
                refuse(b, k, i, MF_TOO_LONG);
                continue;
            }
        }
        put_indicator(b, row, (int32_t)(mf_put_latin1(begin, text, n) - begin));
    }
}

static size_t utf8_length(const uint8_t *text, size_t n)
{
    size_t encoded = n;
    for (size_t j = 0; j < n; j++) {
        uint32_t point;
        memcpy(&point, text + 4 * j, 4);
        encoded += (size_t)((point >= 0x80) + (point >= 0x800) + (point >= 0x10000));
    }
    return encoded;
}

static void fill_ucs4(const mf_bound *b, const block *k)
{
    for (size_t i = k->first; i < k->end; i++) {
        if (!has_value(b, k, i))
            continue;
        const uint8_t *text = mf_value_at(&b->source, i);
        size_t n = mf_ucs4_length(text, (size_t)b->size);
        if (utf8_length(text, n) > (size_t)b->width) {
            refuse(b, k, i, MF_TOO_LONG);
            continue;
        }
        uint8_t *row = row_at(k, i), *begin = row + b->at;
        put_indicator(b, row, (int32_t)(mf_put_ucs4(begin, text, n) - begin));
    }
}

/* The number in units of the column's last decimal. The magnitude has at most 39 digits, and the shift 38. */
static inline enum mf_refusal rescale(const mf_bound *b, mf_uint128 *magnitude, mf_uint128 most)
{
    int shift = b->scale - b->source_scale;
    if (shift > 0) {
        mf_uint128 factor = mf_power_of_ten(shift);
        if (*magnitude > most / factor)
            return MF_OUT_OF_RANGE;
        *magnitude *= factor;
    } else if (shift < 0) {
        mf_uint128 factor = mf_power_of_ten(-shift);
        if (*magnitude % factor != 0)
            return MF_CUT_DECIMALS;
        *magnitude /= factor;
    }
    return *magnitude > most ? MF_OUT_OF_RANGE : MF_FITS;
}

static inline mf_uint128 magnitude_of(mf_int128 value)
{
    return value < 0 ? -(mf_uint128)value : (mf_uint128)value;
}

/* The greatest magnitude that has the column's digits and bytes. */
static mf_uint128 greatest(const mf_bound *b, bool negative)
{
    mf_uint128 of_digits = mf_power_of_ten(b->precision) - 1;
    mf_uint128 of_bytes = ((mf_uint128)1 << (8 * b->width - 1)) - !negative;
    return of_digits < of_bytes ? of_digits : of_bytes;
}

static inline void put_pair(uint8_t *out, uint32_t v)
{
    static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243"
                                "4445464748495051525354555657585960616263646566676869707172737475767778798081828384858687"
                                "888990919293949596979899";
    memcpy(out, pairs + 2 * v, 2);
}

/* Takes the last n digits off a number and writes them before `end`; returns the first. Division by a constant is a
   product; eight digits at once, so that few of these wait for one another. */
static inline uint8_t *take_digits(uint8_t *end, uint64_t *number, int n)
{
    uint64_t v = *number;
    for (; n >= 8; n -= 8, v /= 100000000) {
        uint32_t eight = (uint32_t)(v % 100000000), high = eight / 10000, low = eight % 10000;
        end -= 8;
        put_pair(end, high / 100);
        put_pair(end + 2, high % 100);
        put_pair(end + 4, low / 100);
        put_pair(end + 6, low % 100);
    }
    for (; n >= 2; n -= 2, v /= 100) {
        end -= 2;
        put_pair(end, (uint32_t)(v % 100));
    }
    if (n > 0) {
        *--end = (uint8_t)('0' + v % 10);
        v /= 10;
    }
    *number = v;
    return end;
}

static inline uint8_t *put_digits(uint8_t *end, uint64_t v, int n)
{
    return take_digits(end, &v, n);
}

/* Digits that v is written with; 0 of 0. */
static inline int digits_of(uint64_t v)
{
    int least = (64 - __builtin_clzll(v | 1)) * 1233 >> 12;   /* 1233 / 4096: the logarithm of 2 */
    return least + (v >= mf_power_of_ten(least));
}

/* A number of more than 64 bits, or of more decimals than a word has digits: by way of all digits that there may be. */
static int32_t put_long_decimal(uint8_t *out, bool negative, mf_uint128 magnitude, int scale)
{
    const uint64_t chunk = 1000000000000000000u;   /* 18 digits */
    uint8_t digits[40];
    uint8_t *end = digits + sizeof digits, *first = digits, *p = out;
    put_digits(end, (uint64_t)(magnitude % chunk), 18);
    put_digits(end - 18, (uint64_t)(magnitude / chunk % chunk), 18);
    put_digits(end - 36, (uint64_t)(magnitude / chunk / chunk), 4);
    while (first < end - scale - 1 && *first == '0')
        first++;
    if (negative)
        *p++ = '-';
    size_t whole = (size_t)(end - scale - first);
    memcpy(p, first, whole);
    p += whole;
    if (scale > 0) {
        *p++ = '.';
        memcpy(p, end - scale, (size_t)scale);
        p += scale;
    }
    return (int32_t)(p - out);
}

static inline int32_t put_decimal(uint8_t *out, bool negative, mf_uint128 magnitude, int scale)
{
    if (magnitude >> 64 != 0 || scale > 18)
        return put_long_decimal(out, negative, magnitude, scale);
    uint64_t rest = (uint64_t)magnitude;
    int digits = digits_of(rest) > scale ? digits_of(rest) : scale + 1;
    int32_t length = negative + digits + (scale > 0);
    uint8_t *end = out + length;
    if (scale > 0) {
        end = take_digits(end, &rest, scale);
        *--end = '.';
    }
    end = take_digits(end, &rest, digits - scale);
    if (negative)
        *--end = '-';
    return length;
}

int32_t mf_put_integer(uint8_t *out, int64_t value)
{
    return put_decimal(out, value < 0, magnitude_of(value), 0);
}

static inline void put_integer(const mf_bound *b, uint8_t *row, bool negative, uint64_t magnitude)
{
    uint64_t bits = negative ? -magnitude : magnitude;
    switch (b->width) {
    case 2: { uint16_t v = (uint16_t)bits; memcpy(row + b->at, &v, 2); break; }
    case 4: { uint32_t v = (uint32_t)bits; memcpy(row + b->at, &v, 4); break; }
    default: memcpy(row + b->at, &bits, 8);
    }
    put_indicator(b, row, b->width);
}

/* Inlined with a constant type; is_word where a number is taken as it is and has 64 bits, which most are. */
MF_INLINE void fill_numbers_of(const mf_bound *b, const block *k, enum mf_integer type, bool is_word)
{
    const mf_uint128 most[2] = {greatest(b, false), greatest(b, true)};
    for (size_t i = k->first; i < k->end; i++) {
        if (!has_value(b, k, i))
            continue;
        mf_int128 value = mf_integer_at(mf_value_at(&b->source, i), type);
        bool negative = value < 0;
        mf_uint128 magnitude = is_word ? (negative ? -(uint64_t)value : (uint64_t)value) : magnitude_of(value);
        enum mf_refusal refusal = is_word ? (magnitude > most[negative] ? MF_OUT_OF_RANGE : MF_FITS)
                                          : rescale(b, &magnitude, most[negative]);
        if (refusal != MF_FITS) {
            refuse(b, k, i, refusal);
            continue;
        }
        uint8_t *row = row_at(k, i);
        if (b->kind == MF_DECIMAL)
            put_indicator(b, row, put_decimal(row + b->at, negative, magnitude, b->scale));
        else
            put_integer(b, row, negative, (uint64_t)magnitude);
    }
}

MF_INLINE void fill_numbers(const mf_bound *b, const block *k, enum mf_integer type)
{
    if (b->scale == b->source_scale && type != MF_INT128)
        fill_numbers_of(b, k, type, true);
    else
        fill_numbers_of(b, k, type, false);
}

static void fill_by_type(const mf_bound *b, const block *k)
{
    switch (b->type) {
    case MF_INT16: fill_numbers(b, k, MF_INT16); break;
    case MF_INT32: fill_numbers(b, k, MF_INT32); break;
    case MF_INT64: fill_numbers(b, k, MF_INT64); break;
    case MF_UINT16: fill_numbers(b, k, MF_UINT16); break;
    case MF_UINT32: fill_numbers(b, k, MF_UINT32); break;
    case MF_UINT64: fill_numbers(b, k, MF_UINT64); break;
    default: fill_numbers(b, k, MF_INT128);
    }
}

static double float_at(const uint8_t *p, int32_t size)
{
    float narrow;
    double wide;
    if (size == 8) {
        memcpy(&wide, p, 8);
        return wide;
    }
    memcpy(&narrow, p, 4);
    return (double)narrow;
}

static void fill_floats(const mf_bound *b, const block *k)
{
    const bool real = b->kind == MF_REAL;
    const double most = real ? (double)FLT_MAX : DBL_MAX;
    for (size_t i = k->first; i < k->end; i++) {
        if (!has_value(b, k, i))
            continue;
        double value = float_at(mf_value_at(&b->source, i), b->size);
        if (!(-most <= value && value <= most)) {   /* what is not a number compares false */
            refuse(b, k, i, MF_OUT_OF_RANGE);
            continue;
        }
        uint8_t *row = row_at(k, i);
        if (real) {
            float narrow = (float)value;
            memcpy(row + b->at, &narrow, 4);
        } else {
            memcpy(row + b->at, &value, 8);
        }
        put_indicator(b, row, real ? 4 : 8);
    }
}

/* The proleptic Gregorian calendar in eras of 400 years that begin on a 1 March, so that the leap day is the last. */
static bool civil(int64_t days, uint32_t *year, uint32_t *month, uint32_t *day)
{
    const int64_t first = -719162, last = 2932896;   /* 0001-01-01 and 9999-12-31, which SQL's dates end at */
    if (days < first || days > last)
        return false;
    uint32_t since = (uint32_t)(days + 719468);   /* days since 0000-03-01 */
    uint32_t era = since / 146097, of_era = since % 146097;
    uint32_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint32_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint32_t from_march = (5 * of_year + 2) / 153;
    *day = of_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = year_of_era + 400 * era + (*month <= 2);
    return true;
}

/* Writes YYYY-MM-DD; false if SQL has no such day. */
static bool put_date(uint8_t *out, int64_t days)
{
    uint32_t year, month, day;
    if (!civil(days, &year, &month, &day))
        return false;
    uint8_t *end = put_digits(out + MF_DATE_LENGTH, day, 2);
    *--end = '-';
    end = put_digits(end, month, 2);
    *--end = '-';
    put_digits(end, year, 4);
    return true;
}

static void fill_dates(const mf_bound *b, const block *k)
{
    for (size_t i = k->first; i < k->end; i++) {
        if (!has_value(b, k, i))
            continue;
        int64_t days;
        memcpy(&days, mf_value_at(&b->source, i), 8);
        uint8_t *row = row_at(k, i);
        if (put_date(row + b->at, days))
            put_indicator(b, row, MF_DATE_LENGTH);
        else
            refuse(b, k, i, MF_OUT_OF_RANGE);
    }
}

static void fill_timestamps(const mf_bound *b, const block *k)
{
    const int64_t of_day = 86400000000;
    for (size_t i = k->first; i < k->end; i++) {
        if (!has_value(b, k, i))
            continue;
        int64_t moment;
        memcpy(&moment, mf_value_at(&b->source, i), 8);
        int64_t days = moment / of_day, since = moment % of_day;
        if (since < 0) {
            since += of_day;
            days--;
        }
        uint8_t *row = row_at(k, i), *end = row + b->at + MF_TIMESTAMP_LENGTH;
        if (!put_date(row + b->at, days)) {
            refuse(b, k, i, MF_OUT_OF_RANGE);
            continue;
        }
        uint32_t seconds = (uint32_t)(since / 1000000);
        end = put_digits(end, (uint32_t)(since % 1000000), 6);
        *--end = '.';
        end = put_digits(end, seconds % 60, 2);
        *--end = ':';
        end = put_digits(end, seconds / 60 % 60, 2);
        *--end = ':';
        end = put_digits(end, seconds / 3600, 2);
        *--end = ' ';
        put_indicator(b, row, MF_TIMESTAMP_LENGTH);
    }
}

void mf_fill_rows(const mf_bound *bounds, size_t columns, size_t count, uint8_t *rows, size_t row_size,
                  uint8_t *refusals, int16_t *refused)
{
    block k = {.rows = rows, .row_size = row_size, .refusals = refusals, .refused = refused};
    memset(refusals, MF_FITS, count);
    for (k.first = 0; k.first < count; k.first = k.end) {
        k.end = count - k.first < BLOCK ? count : k.first + BLOCK;
        for (size_t j = 0; j < columns; j++) {
            const mf_bound *b = &bounds[j];
            k.column = (int16_t)j;
            switch (b->kind) {
            case MF_LATIN1: fill_latin1(b, &k); break;
            case MF_UCS4: fill_ucs4(b, &k); break;
            case MF_REAL:
            case MF_DOUBLE: fill_floats(b, &k); break;
            case MF_DATE: fill_dates(b, &k); break;
            case MF_TIMESTAMP: fill_timestamps(b, &k); break;
            default: fill_by_type(b, &k);
            }
        }
    }
}
