#ifndef CLANES_H
#define CLANES_H

// Loops over numbers in double precision, eight side by side, each compiled for several processors: the one to use is
// found when it is asked for. A matrix that rows are multiplied with, or a set of points that rows are compared with,
// is kept in groups of eight columns (points): for each group, for each of a row's `inner` numbers, eight numbers.

/// What a row is compared with points by.
typedef enum {
    CLANES_SQUARED_DISTANCE,
    CLANES_ABSOLUTE_DISTANCE,
    CLANES_LARGEST_DISTANCE,
} clanes_measure;

/// Where the numbers of a column are counted.
typedef struct {
    /// Its edges, ascending, filled up with infinity to a multiple of eight; -1 of them where it is no column of numbers.
    long first_edge, edge_count;
    double low, high;
    /// Where its counts begin: of missing numbers, of those below `low` or above `high`, one of somebody else's, then of those
    /// that lie above no edge, above one …
    long first_count;
} clanes_column;

/// The loops for one kind of processor.
typedef struct {
    const char *name;

    /// out[row * stride + column] = Σ rows[row * row_stride + k] · groups[…] + start[column] for `columns` columns;
    /// `start` may be null.
    void (*multiply)(
        const double *rows, long count, long row_stride, const double *groups, long inner, long columns, const double *start, double *out,
        long stride
    );

    /// out[row * stride + point] for all points of `group_count` groups, so many of them that `stride` has room.
    void (*measure)(
        clanes_measure measure, const double *rows, long count, const double *groups, long inner, long group_count,
        double *out, long stride
    );

    /// Each number becomes its exponential, its hyperbolic tangent, 1 / (1 + e^-x), its cosine.
    void (*exponential)(double *numbers, long count);
    void (*hyperbolic_tangent)(double *numbers, long count);
    void (*logistic)(double *numbers, long count);
    void (*cosine)(double *numbers, long count);

    /// Counts for each of `column_count` columns the number at its place of a row; it is missing where the row, of `size`
    /// numbers, has no such place, and where it is NaN.
    void (*count)(
        const double *row, long size, const long *places, const clanes_column *columns, long column_count, const double *edges, long *counts
    );
} clanes;

/// The loops for this processor.
const clanes *clanes_best(void);

/// All loops that run on this processor, the plain ones at 0; null behind the last.
const clanes *clanes_at(int index);

#endif
