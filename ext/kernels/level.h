/* Names by SIMD level: the kernels are compiled once a level, with MF_LEVEL its name, and linked into one module. */
#ifndef MF_LEVEL_H
#define MF_LEVEL_H

#ifndef MF_LEVEL
#define MF_LEVEL baseline
#endif

#define MF_JOIN(name, level) name##_##level
#define MF_EXPAND_AND_JOIN(name, level) MF_JOIN(name, level)
#define MF_AT_LEVEL(name) MF_EXPAND_AND_JOIN(name, MF_LEVEL)

#define mf_kernels_of_level MF_AT_LEVEL(mf_kernels)
#define mf_text_latin1 MF_AT_LEVEL(mf_text_latin1)
#define mf_text_wide MF_AT_LEVEL(mf_text_wide)
#define mf_text_utf8 MF_AT_LEVEL(mf_text_utf8)
#define mf_text_mixed MF_AT_LEVEL(mf_text_mixed)
#define mf_text_graphic MF_AT_LEVEL(mf_text_graphic)
#define mf_text_national MF_AT_LEVEL(mf_text_national)
#define mf_zoned MF_AT_LEVEL(mf_zoned)
#define mf_packed MF_AT_LEVEL(mf_packed)
#define mf_unsigned_packed MF_AT_LEVEL(mf_unsigned_packed)
#define mf_binary MF_AT_LEVEL(mf_binary)
#define mf_edited MF_AT_LEVEL(mf_edited)
#define mf_float_ibm MF_AT_LEVEL(mf_float_ibm)
#define mf_float_ieee MF_AT_LEVEL(mf_float_ieee)

#endif
