/* The probe of the processor. The flags of each level are in setup.py; what they allow is asked for here. */
#include "levels.h"

#if defined(__x86_64__)
/* The compiler's own probe, which asks by XGETBV too whether the operating system saves the registers. */
static bool has_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi");
}
#endif

const mf_kernels *mf_kernels_at(enum mf_level level)
{
    switch (level) {
    case MF_BASELINE: return &mf_kernels_baseline;
#if defined(__aarch64__)
    case MF_NEON: return &mf_kernels_neon;
#elif defined(__x86_64__)
    case MF_AVX2: return has_avx2() ? &mf_kernels_avx2 : NULL;
    case MF_AVX512: return has_avx512() ? &mf_kernels_avx512 : NULL;
#endif
    default: return NULL;
    }
}
