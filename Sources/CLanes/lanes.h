// The loops themselves, compiled once for each kind of processor. Before it is included are defined:
// NAME(x): what x is called there; ROWS × GROUPS: rows and groups whose sums fit into the processor's registers, and
// LONG_ROWS × LONG_GROUPS where rows are many and long; TILE_DEPTH: numbers of these that stay in the nearest cache.

/// Σ over k for a block of rows and groups, whose counts are constants where this is inlined: number k of a row is at
/// row * row_step + k * step. Adds to what `out` holds unless this is the beginning; `start` comes last.
static inline __attribute__((always_inline)) void NAME(block)(
    const double *rows, long row_step, long step, const double *groups, long group_step, long inner, long columns,
    int is_beginning, const double *start, double *out, long stride, const int row_count, const int group_count
) {
    lanes sums[8][8];
    for (int row = 0; row < row_count; row++) {
        for (int group = 0; group < group_count; group++) {
            sums[row][group] = (lanes){0};
            // Only whole groups are ever continued.
            if (!is_beginning) sums[row][group] = *(const loose_lanes *)(out + row * stride + group * 8);
        }
    }
    for (long k = 0; k < inner; k++) {
        for (int group = 0; group < group_count; group++) {
            lanes factors = *(const loose_lanes *)(groups + group * group_step + k * 8);
            for (int row = 0; row < row_count; row++) sums[row][group] += rows[row * row_step + k * step] * factors;
        }
    }
    for (int group = 0; group < group_count; group++) {
        long width = columns - group * 8 < 8 ? columns - group * 8 : 8;
        for (int row = 0; row < row_count; row++) {
            double *target = out + row * stride + group * 8;
            lanes sum = sums[row][group];
            if (width == 8) {
                if (start) sum += *(const loose_lanes *)(start + group * 8);
                *(loose_lanes *)target = sum;
            } else {
                for (long lane = 0; lane < width; lane++) target[lane] = sum[lane] + (start ? start[group * 8 + lane] : 0);
            }
        }
    }
}

#define BLOCK(row_count, group_count)                                                                                  \
    NAME(block)(                                                                                                       \
        rows + row * row_stride, row_stride, 1, groups + group * inner * 8, inner * 8, inner, columns - group * 8, 1,            \
        start ? start + group * 8 : 0, out + row * stride + group * 8, stride, row_count, group_count                  \
    )

/// All rows with so many groups.
#define STRIP(group_count)                                                                                             \
    for (row = 0; row + ROWS <= count; row += ROWS) BLOCK(ROWS, group_count);                                          \
    for (; row < count; row++) BLOCK(1, group_count);                                                                  \
    group += group_count;

/// Rows that are short, or few.
static void NAME(multiply_short)(
    const double *rows, long count, long row_stride, const double *groups, long inner, long columns, const double *start, double *out,
    long stride
) {
    long group_count = (columns + 7) / 8, group = 0, row = 0;
    if (count < ROWS) {
        // Many sums at a time: an addition waits for the one before, but not for its neighbours.
        for (; group + 8 <= group_count; group += 8)
            for (row = 0; row < count; row++) BLOCK(1, 8);
        for (; group + 4 <= group_count; group += 4)
            for (row = 0; row < count; row++) BLOCK(1, 4);
    }
    while (group + GROUPS <= group_count) { STRIP(GROUPS) }
    while (group < group_count) { STRIP(1) }
}

/// Puts a tile's numbers in the order in which they are needed; the number of rows is a multiple of LONG_ROWS.
static void NAME(pack)(const double *rows, long count, long row_stride, long depth, double *packed) {
    for (long row = 0; row < count; row += LONG_ROWS)
        for (long lane = 0; lane < LONG_ROWS; lane++)
            for (long k = 0; k < depth; k++) packed[row * depth + k * LONG_ROWS + lane] = rows[(row + lane) * row_stride + k];
}

/// Many long rows: a tile of them at a time, and only so much of their length that it stays in the nearest cache. All
/// groups are whole, the number of rows is a multiple of LONG_ROWS.
static void NAME(multiply_long)(
    const double *rows, long count, long row_stride, const double *groups, long inner, long columns, const double *start, double *out,
    long stride
) {
    double packed[TILE_ROWS * TILE_DEPTH];
    for (long first = 0; first < count; first += TILE_ROWS) {
        long taken = count - first < TILE_ROWS ? count - first : TILE_ROWS;
        for (long from = 0; from < inner; from += TILE_DEPTH) {
            long depth = inner - from < TILE_DEPTH ? inner - from : TILE_DEPTH;
            NAME(pack)(rows + first * row_stride + from, taken, row_stride, depth, packed);
            for (long group = 0; group < columns / 8; group += LONG_GROUPS) {
                for (long row = 0; row < taken; row += LONG_ROWS) {
                    NAME(block)(
                        packed + row * depth, 1, LONG_ROWS, groups + (group * inner + from) * 8, inner * 8, depth,
                        columns - group * 8, from == 0, start && from + depth == inner ? start + group * 8 : 0,
                        out + (first + row) * stride + group * 8, stride, LONG_ROWS, LONG_GROUPS
                    );
                }
            }
        }
    }
}

