import Prediction

/// Reads one JSON value, a number, text or nested lists of them, as the elements of a tensor.
struct TensorReader {
    var cursor: BodyCursor
    /// What the elements are.
    private let type: ElementType
    /// What the tensor is called in errors.
    private let name: String
    /// Lengths along the axes so far; nil until a list of that depth has ended.
    private var lengths: [Int?] = []
    /// How deep elements stand; nil before there are any.
    private var leafDepth: Int?
    /// Elements read so far.
    private var count = 0
    /// Numbers on their way into the elements.
    private var run: [Double] = []

    /// - Parameter input: the input whose value stands at the cursor.
    init(_ cursor: BodyCursor, _ type: ElementType, name: String) {
        self.cursor = cursor
        self.type = type
        self.name = name
    }

    /// Takes the value: appends its elements; its shape.
    mutating func read(into elements: inout InputElements) throws(RequestDefect) -> [Int] {
        cursor.skipSpace()
        if cursor.here == UInt8(ascii: "[") {
            try list(&elements, depth: 0)
        } else {
            leafDepth = 0
            try element(&elements)
        }
        flush(&elements)
        return lengths.map { $0 ?? 0 }
    }

    private mutating func list(_ elements: inout InputElements, depth: Int) throws(RequestDefect) {
        guard depth < ModelServerLimits.depthMax, depth < leafDepth ?? .max else {
            throw RequestDefect("input '\(name)' has lists where others of its elements are none")
        }
        _ = cursor.take("[")
        cursor.skipSpace()
        if lengths.count == depth { lengths.append(nil) }
        var length = 0
        if !cursor.take("]") {
            repeat {
                if cursor.here == UInt8(ascii: "[") {
                    try list(&elements, depth: depth + 1)
                    length += 1
                } else {
                    let before = count
                    try leaves(&elements, depth: depth + 1)
                    length += count - before
                }
            } while try cursor.takesComma(orEnd: "]")
        }
        guard lengths[depth] == nil || lengths[depth] == length else {
            throw RequestDefect("input '\(name)' has lists of \(lengths[depth] ?? 0) and of \(length) elements")
        }
        lengths[depth] = length
    }

    /// Takes an element, or a run of numbers.
    private mutating func leaves(_ elements: inout InputElements, depth: Int) throws(RequestDefect) {
        guard leafDepth ?? depth == depth, lengths.count == depth else {
            throw RequestDefect("input '\(name)' has elements where others are lists")
        }
        leafDepth = depth
        if type.isFloating {
            let before = run.count
            if cursor.numbers(into: &run) {
                count += run.count - before
                if run.count >= TensorReader.runMax { flush(&elements) }
                return
            }
        }
        try element(&elements)
    }

    /// Numbers that are gathered before they become elements.
    private static let runMax = 1 << 12

    private mutating func flush(_ elements: inout InputElements) {
        guard !run.isEmpty else { return }
        elements.append(run, as: type)
        run.removeAll(keepingCapacity: true)
    }
}

// Elements by themselves.
extension TensorReader {
    private mutating func element(_ elements: inout InputElements) throws(RequestDefect) {
        flush(&elements)
        switch type {
        case .bytes: try text(&elements)
        case .bool: try flag(&elements)
        case .float16, .bfloat16, .float32, .float64:
            let (name, count) = (name, count)
            run.append(try cursor.cell { "input '\(name)': element \(count)" })
        default: try whole(&elements)
        }
        count += 1
    }

    private mutating func misfit(_ wanted: String) throws(RequestDefect) -> RequestDefect {
        let kind = try cursor.kindOfValue()
        return RequestDefect("input '\(name)': element \(count) is \(kind), expected is \(wanted)")
    }

    private mutating func text(_ elements: inout InputElements) throws(RequestDefect) {
        guard cursor.here == UInt8(ascii: "\"") else { throw try misfit("a text") }
        try cursor.string(into: &elements.texts.utf8)
        elements.texts.endRow()
    }

    private mutating func flag(_ elements: inout InputElements) throws(RequestDefect) {
        let flag: UInt8
        if cursor.take(word: "true") {
            flag = 1
        } else if cursor.take(word: "false") {
            flag = 0
        } else if let number = cursor.number() {
            flag = number == 0 ? 0 : 1
        } else {
            throw try misfit("true or false")
        }
        elements.append(flag)
    }

    /// Whole numbers are taken digit by digit: not all of 64 bits are doubles.
    private mutating func whole(_ elements: inout InputElements) throws(RequestDefect) {
        let start = cursor
        if let number = cursor.wholeNumber() {
            guard elements.append(number, as: type) else {
                throw RequestDefect("input '\(name)': element \(count) is out of bounds for \(type.datatype)")
            }
            return
        }
        cursor = start
        guard let number = cursor.number() else { throw try misfit("a whole number") }
        guard let exact = Int64(exactly: number), elements.append(WholeNumber(exact), as: type) else {
            throw RequestDefect(
                "input '\(name)': element \(count) is \(JSONNumber.text(number)), expected is a whole number of "
                    + "\(type.datatype)"
            )
        }
    }
}

/// A whole number with its sign, wider than every type of elements.
struct WholeNumber: Equatable {
    let isNegative: Bool
    let magnitude: UInt64

    init(isNegative: Bool, magnitude: UInt64) {
        self.isNegative = isNegative
        self.magnitude = magnitude
    }

    init(_ number: Int64) { self.init(isNegative: number < 0, magnitude: number.magnitude) }

    /// The number as a type of so many bits; nil where it is out of bounds.
    func asType<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        guard isNegative else { return Number(exactly: magnitude) }
        guard magnitude > 0 else { return 0 }
        return magnitude > 1 << 63 ? nil : Number(exactly: -1 - Int64(bitPattern: magnitude - 1))
    }
}

extension BodyCursor {
    /// Takes a whole number that is written without a point or an exponent; nil where none stands here.
    mutating func wholeNumber() -> WholeNumber? {
        let isNegative = take("-")
        var magnitude: UInt64 = 0
        let start = at
        while at < bytes.count, case let digit = bytes[at] &- 0x30, digit < 10 {
            let (tens, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (next, carry) = tens.addingReportingOverflow(UInt64(digit))
            if overflow || carry { return nil }
            magnitude = next
            at += 1
        }
        let isFraction = here == UInt8(ascii: ".") || here | 0x20 == UInt8(ascii: "e")
        // A number of several digits does not begin with 0.
        let isPadded = at - start > 1 && bytes[start] == 0x30
        return at == start || isFraction || isPadded ? nil : WholeNumber(isNegative: isNegative, magnitude: magnitude)
    }
}
