/* The function table of the level that is compiled. */
#include "levels.h"

const mf_kernels mf_kernels_of_level = {
    .text_latin1 = mf_text_latin1,
    .text_wide = mf_text_wide,
    .text_utf8 = mf_text_utf8,
    .text_mixed = mf_text_mixed,
    .text_graphic = mf_text_graphic,
    .text_national = mf_text_national,
    .zoned = mf_zoned,
    .packed = mf_packed,
    .unsigned_packed = mf_unsigned_packed,
    .binary = mf_binary,
    .edited = mf_edited,
    .float_ibm = mf_float_ibm,
    .float_ieee = mf_float_ieee,
};
