/// The field `tracestate` (W3C Trace Context, section 3.3): what tracing systems of others pass along. It is never changed
/// here, and is left out where it is no good.
package enum TraceState {
    /// Members of a list, over all fields of the name.
    package static let membersMax = 32
    private static let keyBytesMax = 256
    private static let valueBytesMax = 256

    /// How many members a field's value has; nil where one of them is malformed. Empty ones count for nothing.
    package static func members(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var count = 0
        for member in bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: true) {
            let member = trimmed(member)
            if member.isEmpty { continue }
            guard isMember(member) else { return nil }
            count += 1
        }
        return count
    }

    private static func isMember(_ member: UnsafeRawBufferPointer.SubSequence) -> Bool {
        guard let equals = member.firstIndex(of: UInt8(ascii: "=")) else { return false }
        let value = member[(equals + 1)...]
        return isKey(member[..<equals]) && !value.isEmpty && value.count <= valueBytesMax
            && value.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
    }

    /// `key` or `tenant@system`.
    private static func isKey(_ key: UnsafeRawBufferPointer.SubSequence) -> Bool {
        let parts = key.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), key.count <= keyBytesMax else { return false }
        return parts.allSatisfy { part in
            guard let first = part.first, isLetter(first) || isDigit(first) else { return false }
            return part.allSatisfy { isLetter($0) || isDigit($0) || "_-*/".utf8.contains($0) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func trimmed(_ bytes: UnsafeRawBufferPointer.SubSequence) -> UnsafeRawBufferPointer.SubSequence {
        var bytes = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes = bytes.dropLast() }
        return bytes
    }
}
