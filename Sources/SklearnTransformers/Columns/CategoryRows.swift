package import Pickle
package import Prediction

/// Rows whose columns are categories, as a data frame's cells or as numbers.
package struct CategoryRows: Sendable {
    /// Name of the estimator, for messages.
    let name: String
    let tables: [CategoryTable]
    /// What the columns are called, where the estimator was trained with a data frame.
    let columnNames: [String]

    init(_ value: PickleValue) throws(ModelDefect) {
        name = value.className?.name ?? ""
        var tables: [CategoryTable] = []
        for categories in try value.member("categories_").elements() { tables.append(try CategoryTable(categories)) }
        guard !tables.isEmpty else { throw try value.member("categories_").defect("is empty") }
        self.tables = tables
        columnNames = try value.columnNames() ?? tables.indices.map { "x\($0)" }
        guard columnNames.count == tables.count else {
            throw value.defect("has \(columnNames.count) names for \(tables.count) columns")
        }
    }

    /// Numbers where every category is one; else cells.
    var input: Input {
        guard tables.contains(where: \.hasTexts) else { return .numbers(columns: tables.count) }
        let columns = zip(columnNames, tables).map { name, table in
            InputColumn(name: name, type: table.hasTexts ? .bytes : .float64)
        }
        return .table(columns: columns)
    }

    func check(_ batch: borrowing Batch) throws(InputDefect) {
        guard batch.rows > 0 else { throw InputDefect("found no rows, at least one is required by \(name)") }
        guard batch.content == .numbers || batch.content == .table else {
            throw InputDefect("\(name) takes rows of categories")
        }
        let columns = batch.content == .table ? batch.table.columns : batch.columns
        guard columns == tables.count else {
            throw InputDefect("X has \(columns) features, but \(name) is expecting \(tables.count) features as input.")
        }
    }

    /// Which category stands in a row's column; nil for an unknown one.
    func place(_ batch: borrowing Batch, _ row: Int, _ column: Int) -> Int? {
        if batch.content == .table {
            return tables[column].place(of: batch.table.cell(row, column), in: batch.table.utf8)
        }
        return tables[column].place(of: batch.values[row * tables.count + column])
    }

    /// What is said of a column with unknown values.
    func unknown(_ batch: borrowing Batch, _ column: Int) -> InputDefect {
        var listed: [String] = []
        for row in 0..<batch.rows where place(batch, row, column) == nil {
            let text =
                batch.content == .table
                ? batch.table.spelt(row, column) : batch.values[row * tables.count + column].description
            if !listed.contains(text), listed.count < CategoryRows.listedMax { listed.append(text) }
        }
        return InputDefect(
            "Found unknown categories [\(listed.joined(separator: ", "))] in column \(column) during transform"
        )
    }

    /// Unknown values that a message lists at most.
    private static let listedMax = 10
}

/// A step that makes numbers of categories.
protocol CategoryEncoder: Transformer {
    var rows: CategoryRows { get }
}

extension PickleValue {
    /// `feature_names_in_`, under the name that the version of scikit-learn has for it; nil where there are none.
    package func columnNames() throws(ModelDefect) -> [String]? {
        for name in ["feature_names_in_", "_feature_names_in"] {
            guard let names = try optional(name) else { continue }
            guard case .texts(let texts) = try names.labels() else { throw names.defect("holds what are no texts") }
            return texts
        }
        return nil
    }
}