static void NAME(multiply)(
    const double *rows, long count, long row_stride, const double *groups, long inner, long columns, const double *start, double *out,
    long stride
) {
    long whole = inner < LONG_INNER ? 0 : count / LONG_ROWS * LONG_ROWS, wide = columns / (8 * LONG_GROUPS) * (8 * LONG_GROUPS);
    if (wide < 32) whole = 0;
    if (whole > 0) {
        NAME(multiply_long)(rows, whole, row_stride, groups, inner, wide, start, out, stride);
        NAME(multiply_short)(
            rows, whole, row_stride, groups + wide * inner, inner, columns - wide, start ? start + wide : 0, out + wide,
            stride
        );
    }
    NAME(multiply_short)(
        rows + whole * row_stride, count - whole, row_stride, groups, inner, columns, start, out + whole * stride, stride
    );
}

/// One row and one group.
static inline __attribute__((always_inline)) lanes NAME(away)(
    const clanes_measure measure, const double *row, const double *group, long inner
) {
    lanes result = {0};
    for (long k = 0; k < inner; k++) {
        lanes difference = row[k] - *(const loose_lanes *)(group + k * 8);
        if (measure == CLANES_SQUARED_DISTANCE) {
            result += difference * difference;
        } else {
            lanes size = (lanes)((integers)difference & INT64_MAX);
            if (measure == CLANES_ABSOLUTE_DISTANCE) result += size;
            else result = PICK(size > result, size, result);
        }
    }
    return result;
}

#define MEASURE(kind)                                                                                                  \
    for (long group = 0; group < group_count; group++)                                                                 \
        for (long row = 0; row < count; row++)                                                                         \
            *(loose_lanes *)(out + row * stride + group * 8) =                                                         \
                NAME(away)(kind, rows + row * inner, groups + group * inner * 8, inner);

static void NAME(measure)(
    clanes_measure measure, const double *rows, long count, const double *groups, long inner, long group_count, double *out,
    long stride
) {
    switch (measure) {
    case CLANES_SQUARED_DISTANCE: MEASURE(CLANES_SQUARED_DISTANCE) break;
    case CLANES_ABSOLUTE_DISTANCE: MEASURE(CLANES_ABSOLUTE_DISTANCE) break;
    case CLANES_LARGEST_DISTANCE: MEASURE(CLANES_LARGEST_DISTANCE) break;
    }
}

/// x = n ln 2 + rest with |rest| ≤ ln 2 / 2.
static inline __attribute__((always_inline)) lanes NAME(reduce)(lanes x, lanes *n) {
    *n = x * 1.4426950408889634 + ROUNDER - ROUNDER;
    return x - *n * 0.6931471803691238 - *n * 1.9082149292705877e-10;
}

/// (e^x − 1) / x for small x: its power series to the 12th term, even and odd terms apart.
static inline __attribute__((always_inline)) lanes NAME(series)(lanes x) {
    lanes square = x * x;
    lanes even = square * (1 / 39916800.0) + 1 / 362880.0;
    even = even * square + 1 / 5040.0;
    even = even * square + 1 / 120.0;
    even = even * square + 1 / 6.0;
    even = even * square + 1;
    lanes odd = square * (1 / 479001600.0) + 1 / 3628800.0;
    odd = odd * square + 1 / 40320.0;
    odd = odd * square + 1 / 720.0;
    odd = odd * square + 1 / 24.0;
    odd = odd * square + 0.5;
    return odd * x + even;
}

/// 2ⁿ for whole numbers from -1022 to 1023.
static inline __attribute__((always_inline)) lanes NAME(power_of_two)(lanes n) {
    return (lanes)(((integers)(n + ROUNDER) << 52) + (1023LL << 52));
}

/// In two factors, so that what is near the ends of the range comes out as it should.
static inline __attribute__((always_inline)) lanes NAME(e_to)(lanes x) {
    x = PICK(x < -746, (lanes){0} - 746, x);
    x = PICK(x > 710, (lanes){0} + 710, x);
    lanes n, rest = NAME(reduce)(x, &n);
    lanes half = n * 0.5 + ROUNDER - ROUNDER;
    return (rest * NAME(series)(rest) + 1) * NAME(power_of_two)(half) * NAME(power_of_two)(n - half);
}

/// By e^2|x| − 1, so that it is right for small numbers too; above 20 it is 1.
static inline __attribute__((always_inline)) lanes NAME(tanh_of)(lanes x) {
    lanes size = (lanes)((integers)x & INT64_MAX);
    size = PICK(size > 20, (lanes){0} + 20, size);
    lanes n, rest = NAME(reduce)(2 * size, &n);
    lanes power = NAME(power_of_two)(n);
    lanes above = power * (rest * NAME(series)(rest)) + (power - 1);
    return (lanes)((integers)(above / (above + 2)) | ((integers)x & INT64_MIN));
}

