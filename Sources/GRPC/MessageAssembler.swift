/// Cuts a request's body into messages, however it was cut into frames.
///
/// Bytes are copied only where a message is not whole in the bytes at hand.
package struct MessageAssembler: ~Copyable {
    private var held: [UInt8] = []

    package init() {}

    /// Whether a message has begun and is not whole.
    package var isInsideMessage: Bool { !held.isEmpty }

    /// Adds bytes of the body and hands every message that is whole now to `deliver`.
    package mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        lengthMax: Int,
        _ deliver: (MessagePrefix, UnsafeRawBufferPointer) throws(GRPCStatus) -> Void
    ) throws(GRPCStatus) {
        if held.isEmpty {
            let used = try MessageAssembler.cut(bytes, lengthMax, deliver)
            held.append(contentsOf: bytes[used...])
        } else {
            held.append(contentsOf: bytes)
            var used = 0
            var failure: GRPCStatus?
            held.withUnsafeBytes { whole in
                do throws(GRPCStatus) { used = try MessageAssembler.cut(whole, lengthMax, deliver) } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            held.removeFirst(used)
        }
    }

    /// Forgets an unfinished message; large memory is given back.
    mutating func clear() {
        held.removeAll(keepingCapacity: held.capacity <= GRPCLimits.keptBytesMax)
    }

    private static func cut(
        _ bytes: UnsafeRawBufferPointer,
        _ lengthMax: Int,
        _ deliver: (MessagePrefix, UnsafeRawBufferPointer) throws(GRPCStatus) -> Void
    ) throws(GRPCStatus) -> Int {
        var at = 0
        while let prefix = try MessagePrefix.read(UnsafeRawBufferPointer(rebasing: bytes[at...]), lengthMax: lengthMax)
        {
            let start = at + MessagePrefix.size
            guard prefix.length <= bytes.count - start else { break }
            at = start + prefix.length
            try deliver(prefix, UnsafeRawBufferPointer(rebasing: bytes[start..<at]))
        }
        return at
    }
}
