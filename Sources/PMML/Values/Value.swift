/// What a field of a row holds.
enum Value: Hashable, Sendable, BitwiseCopyable {
    case missing
    case flag(Bool)
    case integer(Int64)
    case single(Float)
    case number(Double)
    /// A text, by its symbol.
    case text(Int32)

    var isMissing: Bool { self == .missing }

    /// What it is as a number; nil for texts and where nothing is.
    @inline(__always)
    var double: Double? {
        switch self {
        case .number(let number): number
        case .single(let number): Double(number)
        case .integer(let number): Double(number)
        case .flag(let flag): flag ? 1 : 0
        case .missing, .text: nil
        }
    }
}

/// What the values of a field are.
enum DataType: String, Sendable {
    case string, integer, float, double, boolean
}

/// How the values of a field may be compared.
enum OpType: String, Sendable {
    case continuous, categorical, ordinal
}

extension DataType {
    /// What values of that type are, where nothing says it.
    var opType: OpType {
        switch self {
        case .integer, .float, .double: .continuous
        case .string, .boolean: .categorical
        }
    }

    /// The type of results that take values of both; nil where there is none.
    func common(with other: DataType) -> DataType? {
        switch (self, other) {
        case (.integer, .integer): .integer
        case (.float, .float), (.float, .integer), (.integer, .float): .float
        case (.double, .integer), (.double, .float), (.double, .double), (.integer, .double), (.float, .double): .double
        default: nil
        }
    }

    /// A number as a value of this type; nil where it is none of it.
    func value(_ number: Double) -> Value? {
        switch self {
        // Zero has no sign.
        case .double: .number(number + 0)
        case .float: .single(Float(number) + 0)
        case .integer: Int32(exactly: number).map { .integer(Int64($0)) }
        case .boolean: number == 0 ? .flag(false) : number == 1 ? .flag(true) : nil
        case .string: nil
        }
    }

    /// What a text says as a value of this type; nil where it says none. Texts themselves have symbols.
    func value(_ text: String) -> Value? {
        switch self {
        case .string: return nil
        case .boolean:
            switch text.lowercased() {
            case "true": return .flag(true)
            case "false": return .flag(false)
            default: return Spelling.number(text).flatMap { value($0) }
            }
        case .integer, .float, .double:
            guard let number = Spelling.number(text) else {
                return Spelling.flag(text).flatMap { value($0 ? 1 : 0) }
            }
            return value(number)
        }
    }
}

extension Value {
    /// The type of the value; nil where there is none.
    var type: DataType? {
        switch self {
        case .missing: nil
        case .flag: .boolean
        case .integer: .integer
        case .single: .float
        case .number: .double
        case .text: .string
        }
    }

    /// The value as Java spells it; nil for texts, which their symbols spell, and where there is none.
    var spelling: String? {
        switch self {
        case .missing, .text: nil
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .single(let number): Spelling.text(number)
        case .number(let number): Spelling.text(number)
        }
    }
}

/// How a field's values are: their type and how they compare.
struct FieldType: Sendable {
    var data: DataType
    var op: OpType
    /// The values of an ordinal field, the least first; empty where values compare by themselves.
    var order: [Value] = []
}
