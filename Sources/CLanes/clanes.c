#include "clanes.h"
#include <math.h>
#include <stdint.h>

typedef double lanes __attribute__((vector_size(64)));
typedef double loose_lanes __attribute__((vector_size(64), aligned(8)));
typedef int64_t integers __attribute__((vector_size(64)));

// Adding it rounds a small number to a whole one, which then stands in the lowest bits.
#define ROUNDER 0x1.8p52
// The lanes of `yes` where a comparison holds, else those of `no`.
#define PICK(mask, yes, no) ((lanes)(((integers)(yes) & (mask)) | ((integers)(no) & ~(mask))))
// How far from 0 a cosine is worked out by lanes.
#define FAR 100000
// Rows, a multiple of every LONG_ROWS, that are multiplied while they stay in the nearest caches.
#define TILE_ROWS 48
// Rows of fewer numbers than this are not long.
#define LONG_INNER 64

// Vectors are passed between inlined functions only.
#pragma clang diagnostic ignored "-Wpsabi"

#if defined(__x86_64__)


#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define NAME(x) x##_512
#define TITLE "AVX-512"
#define ROWS 8
#define GROUPS 2
#define LONG_ROWS 6
#define LONG_GROUPS 4
#define TILE_DEPTH 64
#include "lanes.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(x) x##_256
#define TITLE "AVX2"
#define ROWS 6
#define GROUPS 1
#define LONG_ROWS 6
#define LONG_GROUPS 1
#define TILE_DEPTH 128
#include "lanes.h"
#pragma clang attribute pop

#endif

#define NAME(x) x##_plain
#define TITLE "plain"
#define ROWS 2
#define GROUPS 1
#define LONG_ROWS 2
#define LONG_GROUPS 1
#define TILE_DEPTH 128
#include "lanes.h"

static int has_256(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 0;
#endif
}

static int has_512(void) {
#if defined(__x86_64__)
    return has_256() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl");
#else
    return 0;
#endif
}

const clanes *clanes_at(int index) {
    if (index == 0) return &loops_plain;
#if defined(__x86_64__)
    if (index == 1 && has_256()) return &loops_256;
    if (index == 2 && has_512()) return &loops_512;
#endif
    return 0;
}

const clanes *clanes_best(void) {
    if (has_512()) return clanes_at(2);
    return has_256() ? clanes_at(1) : clanes_at(0);
}
