package import Prediction

// scipy's sparse matrices, left sparse.
extension PickleValue {
    /// A matrix of compressed rows: scipy's csr_matrix or csr_array.
    package func sparseRows() throws(ModelDefect) -> SparseMatrix {
        guard isSparse else { throw defect("is \(kind), expected is a matrix of compressed rows") }
        let shape = try member("_shape").elements()
        guard shape.count == 2 else { throw defect("is of \(shape.count) axes, expected are rows and columns") }
        let (rows, columns) = (try shape[0].integer(), try shape[1].size())
        // A column costs a few bytes, even where it is empty.
        try heap.spend(columns, at: place)
        guard
            let matrix = SparseMatrix(
                rows: rows,
                columns: columns,
                starts: try member("indptr").integers(),
                indices: try member("indices").integers().map { Int32(clamping: $0) },
                values: try member("data").tensor().values
            )
        else { throw defect("has rows, columns and entries that do not fit together") }
        return matrix
    }

    /// A number that is neither infinite nor NaN.
    package func finite() throws(ModelDefect) -> Double {
        let number = try number()
        guard number.isFinite else { throw defect("is \(number), expected is a finite number") }
        return number
    }
}
