package import Prediction

// Numbers of a stated shape.
extension PickleValue {
    /// A single number.
    package func number() throws(ModelDefect) -> Double {
        if case .bool(let flag) = heap[ref] { return flag ? 1 : 0 }
        let tensor = try tensor()
        guard tensor.values.count == 1 else { throw defect("holds \(tensor.values.count) numbers, expected is one") }
        return tensor.values[0]
    }

    /// An array of two axes, of that many rows and columns where they are given.
    package func matrix(rows: Int? = nil, columns: Int? = nil) throws(ModelDefect) -> Matrix {
        let matrix = try isSparse ? sparseMatrix() : denseMatrix()
        if let rows, matrix.rows != rows { throw defect("has \(matrix.rows) rows, expected are \(rows)") }
        if let columns, matrix.columns != columns {
            throw defect("has \(matrix.columns) columns, expected are \(columns)")
        }
        return matrix
    }

    private func denseMatrix() throws(ModelDefect) -> Matrix {
        let tensor = try tensor()
        guard tensor.shape.count == 2 else {
            throw defect("is of shape \(tensor.shape), expected are rows and columns")
        }
        return Matrix(rows: tensor.shape[0], columns: tensor.shape[1], values: tensor.values)
    }

    /// Whether this is a matrix in compressed sparse rows.
    package var isSparse: Bool { className.map { $0.name == "csr_matrix" || $0.name == "csr_array" } ?? false }

    private func sparseMatrix() throws(ModelDefect) -> Matrix {
        let shape = try member("_shape").elements()
        guard shape.count == 2 else { throw defect("has a shape of \(shape.count) axes, expected are two") }
        let (rows, columns) = (try shape[0].integer(), try shape[1].integer())
        guard let count = PickledArray.count([rows, columns]) else { throw defect("is of a shape out of proportion") }
        try heap.spend(count, at: place)
        let data = try member("data").tensor().values
        let indices = try member("indices").integers()
        let ends = try member("indptr").integers()
        guard ends.count == rows + 1, ends.first == 0, ends.last == data.count, indices.count == data.count else {
            throw defect("holds rows that do not fit its shape")
        }
        var values = [Double](repeating: 0, count: count)
        for row in 0..<rows {
            guard (0...data.count).contains(ends[row]), (ends[row]...data.count).contains(ends[row + 1]) else {
                throw defect("holds rows that are not in order")
            }
            for entry in ends[row]..<ends[row + 1] {
                guard (0..<columns).contains(indices[entry]) else { throw defect("names column \(indices[entry])") }
                values[row * columns + indices[entry]] += data[entry]
            }
        }
        return Matrix(rows: rows, columns: columns, values: values)
    }

    /// An array of integers, whatever its shape, in the order of its rows.
    package func integers() throws(ModelDefect) -> [Int] {
        var integers: [Int] = []
        for value in try tensor().values {
            guard let integer = Int(exactly: value) else { throw defect("holds \(value), expected is an integer") }
            integers.append(integer)
        }
        return integers
    }

    /// An array of as many integers as `count` says, each of them within `range`.
    package func indices(_ count: Int? = nil, in range: Range<Int>) throws(ModelDefect) -> [Int] {
        let integers = try integers()
        if let count, integers.count != count {
            throw defect("holds \(integers.count) integers, expected are \(count)")
        }
        if let outside = integers.first(where: { !range.contains($0) }) {
            throw defect("holds \(outside), expected are integers from \(range.lowerBound) to \(range.upperBound - 1)")
        }
        return integers
    }
}
