import Prediction

/// One row on its way through a program, in storage that is used again.
///
/// Owned by the batch that it works for; one row at a time.
final class Workspace {
    private(set) var program: Program
    /// What the row brought, by input.
    var raw: [Value] = []
    private var values: [Value] = []
    /// The row in which a slot's value was worked out last.
    private var stamps: [UInt64] = []
    /// Slots whose value is there but not valid.
    private var invalid: [Bool] = []
    private var row: UInt64 = 0
    /// Numbers of models; each has its own part of them.
    var scores: [Double] = []
    /// What models answered, by their index, and in which row.
    private var outcomes: [Outcome] = []
    private var outcomeRows: [UInt64] = []
    /// Texts of the row that the document does not have.
    private var texts: SymbolTable
    /// Bytes of a text while it is put together.
    var bytes: [UInt8] = []
    /// Rows for the engine of trees.
    var batch = Batch()
    /// What the engine of trees answers.
    var sums: [Double] = []
    /// Indices while they are put in order.
    var order: [Int32] = []

    init(_ program: Program) {
        self.program = program
        texts = SymbolTable(first: Int32(program.symbols.count))
        adopt(program)
    }

    /// Makes room for another program's rows.
    func adopt(_ program: Program) {
        self.program = program
        raw = [Value](repeating: .missing, count: program.inputs.count)
        values = [Value](repeating: .missing, count: program.slots.count)
        stamps = [UInt64](repeating: 0, count: program.slots.count)
        invalid = [Bool](repeating: false, count: program.slots.count)
        scores = [Double](repeating: 0, count: program.scoreCount)
        outcomes = [Outcome](repeating: Outcome(), count: program.models.count)
        outcomeRows = [UInt64](repeating: 0, count: program.models.count)
        texts = SymbolTable(first: Int32(program.symbols.count))
        row = 0
    }

    /// Forgets the last row.
    func beginRow() {
        row &+= 1
        texts.clear()
    }
}

// Fields.
extension Workspace {
    /// The value of a slot, which is worked out where that was not done for this row.
    @inline(__always)
    func value(_ slot: Int32) throws(InputDefect) -> Value {
        let slot = Int(slot)
        if stamps[slot] == row { return values[slot] }
        return try work(out: slot)
    }

    /// Whether the value of a slot is there and not valid.
    func isInvalid(_ slot: Int32) throws(InputDefect) -> Bool {
        guard !(try value(slot)).isMissing else { return false }
        return invalid[Int(slot)]
    }

    /// Leaves a value in a slot.
    func give(_ value: Value, to slot: Int32) {
        values[Int(slot)] = value
        stamps[Int(slot)] = row
        invalid[Int(slot)] = false
    }

    private func work(out slot: Int) throws(InputDefect) -> Value {
        var isValid = true
        let value: Value
        switch program.slots[slot] {
        case .given: value = .missing
        case .input(let index):
            let input = program.inputs[index]
            value = try input.rule.apply(to: raw[index], as: input.type, named: input.name, &isValid, self)
        case .treated(let other, let type, let rule):
            value = try rule.apply(to: self.value(other), as: type, named: rule.name, &isValid, self)
        case .derived(let expression, let type):
            let raw = try expression.evaluate(self)
            value = try type.map { type throws(InputDefect) in try cast(raw, to: type) } ?? raw
        }
        give(value, to: Int32(slot))
        invalid[slot] = !isValid
        return value
    }
}

// Texts and types.
extension Workspace {
    /// The symbol of a text.
    func symbol(_ bytes: UnsafeRawBufferPointer) throws(InputDefect) -> Int32 {
        if let symbol = program.symbols.find(bytes) { return symbol }
        guard texts.byteCount + bytes.count <= PMMLLimits.rowTextBytesMax else {
            throw InputDefect("texts of a row take more than \(PMMLLimits.rowTextBytesMax) bytes")
        }
        return texts.intern(bytes)
    }

    func symbol(_ text: String) throws(InputDefect) -> Int32 {
        var text = text
        let result = text.withUTF8 { bytes -> Result<Int32, InputDefect> in
            do throws(InputDefect) {
                return .success(try symbol(UnsafeRawBufferPointer(bytes)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The symbol of the text that was put together in `bytes`.
    func symbolOfBytes() throws(InputDefect) -> Int32 {
        let result = bytes.withUnsafeBytes { bytes -> Result<Int32, InputDefect> in
            do throws(InputDefect) {
                return .success(try symbol(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func text(_ symbol: Int32) -> String {
        symbol < texts.first ? program.symbols.text(symbol) : texts.text(symbol)
    }

    /// Appends the bytes of a text.
    func append(_ symbol: Int32, to bytes: inout [UInt8]) {
        if symbol < texts.first { program.symbols.append(symbol, to: &bytes) } else { texts.append(symbol, to: &bytes) }
    }

    /// A value as people read it.
    func spelt(_ value: Value) -> String {
        if case .text(let symbol) = value { return text(symbol) }
        return value.spelling ?? "missing"
    }

    /// A value as a value of another type; nil where it is none of it.
    func converted(_ value: Value, to type: DataType) throws(InputDefect) -> Value? {
        if value.isMissing || value.type == type { return value }
        if type == .string { return .text(try symbol(value.spelling ?? "")) }
        if case .text(let symbol) = value { return type.value(text(symbol)) }
        return value.double.flatMap { type.value($0) }
    }

    func cast(_ value: Value, to type: DataType) throws(InputDefect) -> Value {
        guard let value = try converted(value, to: type) else {
            throw InputDefect("\(spelt(value)) cannot be cast to \(type.rawValue)")
        }
        return value
    }

    /// A value as a number, read from its text where it is one.
    func number(_ value: Value) throws(InputDefect) -> Double {
        if let number = value.double { return number }
        guard case .text(let symbol) = value else { throw InputDefect("a number is missing") }
        guard let number = Spelling.number(text(symbol)) else { throw InputDefect("'\(text(symbol))' is no number") }
        return number
    }
}

// Answers of models.
extension Workspace {
    /// What a model answered for this row; nil where it was not asked.
    func outcome(of model: Int) -> Outcome? { outcomeRows[model] == row ? outcomes[model] : nil }

    func keep(_ outcome: Outcome, of model: Int) {
        outcomes[model] = outcome
        outcomeRows[model] = row
    }
}
