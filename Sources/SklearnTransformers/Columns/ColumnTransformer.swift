package import Prediction
import Sklearn

/// scikit-learn's ColumnTransformer: parts that each take some of the columns; what they give stands side by side.
package struct ColumnTransformer: Transformer {
    /// Some columns, and what becomes of them.
    package struct Part: Sendable {
        /// The columns that it sees.
        package let columns: ColumnChoice
        /// Nothing where they pass as they are.
        package let transformers: [any Transformer]
        package let outputColumns: Int
        /// Factor of what is given.
        package let weight: Double

        package init(columns: ColumnChoice, transformers: [any Transformer], outputColumns: Int, weight: Double) {
            self.columns = columns
            self.transformers = transformers
            self.outputColumns = outputColumns
            self.weight = weight
        }

        /// What the columns are given as.
        package var input: Input { transformers.first?.input ?? .numbers(columns: columns.places.count) }
    }

    /// Its parts, in the order of their columns in the answer.
    package let parts: [Part]
    /// What the columns of the training were called; empty where it had no names.
    package let names: [String]
    /// How many columns the training had.
    let trainedColumns: Int
    let givesSparse: Bool
    package let outputColumns: Int

    /// Whether parts ask for columns by name.
    var isNamed: Bool { parts.contains { $0.columns.isNamed } }

    /// Named columns, those that parts take; numbers where all parts take numbers and nothing is named.
    package var input: Input {
        let takesNumbers = parts.allSatisfy { if case .numbers = $0.input { true } else { false } }
        if names.isEmpty, takesNumbers { return .numbers(columns: trainedColumns) }
        var types = [ElementType?](repeating: nil, count: trainedColumns)
        for part in parts {
            for (index, place) in part.columns.places.enumerated() where types[place] != .bytes {
                types[place] = part.type(of: index, called: names.isEmpty ? nil : names[place]) ?? types[place]
            }
        }
        let columns = types.enumerated().compactMap { place, type in
            type.map { InputColumn(name: names.isEmpty ? "x\(place)" : names[place], type: $0) }
        }
        return .table(columns: columns)
    }

    package func transform(_ batch: inout Batch) throws(InputDefect) {
        guard batch.rows > 0 else { throw InputDefect("found no rows, at least one is required by ColumnTransformer") }
        let places = try places(batch)
        var given: [Batch] = []
        for part in parts {
            var own = batch.takeSpare()
            try own.take(part, places, of: batch)
            for transformer in part.transformers { try transformer.transform(&own) }
            if part.weight != 1 { own.mapEntries { $1 * part.weight } }
            given.append(own)
        }
        try batch.join(given, columns: outputColumns, sparse: givesSparse, by: "ColumnTransformer")
        for own in given { batch.keepSpare(own) }
    }

    /// Where the columns of the training stand in a batch: by name in a data frame, else at the same place.
    private func places(_ batch: borrowing Batch) throws(InputDefect) -> [Int] {
        if batch.content == .table, !batch.columnNames.isEmpty, !names.isEmpty { return try placesByName(batch) }
        guard !isNamed else {
            throw InputDefect("Specifying the columns using strings is only supported for dataframes.")
        }
        guard batch.content == .numbers || batch.content == .table else {
            throw InputDefect("ColumnTransformer takes rows of numbers or a data frame")
        }
        let columns = batch.content == .table ? batch.table.columns : batch.columns
        guard columns == trainedColumns else {
            throw InputDefect(
                "X has \(columns) features, but ColumnTransformer is expecting \(trainedColumns) features as input."
            )
        }
        return Array(0..<trainedColumns)
    }

    private func placesByName(_ batch: borrowing Batch) throws(InputDefect) -> [Int] {
        if batch.columnNames == names { return Array(0..<trainedColumns) }
        var places = [Int](repeating: -1, count: trainedColumns)
        var missing: [String] = []
        for part in parts {
            for place in part.columns.places where places[place] < 0 {
                if let found = batch.columnNames.firstIndex(of: names[place]) {
                    places[place] = found
                } else if !missing.contains(names[place]) {
                    missing.append(names[place])
                }
            }
        }
        guard missing.isEmpty else {
            throw InputDefect("columns are missing: {\(missing.map { "'\($0)'" }.joined(separator: ", "))}")
        }
        return places
    }
}

extension ColumnTransformer.Part {
    /// What the column at `index` of those that it takes must be; nil where that does not matter.
    fileprivate func type(of index: Int, called name: String?) -> ElementType? {
        switch input {
        case .numbers: return .float64
        case .texts: return .bytes
        case .table(let wanted):
            if let named = wanted.first(where: { $0.name == name }) { return named.type }
            return wanted.count == columns.places.count ? wanted[index].type : nil
        }
    }
}

extension Batch {
    /// Takes a part's columns of another batch, in the form that the part wants.
    fileprivate mutating func take(
        _ part: ColumnTransformer.Part,
        _ places: [Int],
        of other: borrowing Batch
    ) throws(InputDefect) {
        clear()
        rows = other.rows
        switch part.input {
        case .table where other.content == .table:
            content = .table
            for place in part.columns.places {
                table.addColumn(places[place], of: other.table)
                if !other.columnNames.isEmpty { columnNames.append(other.columnNames[places[place]]) }
            }
        case .texts: try takeTexts(places[part.columns.places[0]], of: other)
        case .numbers, .table:
            columns = part.columns.places.count
            for row in 0..<rows {
                for place in part.columns.places { values.append(try other.number(row, places[place])) }
            }
        }
    }

    private mutating func takeTexts(_ column: Int, of other: borrowing Batch) throws(InputDefect) {
        content = .texts
        guard other.content == .table else {
            throw InputDefect("rows are numbers, but the vectorizer is expecting texts")
        }
        for row in 0..<rows {
            guard case .text(let start, let count) = other.table.cell(row, column) else {
                throw InputDefect("np.nan is an invalid document, expected byte or unicode string.")
            }
            texts.utf8.append(contentsOf: other.table.utf8[Int(start)..<Int(start) + Int(count)])
            texts.endRow()
        }
    }

    private func number(_ row: Int, _ column: Int) throws(InputDefect) -> Double {
        content == .table ? try table.number(row, column) : values[row * columns + column]
    }
}
