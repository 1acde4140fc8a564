import Pickle
import Prediction
import Sklearn

/// scikit-learn's SimpleImputer over a data frame's cells, where texts stand in for what is missing.
struct CellImputer: Transformer {
    private let name: String
    private let missing: PickleValue.CategoryValue
    private let statistics: [PickleValue.CategoryValue]
    private let columnNames: [String]
    /// Whether what is missing in a column stays so.
    private var leaves: [Bool]

    var outputColumns: Int { statistics.count }
    var givesCells: Bool { true }
    var input: Input { .table(columns: columnNames.map { InputColumn(name: $0, type: .bytes) }) }

    init(
        _ value: PickleValue,
        _ statistics: [PickleValue.CategoryValue],
        _ missing: PickleValue.CategoryValue
    ) throws(ModelDefect) {
        name = value.className?.name ?? ""
        if let indicator = try value.optional("add_indicator"), try indicator.flag() {
            throw indicator.refusal(.textIndicator)
        }
        guard !statistics.contains(.missing) else {
            throw try value.member("statistics_").defect("has a column without a statistic beside texts")
        }
        self.missing = missing
        self.statistics = statistics
        leaves = statistics.map { _ in false }
        columnNames = try value.columnNames() ?? statistics.indices.map { "x\($0)" }
        guard columnNames.count == statistics.count else {
            throw value.defect("has \(columnNames.count) names for \(statistics.count) columns")
        }
    }

    /// Before version 3, pandas kept None in columns of texts, which no imputer for NaN fills. Where the encoder behind
    /// learnt None as a category, it must reach it.
    func preceding(_ next: any Transformer) -> any Transformer {
        guard missing == .missing, let tables = (next as? any CategoryEncoder)?.rows.tables,
            tables.count == leaves.count
        else { return self }
        var imputer = self
        imputer.leaves = tables.map(\.hasNone)
        return imputer
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        guard batch.content == .table else { throw InputDefect("\(name) takes rows of texts") }
        guard batch.table.columns == statistics.count else {
            throw InputDefect(
                "X has \(batch.table.columns) features, but \(name) is expecting \(statistics.count) features as input."
            )
        }
        for (column, statistic) in statistics.enumerated() where !leaves[column] {
            let filler: TableRows.Cell
            switch statistic {
            case .missing: filler = .missing
            case .number(let number): filler = .number(number)
            case .text(let text): filler = batch.table.keep(text)
            }
            for row in 0..<batch.rows where batch.table.isCell(row, column, missing) {
                batch.table.replace(row, column, by: filler)
            }
        }
    }
}

extension TableRows {
    /// Whether a cell is what counts as missing.
    fileprivate func isCell(_ row: Int, _ column: Int, _ missing: PickleValue.CategoryValue) -> Bool {
        switch (cell(row, column), missing) {
        case (.missing, .missing): true
        case (.number(let number), .number(let wanted)): number == wanted
        case (.text(let start, let count), .text(let wanted)):
            utf8[Int(start)..<Int(start) + Int(count)].elementsEqual(wanted.utf8)
        default: false
        }
    }
}
