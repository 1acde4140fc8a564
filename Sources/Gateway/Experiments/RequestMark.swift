import Base
import Net

/// The id of an experiment's request, by which a reward finds it later: the client's own `x-request-id`, or one made
/// here. Kept by a relay from request to request, so that nothing is allocated.
struct RequestMark {
    private(set) var id: [UInt8] = []

    /// Longer ids of clients are replaced.
    static let idMax = 128
    private static let digits = Array("0123456789abcdef".utf8)

    /// Marks a request of an experiment.
    mutating func set(_ exchange: HTTPExchange, using chance: inout SeededGenerator) {
        id.removeAll(keepingCapacity: true)
        if let own = exchange.header("x-request-id"), RequestMark.isUsable(own) {
            id.append(contentsOf: own)
            return
        }
        for _ in 0..<2 {
            let number = chance.next()
            for shift in stride(from: 60, through: 0, by: -4) {
                id.append(RequestMark.digits[Int(number >> UInt64(shift) & 15)])
            }
        }
    }

    /// A request of no experiment has none.
    mutating func clear() { id.removeAll(keepingCapacity: true) }

    /// Writes the field, where there is an id.
    func write(to out: inout OutBuffer) {
        guard !id.isEmpty else { return }
        out.append("x-request-id: ")
        id.withUnsafeBytes { out.append($0) }
        out.append("\r\n")
    }

    /// Whether a field is left out because the gateway writes it.
    static func replaces(_ name: UnsafeRawBufferPointer, of target: Target) -> Bool {
        target.measured != nil && name.count == 12 && name.equalsIgnoringCase("x-request-id")
    }

    /// Visible characters, not too many.
    private static func isUsable(_ id: UnsafeRawBufferPointer) -> Bool {
        (1...idMax).contains(id.count) && id.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
