import Pickle
import Prediction
import Sklearn

/// The known values of a column of categories, numbered in the order of scikit-learn's `categories_`.
struct CategoryTable: Sendable {
    /// How many there are.
    let count: Int
    /// Number of the missing value; nil where that is no category.
    let missing: Int?
    /// Whether the missing value is Python's None, not NaN.
    let hasNone: Bool
    private let texts: Vocabulary
    /// Numbers that are categories, in order, and which they are.
    private let numbers: [Double]
    private let places: [Int32]

    /// Whether a text can be a category.
    var hasTexts: Bool { texts.count > 0 }

    init(_ value: PickleValue) throws(ModelDefect) {
        let values = try value.categoryValues()
        var texts = Vocabulary(capacity: values.count)
        var numbered: [(number: Double, place: Int32)] = []
        var missing: Int?
        for (place, value) in values.enumerated() {
            switch value {
            case .missing: missing = place
            case .number(let number): numbered.append((number, Int32(place)))
            case .text(let text): texts.insert(text.utf8, column: Int32(place))
            }
        }
        numbered.sort { $0.number < $1.number }
        count = values.count
        self.missing = missing
        hasNone = try value.listsNone()
        self.texts = texts
        numbers = numbered.map(\.number)
        places = numbered.map(\.place)
    }

    /// Which category a number is; nil for an unknown one.
    func place(of number: Double) -> Int? {
        if number.isNaN { return missing }
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == number ? Int(places[low]) : nil
    }

    /// Which category a cell is; nil for an unknown one.
    func place(of cell: TableRows.Cell, in utf8: [UInt8]) -> Int? {
        switch cell {
        case .missing: missing
        case .number(let number): place(of: number)
        case .text(let start, let count): texts.column(of: utf8, Int(start)..<Int(start) + Int(count)).map { Int($0) }
        }
    }
}

extension PickleValue {
    /// A value that a category, or what stands in for a missing one, can be.
    enum CategoryValue: Equatable {
        case missing
        case number(Double)
        case text(String)
    }

    /// The elements of an array of one axis.
    func categoryValues() throws(ModelDefect) -> [CategoryValue] {
        if case .array(let index) = heap[ref], case .bytes = heap.arrays[Int(index)].content {
            switch try labels() {
            case .texts(let texts): return texts.map { .text($0) }
            case .integers(let integers, _): return integers.map { .number(Double($0)) }
            case .flags(let flags): return flags.map { .number($0 ? 1 : 0) }
            case .numbers(let numbers): return numbers.map { $0.isNaN ? .missing : .number($0) }
            }
        }
        var values: [CategoryValue] = []
        for element in try elements() { values.append(try element.categoryValue()) }
        return values
    }

    /// Whether None is one of the elements.
    fileprivate func listsNone() throws(ModelDefect) -> Bool {
        if case .array(let index) = heap[ref], case .bytes = heap.arrays[Int(index)].content { return false }
        return try elements().contains(where: \.isNone)
    }

    /// A single value.
    func categoryValue() throws(ModelDefect) -> CategoryValue {
        switch heap[ref] {
        case .none: return .missing
        case .bool(let flag): return .number(flag ? 1 : 0)
        case .int(let integer): return .number(Double(integer))
        case .float(let number): return number.isNaN ? .missing : .number(number)
        case .text: return .text(try text())
        default: throw defect("is \(kind), expected is a number, a text or None")
        }
    }
}