static inline __attribute__((always_inline)) lanes NAME(logistic_of)(lanes x) {
    lanes e = NAME(e_to)((lanes)((integers)x | INT64_MIN));
    return PICK(x < 0, e, (lanes){0} + 1) / (1 + e);
}

/// x = n π / 2 + rest; n times the parts of π / 2 is exact, so that it is right for numbers up to FAR.
static inline __attribute__((always_inline)) lanes NAME(cosine_of)(lanes x) {
    lanes shifted = x * 0.6366197723675814 + ROUNDER, n = shifted - ROUNDER;
    lanes rest = x - n * 1.5707963267341256 - n * 6.077100506303966e-11 - n * 2.0222662487959506e-21;
    lanes square = rest * rest;
    lanes sine = square * (1 / 355687428096000.0) - 1 / 1307674368000.0;
    sine = sine * square + 1 / 6227020800.0;
    sine = sine * square - 1 / 39916800.0;
    sine = sine * square + 1 / 362880.0;
    sine = sine * square - 1 / 5040.0;
    sine = sine * square + 1 / 120.0;
    sine = sine * square - 1 / 6.0;
    sine = sine * square * rest + rest;
    lanes cosine = square * (1 / 20922789888000.0) - 1 / 87178291200.0;
    cosine = cosine * square + 1 / 479001600.0;
    cosine = cosine * square - 1 / 3628800.0;
    cosine = cosine * square + 1 / 40320.0;
    cosine = cosine * square - 1 / 720.0;
    cosine = cosine * square + 1 / 24.0;
    cosine = cosine * square - 0.5;
    cosine = cosine * square + 1;
    // The quarter of the circle is in the lowest two bits: an odd one is a sine, the second and third are negative.
    integers quarter = (integers)shifted, is_odd = (quarter & 1) != 0;
    lanes value = PICK(is_odd, sine, cosine);
    return (lanes)((integers)value ^ (((quarter + 1) & 2) << 62));
}

/// Defines a loop that changes numbers in place.
#define EACH(title, change)                                                                                            \
    static void NAME(title)(double *numbers, long count) {                                                             \
        long at = 0;                                                                                                   \
        for (; at + 8 <= count; at += 8) {                                                                             \
            loose_lanes *place = (loose_lanes *)(numbers + at);                                                        \
            *place = NAME(change)(*place);                                                                             \
        }                                                                                                              \
        if (at == count) return;                                                                                       \
        lanes rest = {0};                                                                                              \
        for (long lane = 0; at + lane < count; lane++) rest[lane] = numbers[at + lane];                                \
        rest = NAME(change)(rest);                                                                                     \
        for (long lane = 0; at + lane < count; lane++) numbers[at + lane] = rest[lane];                                \
    }

EACH(exponential, e_to)
EACH(hyperbolic_tangent, tanh_of)
EACH(logistic, logistic_of)
EACH(near_cosine, cosine_of)

static void NAME(cosine)(double *numbers, long count) {
    for (long at = 0; at < count; at++) {
        if (numbers[at] > -FAR && numbers[at] < FAR) continue;
        // Seldom so far from 0, or no number: those are left to the C library.
        for (long other = 0; other < count; other++) numbers[other] = cos(numbers[other]);
        return;
    }
    NAME(near_cosine)(numbers, count);
}

static void NAME(count)(
    const double *row, long size, const long *places, const clanes_column *columns, long column_count, const double *edges, long *counts
) {
    for (long at = 0; at < column_count; at++) {
        const clanes_column *column = columns + at;
        if (column->edge_count < 0) continue;
        long *own = counts + column->first_count;
        unsigned long place = (unsigned long)places[at];
        if (place >= (unsigned long)size || row[place] != row[place]) {
            own[0]++;
            continue;
        }
        double number = row[place];
        own[1] += (number < column->low) | (number > column->high);
        // Looks at all edges: there are few, and a search would guess wrong as often as numbers differ.
        integers above = {0};
        const double *edge = edges + column->first_edge;
        for (long k = 0; k < column->edge_count; k += 8) above -= *(const loose_lanes *)(edge + k) < (lanes){0} + number;
        own[3 + __builtin_reduce_add(above)]++;
    }
}

static const clanes NAME(loops) = {
    TITLE, NAME(multiply), NAME(measure), NAME(exponential), NAME(hyperbolic_tangent), NAME(logistic),
    NAME(cosine), NAME(count),
};

#undef BLOCK
#undef STRIP
#undef MEASURE
#undef EACH
#undef NAME
#undef TITLE
#undef ROWS
#undef GROUPS
#undef LONG_ROWS
#undef LONG_GROUPS
#undef TILE_DEPTH
