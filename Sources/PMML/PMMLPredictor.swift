import Prediction

/// A PMML document that answers rows, each with a row of named values.
final class PMMLPredictor: Predictor {
    private let program: Program
    /// Index of an input by its name.
    private let inputs: [String: Int]
    let input: Input
    let output: Output
    let keepsRows = true

    init(_ program: Program) {
        self.program = program
        inputs = Dictionary(
            program.inputs.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        input = .table(columns: program.inputs.map { InputColumn(name: $0.name, type: $0.type.data.elementType) })
        output = .frame(columns: program.columns.map { OutputColumn(name: $0.name, type: $0.type.elementType) })
    }

    func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        guard batch.rows > 0 else { throw InputDefect("found no rows, at least one is required") }
        try batch.checkAnswer(numbersPerRow: program.columns.count)
        let work = workspace(&batch)
        answer.frame.clear()
        for _ in program.columns { answer.frame.addColumn() }
        let columns = try columns(of: batch)
        for row in 0..<batch.rows {
            work.beginRow()
            try fill(work, columns, row, of: batch)
            guard let model = program.models.last else { return }
            _ = try model.evaluate(work)
            try write(work, into: &answer.frame)
        }
    }

    /// The workspace that the batch keeps, made to fit this program.
    private func workspace(_ batch: inout Batch) -> Workspace {
        guard let work = batch.documentWork as? Workspace else {
            let work = Workspace(program)
            batch.documentWork = work
            return work
        }
        if work.program !== program { work.adopt(program) }
        return work
    }

    /// For each column of the rows which input it is; -1 where it is none. Rows without names bring inputs in their order.
    private func columns(of batch: borrowing Batch) throws(InputDefect) -> [Int] {
        switch batch.content {
        case .numbers: return Array(0..<min(batch.columns, program.inputs.count))
        case .table where batch.columnNames.isEmpty: return Array(0..<min(batch.table.columns, program.inputs.count))
        case .table: return batch.columnNames.map { inputs[$0] ?? -1 }
        case .texts, .sparse: throw InputDefect("a row is a text, expected is a list of values or an object")
        }
    }

    private func fill(
        _ work: Workspace,
        _ columns: [Int],
        _ row: Int,
        of batch: borrowing Batch
    ) throws(InputDefect) {
        for index in work.raw.indices { work.raw[index] = .missing }
        for (column, input) in columns.enumerated() where input >= 0 {
            if batch.content == .numbers {
                let number = batch.values[row * batch.columns + column]
                work.raw[input] = number.isNaN ? .missing : .number(number)
                continue
            }
            guard row < batch.table.height(column) else { continue }
            switch batch.table.cell(row, column) {
            case .missing: continue
            case .number(let number): work.raw[input] = .number(number)
            case .text(let start, let count):
                work.bytes.removeAll(keepingCapacity: true)
                work.bytes.append(contentsOf: batch.table.utf8[Int(start)..<Int(start) + Int(count)])
                work.raw[input] = .text(try work.symbolOfBytes())
            }
        }
    }

    private func write(_ work: Workspace, into frame: inout TableRows) throws(InputDefect) {
        for (index, column) in program.columns.enumerated() {
            var value = Value.missing
            for slot in column.slots where value.isMissing { value = try work.value(slot) }
            if case .text(let symbol) = value {
                let start = frame.utf8.count
                work.append(symbol, to: &frame.utf8)
                frame.appendText(from: start, to: index)
            } else {
                frame.append(value.double.map { .number($0) } ?? .missing, to: index)
            }
        }
    }
}

extension DataType {
    /// What values of the type are outside of the document.
    var elementType: ElementType {
        switch self {
        case .string: .bytes
        case .integer: .int64
        case .float, .double: .float64
        case .boolean: .bool
        }
    }
}
