import Net

/// Values by host names, found by the most specific one that fits: exact, then the longest wildcard, then any host.
package struct HostMap<Value: Sendable>: Sendable {
    private let exact: HostTable<Value>
    /// `.example.com` for `*.example.com`, longest first.
    private let wildcards: [(suffix: [UInt8], value: Value)]
    private let any: Value?

    init(_ values: [HostPattern: Value]) {
        let named = values.map { (host: $0.key.text, value: $0.value) }
        any = values[.any]
        exact = HostTable(named.filter { !$0.host.hasPrefix("*") }.map { ($0.host, $0.value) })
        wildcards = named.filter { $0.host.hasPrefix("*.") }
            .map { (suffix: Array($0.host.dropFirst().utf8), value: $0.value) }
            .sorted { $0.suffix.count > $1.suffix.count }
    }

    /// `host` is without port, in small letters.
    subscript(host: UnsafeRawBufferPointer) -> Value? {
        if let value = exact[host] { return value }
        for (suffix, value) in wildcards where host.count > suffix.count {
            if host.suffix(suffix.count).elementsEqual(suffix) { return value }
        }
        return any
    }
}

/// A dictionary that is asked with bytes: no String is made for a request's host.
private struct HostTable<Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        let name: [UInt8]
        let value: Value
    }

    private let slots: [[Slot]]

    init(_ values: [(String, Value)]) {
        var slots = [[Slot]](repeating: [], count: max(1, values.count * 2))
        for (name, value) in values {
            let bytes = Array(name.utf8)
            let index = Int(bytes.withUnsafeBytes(HostTable.hash) % UInt64(slots.count))
            slots[index].append(Slot(name: bytes, value: value))
        }
        self.slots = slots
    }

    subscript(name: UnsafeRawBufferPointer) -> Value? {
        let index = Int(HostTable.hash(name) % UInt64(slots.count))
        for slot in slots[index] where slot.name.elementsEqual(name) { return slot.value }
        return nil
    }

    /// FNV-1a.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
