/* The one shape of all kernels: a column of cells of one field, from records of fixed stride into an array. */
#ifndef MF_CELLS_H
#define MF_CELLS_H

#include "level.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The members of mfdecode.status.Status that kernels give. */
enum mf_status {
    MF_OK = 0,
    MF_NULL = 1,
    MF_ABSENT = 2,
    MF_UNFIT = 3,
    MF_FIRST_ERROR = 16,
    MF_BAD_DIGIT = 16,
    MF_BAD_SIGN = 17,
    MF_OVERFLOW = 18,
    MF_BAD_TEXT = 19,
    MF_BAD_FLOAT = 20,
    MF_TRUNCATED = 21
};

enum { MF_TRIM_RIGHT = 1, MF_TRIM_LEFT = 2 };

/* A byte of mf_field.sign_table: the digit, whether minus; MF_NO_SIGN for a byte that is no sign. */
enum { MF_MINUS = 0x10, MF_NO_SIGN = 0xFF };

/* What an edited PICTURE has at a byte. */
enum mf_edit {
    MF_EDIT_DIGIT,
    MF_EDIT_SUPPRESSED, /* digit, blank or asterisk */
    MF_EDIT_FLOATING,   /* digit, blank or sign */
    MF_EDIT_CURRENCY,   /* digit, blank or currency sign */
    MF_EDIT_SIGN,       /* plus, minus or blank */
    MF_EDIT_CREDIT,     /* a letter of CR or DB, or blank */
    MF_EDIT_INSERTION,  /* anything but a digit */
    MF_EDIT_ZERO,       /* anything but a digit other than 0 */
    MF_EDIT_OVERPUNCHED /* the digit that carries the sign */
};

/* Joined to a mf_edit that inserts: a floating sign may stand here, while no digit has come. */
#define MF_EDIT_FLOATED 0x10

/* A word of mf_field.wide_table that the code page does not define. */
#define MF_UNDEFINED UINT32_MAX

/* The numbers policy: the status of a number whose bytes are none; MF_OK makes it the number 0. */
typedef struct mf_verdicts {
    uint8_t blanks;
    uint8_t low_values;
    uint8_t high_values;
    uint8_t bad_sign;
    uint8_t bad_digit;
} mf_verdicts;

typedef struct mf_field {
    int32_t length;            /* bytes in the record */
    int32_t before;            /* bytes of the record before the cell and after it: they may be read too */
    int32_t after;
    int32_t digits;            /* decimal digits; of binary 0 if every value is allowed */
    int32_t width;             /* bytes of a value in the array: integers 2, 4, 8, 16; floats 4, 8; a character 1, 4 */
    uint8_t is_signed;
    uint8_t sign_leading;
    uint8_t sign_separate;
    uint8_t is_little;         /* binary and floats: the first byte is the least significant */
    uint8_t blank;             /* the blank of the code page's family: 0x40 or 0x20 */
    uint8_t zone;              /* the high nibble of digits: 0xF0 or 0x30 */
    uint8_t plus;              /* separate signs */
    uint8_t minus;
    uint8_t point;             /* edited: the decimal point that is written, and the currency sign */
    uint8_t currency;
    uint8_t trim;
    uint16_t plus_nibbles;     /* packed: bit n is set if sign nibble n is plus */
    uint16_t minus_nibbles;
    mf_verdicts verdicts;
    const uint8_t *text_table;  /* 256: Latin-1 of each byte */
    const uint32_t *wide_table; /* 256: code point of each byte, or MF_UNDEFINED */
    const uint32_t *double_table; /* 65536: code point of each pair of bytes, or MF_UNDEFINED; of mixed and DBCS texts */
    const uint8_t *void_table;  /* 256: whether trimming takes the byte, a blank or a NUL */
    const uint8_t *sign_table;  /* 256: what a byte says as zoned sign */
    const uint8_t *edits;       /* edited: one mf_edit a byte, MF_EDIT_FLOATED with it or not */
} mf_field;

typedef struct mf_cells {
    const uint8_t *src;
    ptrdiff_t src_stride;
    uint8_t *dst;
    ptrdiff_t dst_stride;
    uint8_t *status;           /* contiguous, one a cell */
    size_t count;
} mf_cells;

/* A cell that is not OK holds zeros. */
typedef void (*mf_kernel)(const mf_field *field, const mf_cells *cells);

/* All kernels at one level. */
typedef struct mf_kernels {
    mf_kernel text_latin1, text_wide, text_utf8, text_mixed, text_graphic, text_national;
    mf_kernel zoned, packed, unsigned_packed, binary, edited, float_ibm, float_ieee;
} mf_kernels;

void mf_text_latin1(const mf_field *field, const mf_cells *cells);
void mf_text_wide(const mf_field *field, const mf_cells *cells);
void mf_text_utf8(const mf_field *field, const mf_cells *cells);
void mf_text_mixed(const mf_field *field, const mf_cells *cells);
void mf_text_graphic(const mf_field *field, const mf_cells *cells);
void mf_text_national(const mf_field *field, const mf_cells *cells);
void mf_zoned(const mf_field *field, const mf_cells *cells);
void mf_packed(const mf_field *field, const mf_cells *cells);
void mf_unsigned_packed(const mf_field *field, const mf_cells *cells);
void mf_binary(const mf_field *field, const mf_cells *cells);
void mf_edited(const mf_field *field, const mf_cells *cells);
void mf_float_ibm(const mf_field *field, const mf_cells *cells);
void mf_float_ieee(const mf_field *field, const mf_cells *cells);

#endif
