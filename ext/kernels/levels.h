/* The SIMD levels, and which of them this processor has. */
#ifndef MF_LEVELS_H
#define MF_LEVELS_H

#include "cells.h"

enum mf_level { MF_BASELINE, MF_NEON, MF_AVX2, MF_AVX512, MF_LEVEL_COUNT };

extern const mf_kernels mf_kernels_baseline;
#if defined(__aarch64__)
extern const mf_kernels mf_kernels_neon;
#elif defined(__x86_64__)
extern const mf_kernels mf_kernels_avx2;
extern const mf_kernels mf_kernels_avx512;
#endif

/* The kernels of a level; NULL if they were not compiled, or the processor or the operating system does not have it. */
const mf_kernels *mf_kernels_at(enum mf_level level);

#endif
