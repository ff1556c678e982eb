/* Bytes through a table of 256, as many at a time as the level has: one of four, of the same shape.

   A chunk holds MF_CHUNK bytes; mf_remains has a bit a byte of it that trimming does not take, the first byte the least
   significant; mf_keep makes zeros of all but the first n bytes, 0 to all. The ..._part functions touch only the first n
   bytes, 1 to all but one. */
#ifndef MF_CHUNK_H
#define MF_CHUNK_H

#if defined(__AVX512VBMI__)
#include "chunk_avx512.h"
#elif defined(__AVX2__)
#include "chunk_avx2.h"
#elif defined(MF_WITH_NEON)
#include "chunk_neon.h"
#else
#include "chunk_plain.h"
#endif

#endif
