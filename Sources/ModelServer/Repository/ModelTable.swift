import CLinux

/// The models of a repository at one moment, found by the bytes of their names without an allocation.
struct ModelTable: Sendable {
    private struct Row: Sendable {
        let name: [UInt8]
        /// Nil where it is known but does not answer.
        let model: ServedModel?
        let reason: String
    }

    /// In the order of the names' lengths and bytes.
    private let rows: [Row]

    init(_ entries: [ModelRepository.Entry]) {
        rows = entries.filter(\.isKnown)
            .map { Row(name: Array($0.name.utf8), model: $0.model, reason: $0.reason) }
            .sorted { left, right in
                left.name.withUnsafeBytes { one in right.name.withUnsafeBytes { ModelTable.order(one, $0) < 0 } }
            }
    }

    /// The model called `name`.
    func find(_ name: UnsafeRawBufferPointer) throws(RequestDefect) -> ServedModel {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            let order = rows[middle].name.withUnsafeBytes { ModelTable.order($0, name) }
            if order == 0 {
                if let model = rows[middle].model { return model }
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
