import Base
import Prediction

/// The lines of a LightGBM model: `key=values`, or a word alone.
struct LightGBMText {
    /// A line: where it starts, and where its key and its values are.
    struct Line {
        let start: Int
        let key: Range<Int>
        /// Empty where there is no `=`.
        let values: Range<Int>
    }

    let bytes: UnsafeRawBufferPointer
    private(set) var at = 0

    /// The bytes must stay where they are while the text is read.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next line; nil behind the last one.
    mutating func next() -> Line? {
        guard at < bytes.count else { return nil }
        let start = at
        var equals: Int?
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") {
            if equals == nil, bytes[at] == UInt8(ascii: "=") { equals = at }
            at += 1
        }
        var end = at
        at = min(at + 1, bytes.count)
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        guard let equals else { return Line(start: start, key: start..<end, values: end..<end) }
        return Line(start: start, key: start..<equals, values: equals + 1..<max(equals + 1, end))
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    func has(_ range: Range<Int>, _ word: StaticString) -> Bool {
        bytes[range].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    func words(_ line: Line) -> [String] {
        bytes[line.values].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The numbers of a line.
    func numbers(_ line: Line) throws(ModelDefect) -> [Double] {
        var numbers: [Double] = []
        var at = line.values.lowerBound
        while true {
            while at < line.values.upperBound, bytes[at] == UInt8(ascii: " ") { at += 1 }
            guard at < line.values.upperBound else { return numbers }
            if let scanned = NumberScanner.scan(bytes, at: at), scanned.end <= line.values.upperBound {
                numbers.append(scanned.value)
                at = scanned.end
            } else {
                let start = at
                while at < line.values.upperBound, bytes[at] != UInt8(ascii: " ") { at += 1 }
                numbers.append(try word(start..<at))
            }
        }
    }

    /// Numbers that are spelt as C's printf spells them, and not as JSON's.
    private func word(_ range: Range<Int>) throws(ModelDefect) -> Double {
        switch text(range) {
        case "inf": return .infinity
        case "-inf": return -.infinity
        case "nan", "-nan": return .nan
        case let other: throw ModelDefect(at: .byte(range.lowerBound), what: "\(other.prefix(32)) is no number")
        }
    }

    func integers(_ line: Line) throws(ModelDefect) -> [Int32] {
        var integers: [Int32] = []
        for number in try numbers(line) {
            guard let integer = Int32(exactly: number) else {
                throw ModelDefect(at: .byte(line.values.lowerBound), what: "\(number) is no integer of 32 bits")
            }
            integers.append(integer)
        }
        return integers
    }
}
