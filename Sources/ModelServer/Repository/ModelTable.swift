import CLinux

/// The models of a repository at one moment, found by the bytes of their names without an allocation.
struct ModelTable {
    /// What is known under one name.
    struct Row {
        fileprivate let name: [UInt8]
        fileprivate let reason: String
        /// Nil where it is known but does not answer.
        fileprivate let answering: Answering?
    }

    /// A model that answers, with what exchanges keep until their bodies are whole.
    final class Answering: Sendable {
        let model: Served
        let prediction: Operation
        let inference: Operation

        init(_ model: Served) {
            self.model = model
            switch model {
            case .rows(let model):
                prediction = Operation(.predict(model))
                inference = Operation(.infer(model))
            case .tensors(let model):
                prediction = Operation(.predictTensors(model))
                inference = Operation(.inferTensors(model))
            case .foreign(let model):
                prediction = Operation(.predictForeign(model))
                inference = Operation(.inferForeign(model))
            }
        }
    }

    /// In the order of the names' lengths and bytes.
    private let rows: [Row]

    init(_ entries: [ModelRepository.Entry]) {
        rows = entries.filter(\.isKnown)
            .map { Row(name: Array($0.name.utf8), reason: $0.reason, answering: $0.model.map(Answering.init)) }
            .sorted { left, right in
                left.name.withUnsafeBytes { one in right.name.withUnsafeBytes { ModelTable.order(one, $0) < 0 } }
            }
    }

    /// The model called `name`.
    func find(_ name: UnsafeRawBufferPointer) throws(RequestDefect) -> Answering {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            let order = rows[middle].name.withUnsafeBytes { ModelTable.order($0, name) }
            if order == 0 {
                if let answering = rows[middle].answering { return answering }
                throw .notReady(String(decoding: name, as: UTF8.self), rows[middle].reason)
            }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        throw .unknownModel(String(decoding: name, as: UTF8.self))
    }

    private static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        guard left.count == right.count else { return left.count - right.count }
        guard let one = left.baseAddress, let other = right.baseAddress else { return 0 }
        return Int(memcmp(one, other, left.count))
    }
}
