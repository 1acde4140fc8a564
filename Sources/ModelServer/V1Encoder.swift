import Base
import Models
import Net

/// Encode: writes a model's answers as version 1 responses, straight into the connection's buffer.
///
/// What classes are called is spelt once, when the model is loaded.
struct V1Encoder {
    private let output: Output
    /// The classes' names as JSON, one behind the other.
    private var labels: [UInt8] = []
    private var labelEnds: [Int] = [0]

    init(_ output: Output) {
        self.output = output
        guard case .labels(let names) = output else { return }
        for name in names.json {
            name.write(into: &labels)
            labelEnds.append(labels.count)
        }
    }

    /// Writes `{"predictions":[…]}`.
    func write(_ answer: borrowing Answer, into body: inout OutBuffer) {
        body.append("{\"predictions\":[")
        switch output {
        case .labels: writeLabels(answer, &body)
        case .numbers(let columns?, _): writeRows(answer, columns, &body)
        case .numbers(nil, _): writeNumbers(answer, &body)
        }
        body.append("]}")
    }

    private func writeLabels(_ answer: borrowing Answer, _ body: inout OutBuffer) {
        labels.withUnsafeBytes { names in
            for row in 0..<answer.labels.count {
                if row > 0 { body.append(UInt8(ascii: ",")) }
                let label = Int(answer.labels[row])
                body.append(UnsafeRawBufferPointer(rebasing: names[labelEnds[label]..<labelEnds[label + 1]]))
            }
        }
    }

    private func writeNumbers(_ answer: borrowing Answer, _ body: inout OutBuffer) {
        for row in answer.numbers.indices {
            if row > 0 { body.append(UInt8(ascii: ",")) }
            V1Encoder.write(answer.numbers[row], &body)
        }
    }

    private func writeRows(_ answer: borrowing Answer, _ columns: Int, _ body: inout OutBuffer) {
        var at = 0
        while at < answer.numbers.count {
            body.append(at == 0 ? "[" : ",[")
            for column in 0..<columns {
                if column > 0 { body.append(UInt8(ascii: ",")) }
                V1Encoder.write(answer.numbers[at + column], &body)
            }
            body.append("]")
            at += columns
        }
    }

    private static func write(_ number: Double, _ body: inout OutBuffer) {
        body.append(number.isFinite ? number.description : "null")
    }
}

extension Labels {
    /// The names as JSON values.
    fileprivate var json: [JSON] {
        switch self {
        case .integers(let values, _): values.map { .int($0) }
        case .numbers(let values): values.map { .double($0) }
        case .flags(let values): values.map { .bool($0) }
        case .texts(let values): values.map { .string($0) }
        }
    }
}
