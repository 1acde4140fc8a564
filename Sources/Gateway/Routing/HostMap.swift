import Net

/// Values by host names, found by the most specific one that fits: exact, then the longest wildcard, then any host.
///
/// What a look-up costs depends on the host's labels, not on how many names there are.
package struct HostMap<Value: Sendable>: Sendable {
    private var exact = HostTable<Value>()
    /// By `.example.com` for `*.example.com`.
    private var wildcards = HostTable<Value>()
    private var any: Value?

    init() {}

    init(_ values: [HostPattern: Value]) { for (host, value) in values { self[host] = value } }

    /// The value for exactly this name or wildcard.
    subscript(pattern: HostPattern) -> Value? {
        get { pattern == .any ? any : pattern.isWildcard ? wildcards[pattern.suffix] : exact[Array(pattern.text.utf8)] }
        set {
            if pattern == .any {
                any = newValue
            } else if pattern.isWildcard {
                wildcards[pattern.suffix] = newValue
            } else {
                exact[Array(pattern.text.utf8)] = newValue
            }
        }
    }

    /// The value for the most specific name that takes `host`, which is without port, in small letters.
    subscript(host: UnsafeRawBufferPointer) -> Value? {
        if let value = exact.find(host) { return value }
        guard !wildcards.isEmpty else { return any }
        // A wildcard takes one or more labels: the first dot is where the longest could begin.
        for (index, byte) in host.enumerated() where byte == UInt8(ascii: ".") && index > 0 {
            if let value = wildcards.find(UnsafeRawBufferPointer(rebasing: host[index...])) { return value }
        }
        return any
    }
}

/// A dictionary that is asked with bytes: no String is made for a request's host.
///
/// A copy shares all that stays as it is, and a change afterwards copies one array of pointers.
private struct HostTable<Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        let name: [UInt8]
        var value: Value
    }

    /// As many as a power of two.
    private var slots: [[Slot]] = [[]]
    private var count = 0

    var isEmpty: Bool { count == 0 }

    subscript(name: [UInt8]) -> Value? {
        get { name.withUnsafeBytes(find) }
        set {
            let index = name.withUnsafeBytes(place)
            let known = slots[index].firstIndex { $0.name == name }
            switch (known, newValue) {
            case (let known?, let value?): slots[index][known].value = value
            case (let known?, nil):
                slots[index].remove(at: known)
                count -= 1
            case (nil, let value?): add(Slot(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    func find(_ name: UnsafeRawBufferPointer) -> Value? {
        for slot in slots[place(name)] where slot.name.elementsEqual(name) { return slot.value }
        return nil
    }

    private mutating func add(_ slot: Slot) {
        if count >= slots.count {
            let old = slots
            slots = [[Slot]](repeating: [], count: slots.count * 2)
            for slot in old.joined() { slots[slot.name.withUnsafeBytes(place)].append(slot) }
        }
        slots[slot.name.withUnsafeBytes(place)].append(slot)
        count += 1
    }

    /// By FNV-1a, whose upper bits differ more than its lower ones.
    private func place(_ name: UnsafeRawBufferPointer) -> Int {
        let hash = name.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
    }
}
