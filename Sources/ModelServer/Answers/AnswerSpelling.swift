import Net
package import Prediction

/// How a model's answers are spelt: as JSON, as raw little-endian elements, or one element after the other.
///
/// What classes are called is spelt once, when the model is loaded.
package struct AnswerSpelling: Sendable {
    /// The name of the one tensor that scikit-learn's, XGBoost's and LightGBM's models answer with.
    package static let tensorName: StaticString = "output-0"

    /// What a model answers for a row.
    package let output: Output
    /// What the elements are.
    package let elementType: ElementType
    let classNames: SpeltNames
    let classBytes: SpeltNames
    /// The columns of an answer that is rows of named values, each a tensor by itself; else empty.
    package let frame: [FrameColumn]

    package init(_ output: Output) {
        self.output = output
        elementType = output.elementType
        if case .frame(let columns) = output { frame = FrameColumn.all(columns) } else { frame = [] }
        if let labels = output.labels {
            classNames = SpeltNames.json(labels)
            classBytes = SpeltNames.raw(labels)
        } else {
            classNames = SpeltNames()
            classBytes = SpeltNames()
        }
    }

    /// Elements of a row along an axis of its own; nil where a row has one element and no such axis.
    package var columns: Int? {
        switch output {
        case .labels, .frame: nil
        case .labelRows(_, let columns): columns
        case .numbers(let columns, _): columns
        }
    }

    /// How many rows an answer has.
    package func rows(of answer: borrowing Answer) -> Int {
        if !frame.isEmpty { return answer.frame.height(0) }
        let elements = output.labels == nil ? answer.numbers.count : answer.labels.count
        return elements / max(1, columns ?? 1)
    }

    /// Calls `body` with every element, row by row, as a number; class names that are texts are not.
    package func forEachNumber(_ answer: borrowing Answer, _ body: (Double) -> Void) {
        guard let labels = output.labels else { return answer.numbers.forEach(body) }
        switch labels {
        case .integers(let values, _): for label in answer.labels { body(Double(values[Int(label)])) }
        case .numbers(let values): for label in answer.labels { body(values[Int(label)]) }
        case .flags(let values): for label in answer.labels { body(values[Int(label)] ? 1 : 0) }
        case .texts: break
        }
    }

    /// Calls `body` with every element, row by row, as a whole number; class names that are texts are not.
    package func forEachInteger(_ answer: borrowing Answer, _ body: (Int64) -> Void) {
        if case .integers(let values, _) = output.labels {
            for label in answer.labels { body(values[Int(label)]) }
        } else {
            forEachNumber(answer) { body(Int64(exactly: $0.rounded(.towardZero)) ?? 0) }
        }
    }

    /// Calls `body` with every element, row by row, as UTF-8; only class names that are texts are.
    package func forEachText(_ answer: borrowing Answer, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard elementType == .bytes else { return }
        classBytes.bytes.withUnsafeBytes { names in
            for label in answer.labels {
                body(UnsafeRawBufferPointer(rebasing: names[classBytes.textRange(Int(label))]))
            }
        }
    }
}

/// Names spelt one behind the other.
struct SpeltNames: Sendable {
    var bytes: [UInt8] = []
    private var ends: [Int] = [0]

    func range(_ index: Int) -> Range<Int> { ends[index]..<ends[index + 1] }

    /// Of a text spelt raw: the bytes behind its length.
    func textRange(_ index: Int) -> Range<Int> { ends[index] + 4..<ends[index + 1] }

    private mutating func endName() { ends.append(bytes.count) }

    /// The names of classes as JSON values.
    static func json(_ labels: Labels) -> SpeltNames {
        var names = SpeltNames()
        var out = OutBuffer()
        func spell(_ write: (inout OutBuffer) -> Void) {
            out.truncate(0)
            write(&out)
            names.bytes.append(contentsOf: out.bytes)
            names.endName()
        }
        switch labels {
        case .integers(let values, _): for value in values { spell { $0.append(String(value)) } }
        case .numbers(let values): for value in values { spell { JSONNumber.write(value, into: &$0) } }
        case .flags(let values): for value in values { spell { $0.append(value ? "true" : "false") } }
        case .texts(let values): for value in values { spell { JSONText.write(value, into: &$0) } }
        }
        return names
    }

    /// The names of classes as raw elements.
    static func raw(_ labels: Labels) -> SpeltNames {
        var names = SpeltNames()
        func spell(_ value: UInt64, _ count: Int) {
            for index in 0..<count { names.bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
        }
        switch labels {
        case .integers(let values, let type):
            for value in values {
                spell(UInt64(bitPattern: value), type.byteCount ?? 8)
                names.endName()
            }
        case .numbers(let values):
            for value in values {
                spell(value.bitPattern, 8)
                names.endName()
            }
        case .flags(let values):
            for value in values {
                spell(value ? 1 : 0, 1)
                names.endName()
            }
        case .texts(let values):
            for value in values {
                spell(UInt64(value.utf8.count), 4)
                names.bytes.append(contentsOf: value.utf8)
                names.endName()
            }
        }
        return names
    }
}
