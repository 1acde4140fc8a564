import Base

/// Finds a category's place by its bytes or its number, without an allocation.
struct CategoryTable: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]
    /// Open addressing: places of categories, -1 where free; its size is a power of two.
    private var slots: [Int]
    /// Categories that spell numbers, by their value.
    private var numbers: [(value: Double, place: Int)] = []
    let count: Int

    init(_ names: [String]) {
        count = names.count
        var size = 8
        while size < names.count * 2 { size *= 2 }
        slots = Array(repeating: -1, count: size)
        for (place, name) in names.enumerated() {
            bytes.append(contentsOf: name.utf8)
            ends.append(bytes.count)
            let found = Array(name.utf8).withUnsafeBytes { slot(of: $0) }
            if slots[found] < 0 { slots[found] = place }
            if let value = Double(name) { numbers.append((value, place)) }
        }
        numbers.sort { $0.value < $1.value }
    }

    /// The place of a text; `count` where it is none of them.
    func place(_ text: UnsafeRawBufferPointer) -> Int {
        let found = slots[slot(of: text)]
        return found < 0 ? count : found
    }

    /// The place of a number; `count` where it is none of them.
    func place(_ number: Double) -> Int {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle].value < number { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low].value == number ? numbers[low].place : count
    }

    /// Where a text is, or would be: the first slot from its hash on that is free or its own. At least half are free.
    private func slot(of text: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var slot = Int(truncatingIfNeeded: hash >> 32) & (slots.count - 1)
        while slots[slot] >= 0, !bytes[ends[slots[slot]]..<ends[slots[slot] + 1]].elementsEqual(text) {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }
}
