// Reading single elements; indices are in the order of the stored bytes.
extension PickledArray {
    /// The raw little-endian bits of an element of 1, 2, 4 or 8 bytes.
    private func bits(_ index: Int, in heap: PickleHeap) -> UInt64? {
        guard case .bytes(let extent) = content, [1, 2, 4, 8].contains(element.size) else { return nil }
        let bytes = heap.bytes(extent)
        let start = bytes.startIndex + index * Int(element.size)
        guard index >= 0, start + Int(element.size) <= bytes.endIndex else { return nil }
        let raw = bytes[start..<start + Int(element.size)]
        if element.isBigEndian { return raw.reduce(0) { $0 << 8 | UInt64($1) } }
        return raw.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// An element of an integer or boolean array; nil for other kinds.
    func integer(_ index: Int, in heap: PickleHeap) -> Int64? {
        guard let bits = bits(index, in: heap) else { return nil }
        switch element.kind {
        case UInt8(ascii: "b"): return bits == 0 ? 0 : 1
        case UInt8(ascii: "u"): return Int64(exactly: bits)
        case UInt8(ascii: "i"):
            let unused = UInt64(64 - element.size * 8)
            return Int64(bitPattern: bits << unused) >> Int64(unused)
        default: return nil
        }
    }

    /// An element of any numeric array as a double; nil for other kinds.
    func number(_ index: Int, in heap: PickleHeap) -> Double? {
        guard element.kind == UInt8(ascii: "f") else { return integer(index, in: heap).map(Double.init) }
        guard let bits = bits(index, in: heap) else { return nil }
        switch element.size {
        case 8: return Double(bitPattern: bits)
        case 4: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case 2: return PickledArray.half(UInt16(truncatingIfNeeded: bits))
        default: return nil
        }
    }

    /// IEEE 754 binary16, spelt out because Float16 is not there on every machine.
    private static func half(_ bits: UInt16) -> Double {
        let sign = bits & 0x8000 == 0 ? 1.0 : -1.0
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = Double(bits & 0x3FF)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
        }
    }

    /// An element of a text array: UTF-32, filled up with zeros.
    func text(_ index: Int, in heap: PickleHeap) -> String {
        guard case .bytes(let extent) = content, element.kind == UInt8(ascii: "U") else { return "" }
        let size = Int(element.size)
        var text = String.UnicodeScalarView()
        let bytes = heap.bytes(extent).dropFirst(index * size).prefix(size)
        var at = bytes.startIndex
        while at + 4 <= bytes.endIndex {
            var value: UInt32 = 0
            for byte in bytes[at..<at + 4] {
                value = element.isBigEndian ? value << 8 | UInt32(byte) : value >> 8 | UInt32(byte) << 24
            }
            text.append(UnicodeScalar(value) ?? "\u{FFFD}")
            at += 4
        }
        while text.last == "\0" { text.removeLast() }
        return String(text)
    }
}
