/// The columns that a model takes of a data frame, whatever their order there, and how categories in them become numbers.
package struct FrameColumns: Sendable {
    /// A column of categories: what each of them is as a number.
    package struct Categories: Sendable {
        private let texts: [String: Double]
        private let numbers: [Double: Double]

        /// - Parameter numbers: categories that are numbers themselves.
        package init(texts: [String: Double], numbers: [Double: Double]) {
            self.texts = texts
            self.numbers = numbers
        }

        /// The number of a category; NaN where it is not known, or missing.
        fileprivate func number(_ row: Int, _ column: Int, of table: borrowing TableRows) -> Double {
            switch table.cell(row, column) {
            case .missing: .nan
            case .number(let number): numbers[number] ?? .nan
            case .text(let start, let count): texts[table.text(start: start, count: count)] ?? .nan
            }
        }
    }

    private let names: [String]
    /// Where each name stands among `names`.
    private let places: [String: Int]
    /// Those columns that hold categories, by their place among `names`.
    private let categories: [Int: Categories]

    /// - Parameters:
    ///   - names: what the model's columns are called, in its order.
    ///   - categories: those columns that hold categories, by their place among `names`.
    package init(_ names: [String], categories: [Int: Categories] = [:]) {
        self.names = names
        self.categories = categories
        places = Dictionary(zip(names, names.indices)) { first, _ in first }
    }

    /// Turns a data frame into rows of the model's numbers; columns that it does not know are left out, and those that the frame
    /// does not have are missing values, as KServe's server makes them.
    package func take(from batch: inout Batch) throws(InputDefect) {
        let sources = try sources(batch.columnNames)
        let width = names.count
        try Batch.checkSize(batch.rows, width, by: "the model")
        batch.values.removeAll(keepingCapacity: true)
        batch.values.append(contentsOf: repeatElement(.nan, count: batch.rows * width))
        for (column, source) in sources.enumerated() where source >= 0 {
            guard batch.table.height(source) == batch.rows else {
                throw InputDefect("column '\(names[column])' has not as many cells as others")
            }
            for row in 0..<batch.rows {
                batch.values[row * width + column] = try number(row, source, as: column, of: batch.table)
            }
        }
        batch.columns = width
        batch.content = .numbers
    }

    private func number(
        _ row: Int,
        _ source: Int,
        as column: Int,
        of table: borrowing TableRows
    ) throws(InputDefect) -> Double {
        if let known = categories[column] { return known.number(row, source, of: table) }
        return try table.number(row, source)
    }

    /// Where the model's columns stand in the frame, -1 for those that it lacks.
    private func sources(_ given: [String]) throws(InputDefect) -> [Int] {
        if given == names { return Array(names.indices) }
        var sources = [Int](repeating: -1, count: names.count)
        for (source, name) in given.enumerated() {
            if let column = places[name], sources[column] < 0 { sources[column] = source }
        }
        // Rows of somebody else's names are a mistake, not missing values.
        if sources.allSatisfy({ $0 < 0 }), let name = names.first {
            throw InputDefect("the rows have no column '\(name)'")
        }
        return sources
    }
}
