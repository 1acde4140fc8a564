package import Prediction

/// From a request of version 2 to the rows of a batch.
///
/// As in KServe's servers the first input holds the rows; of a data frame every input is a column.
extension InferRequest {
    /// Makes the inputs the rows of `batch`. Numbers change hands without a copy, so that the request has none after it.
    ///
    /// - Parameter keepsTexts: whether texts may stand in rows of several values.
    package mutating func moveRows(
        to batch: inout Batch,
        keepingTexts keepsTexts: Bool = false
    ) throws(RequestDefect) {
        batch.clear()
        guard let first = inputs.first else { throw RequestDefect("Expected at least one tensor in \"inputs\"") }
        if isDataFrame { return try makeColumns(&batch) }
        var tensor = first
        try settle(&tensor)
        let shape = try resolvedShape(tensor)
        switch tensor.content {
        case .texts(let range) where keepsTexts && shape.axes == 2: try moveCells(range, shape, to: &batch)
        case .texts(let range): try moveTexts(tensor, range, shape, to: &batch)
        case .numbers(let range): try moveNumbers(tensor, range, shape, to: &batch)
        case .raw: break
        }
    }

    private mutating func moveNumbers(
        _ tensor: InferTensor,
        _ range: Range<Int>,
        _ shape: Shape,
        to batch: inout Batch
    ) throws(RequestDefect) {
        guard shape.axes == 2 else {
            throw shape.axes < 2
                ? RequestDefect(
                    "Expected 2D array, got \(shape.axes == 0 ? "scalar" : "1D") array instead: input \(called(tensor))"
                        + " has shape \(shapeText(tensor))"
                )
                : RequestDefect(
                    "Found array with dim \(shape.axes), while dim <= 2 is required: input \(called(tensor))"
                )
        }
        batch.content = .numbers
        batch.rows = shape.first
        batch.columns = shape.last
        if range == numbers.startIndex..<numbers.endIndex {
            swap(&numbers, &batch.values)
        } else {
            batch.values.append(contentsOf: numbers[range])
        }
    }

    /// Texts are rows by themselves: all axes but one have the length 1.
    private mutating func moveTexts(
        _ tensor: InferTensor,
        _ range: Range<Int>,
        _ shape: Shape,
        to batch: inout Batch
    ) throws(RequestDefect) {
        guard dimensions[tensor.shape].count(where: { $0 != 1 }) <= 1 else {
            throw RequestDefect(
                "input \(called(tensor)) has shape \(shapeText(tensor)), expected is one text a row"
            )
        }
        batch.content = .texts
        batch.rows = range.count
        if range == texts.ends.startIndex..<texts.ends.endIndex {
            swap(&texts, &batch.texts)
        } else {
            for row in range { batch.texts.append(text(at: row)) }
        }
    }

    /// Texts in rows become a table whose columns have no names.
    private func moveCells(_ range: Range<Int>, _ shape: Shape, to batch: inout Batch) throws(RequestDefect) {
        guard range.count <= ModelServerLimits.frameCellsMax else {
            throw RequestDefect("a table of more than \(ModelServerLimits.frameCellsMax) cells is not read")
        }
        (batch.content, batch.rows) = (.table, shape.first)
        for column in 0..<shape.last {
            batch.table.addColumn()
            for row in 0..<shape.first {
                let start = batch.table.utf8.count
                batch.table.utf8.append(contentsOf: text(at: range.lowerBound + row * shape.last + column).utf8)
                batch.table.appendText(from: start, to: column)
            }
        }
    }

    /// Every input is a column of that name; columns that end early are filled up with missing cells, as pandas does.
    private mutating func makeColumns(_ batch: inout Batch) throws(RequestDefect) {
        var rows = 0
        for index in inputs.indices {
            var tensor = inputs[index]
            try settle(&tensor)
            inputs[index] = tensor
            let shape = try resolvedShape(tensor)
            guard shape.axes == 1 || shape.axes == 2 && shape.last == 1 else {
                throw RequestDefect(
                    "input \(called(tensor)) has shape \(shapeText(tensor)), expected is one element a row of the frame"
                )
            }
            rows = max(rows, shape.first)
        }
        guard rows <= ModelServerLimits.frameCellsMax / inputs.count else {
            throw RequestDefect("a frame of more than \(ModelServerLimits.frameCellsMax) cells is not read")
        }
        (batch.content, batch.rows) = (.table, rows)
        for (column, tensor) in inputs.enumerated() {
            batch.columnNames.append(text(tensor.name))
            batch.table.addColumn()
            fill(column, with: tensor, &batch)
        }
        batch.table.fill(to: rows)
    }

    private func fill(_ column: Int, with tensor: InferTensor, _ batch: inout Batch) {
        switch tensor.content {
        case .numbers(let range):
            for number in numbers[range] { batch.table.append(number.isNaN ? .missing : .number(number), to: column) }
        case .texts(let range):
            for row in range {
                let start = batch.table.utf8.count
                batch.table.utf8.append(contentsOf: text(at: row).utf8)
                batch.table.appendText(from: start, to: column)
            }
        case .raw: break
        }
    }

    func text(at row: Int) -> String {
        String(decoding: texts.utf8[(row == 0 ? 0 : texts.ends[row - 1])..<texts.ends[row]], as: UTF8.self)
    }
}

// Shapes.
extension InferRequest {
    /// What rows need to know of a shape.
    struct Shape {
        var axes: Int
        var first: Int
        var last: Int
    }

    /// The shape of a tensor, one axis of -1 worked out; throws where it does not hold as many elements as there are.
    private func resolvedShape(_ tensor: InferTensor) throws(RequestDefect) -> Shape {
        let lengths = dimensions[tensor.shape]
        let count = tensor.elementCount
        guard lengths.count(where: { $0 < 0 }) <= 1 else {
            throw RequestDefect("can only specify one unknown dimension: input \(called(tensor))")
        }
        var product = 1
        for length in lengths where length >= 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            if overflow { throw misshapen(tensor, count) }
            product = next
        }
        var unknown = 0
        if lengths.contains(where: { $0 < 0 }) {
            guard product > 0, count % product == 0 else { throw misshapen(tensor, count) }
            unknown = count / product
        } else if product != count {
            throw misshapen(tensor, count)
        }
        func resolved(_ length: Int?) -> Int { length.map { $0 < 0 ? unknown : $0 } ?? 1 }
        return Shape(axes: lengths.count, first: resolved(lengths.first), last: resolved(lengths.last))
    }

    private func misshapen(_ tensor: InferTensor, _ count: Int) -> RequestDefect {
        RequestDefect("cannot reshape array of size \(count) into shape \(shapeText(tensor)): input \(called(tensor))")
    }

    func called(_ tensor: InferTensor) -> String { "'\(text(tensor.name))'" }

    private func shapeText(_ tensor: InferTensor) -> String {
        let lengths = dimensions[tensor.shape].map(String.init)
        return "(\(lengths.joined(separator: ","))\(lengths.count == 1 ? "," : ""))"
    }
}

extension InferTensor {
    /// How many elements are there; raw ones are not counted.
    fileprivate var elementCount: Int {
        switch content {
        case .numbers(let range), .texts(let range): range.count
        case .raw: 0
        }
    }
}
