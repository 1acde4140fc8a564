import Prediction

/// A numpy array as the pickle holds it.
package struct PickledArray {
    /// What one element of an array is.
    package struct Element: Equatable {
        /// Bytes of one element.
        let size: Int32
        /// The dtype's state, which names the fields of a record.
        var state = PickleHeap.none
        /// numpy's letter: b bool, i integer, u unsigned, f float, U text, S bytes, O objects, V records.
        package let kind: UInt8
        var isBigEndian = false

        init(kind: UInt8, size: Int32, isBigEndian: Bool = false) {
            self.kind = kind
            self.size = size
            self.isBigEndian = isBigEndian
        }
    }

    /// Where the elements are.
    package enum Content {
        case bytes(PickleHeap.Extent)
        case objects([PickleHeap.Ref])
    }

    /// What its elements are.
    package let element: Element
    let shape: [Int]
    /// Whether the first axis runs fastest.
    let isColumnMajor: Bool
    /// Where its elements are.
    package let content: Content

    /// An array of no elements, before its state says more.
    static let empty = PickledArray(element: Element(kind: UInt8(ascii: "b"), size: 1), content: [])

    private init(element: Element, content: [PickleHeap.Ref]) {
        self.element = element
        shape = [0]
        isColumnMajor = false
        self.content = .objects(content)
    }

    /// An array of `content`; nil where that does not hold as many elements as `shape` says.
    init?(element: Element, shape: [Int], isColumnMajor: Bool, content: Content) {
        self.element = element
        self.shape = shape
        self.isColumnMajor = isColumnMajor
        self.content = content
        guard let count = PickledArray.count(shape) else { return nil }
        switch content {
        case .bytes(let extent):
            guard element.size > 0 || count == 0 else { return nil }
            let (bytes, overflow) = count.multipliedReportingOverflow(by: Int(element.size))
            guard !overflow, bytes == extent.count else { return nil }
        case .objects(let objects):
            guard objects.count == count else { return nil }
        }
    }

    /// How many elements an array of this shape has; nil where an axis is negative or out of all proportion.
    static func count(_ shape: [Int]) -> Int? {
        var count = 1
        for axis in shape {
            guard (0...ModelLimits.fileBytesMax).contains(axis) else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: axis)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }

    var count: Int { shape.reduce(1, *) }
}

extension PickledArray.Element {
    /// Reads numpy's spelling of an element type, like `f8`, `<i4`, `U10`, `O`; nil where it is none.
    init?(code: some StringProtocol) {
        var rest = Substring(code)
        var isBigEndian = false
        if let order = rest.first, "<>=|".contains(order) {
            isBigEndian = order == ">"
            rest = rest.dropFirst()
        }
        guard let letter = rest.utf8.first, "biufcUSOVMm?".utf8.contains(letter) else { return nil }
        let digits = rest.dropFirst()
        let number = digits.isEmpty ? 1 : Int32(digits.prefix { $0.isNumber }) ?? -1
        guard (0...1 << 24).contains(number) else { return nil }
        let size: Int32 =
            switch letter {
            case UInt8(ascii: "U"): number * 4
            case UInt8(ascii: "O"): 8
            default: number
            }
        let kind = letter == UInt8(ascii: "?") ? UInt8(ascii: "b") : letter
        self.init(kind: kind, size: size, isBigEndian: isBigEndian)
    }

    /// numpy's spelling, for messages.
    var code: String {
        let letter = String(UnicodeScalar(kind))
        return kind == UInt8(ascii: "O") ? letter : "\(letter)\(kind == UInt8(ascii: "U") ? size / 4 : size)"
    }
}
