import Prediction

// Taking numbers, texts and lines from the file; every read is checked against its end.
extension PickleMachine {
    mutating func byte() throws(ModelDefect) -> UInt8 {
        guard at < heap.file.count else { throw truncated(1) }
        at += 1
        return heap.file[at - 1]
    }

    private func truncated(_ wanted: some BinaryInteger) -> ModelDefect {
        defect("pickle ends too early", why: "\(wanted) bytes are wanted, \(heap.file.count - at) are left")
    }

    /// The next `count` bytes, as a place in the file.
    mutating func extent(_ count: Int) throws(ModelDefect) -> PickleHeap.Extent {
        guard count <= heap.file.count - at else { throw truncated(count) }
        at += count
        return PickleHeap.Extent(start: at - count, count: count)
    }

    /// A little-endian number of `size` bytes.
    mutating func unsigned(_ size: Int) throws(ModelDefect) -> UInt64 {
        let bytes = heap.bytes(try extent(size))
        return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A length or index of `size` bytes; more than any file holds is refused here.
    mutating func length(_ size: Int) throws(ModelDefect) -> Int {
        let value = try unsigned(size)
        guard value <= UInt64(ModelLimits.fileBytesMax) else { throw truncated(value) }
        return Int(value)
    }

    /// A little-endian two's complement integer of any size.
    mutating func signed(size: Int) throws(ModelDefect) -> Ref {
        let bytes = heap.bytes(try extent(size))
        guard let high = bytes.last else { return heap.make(.int(0)) }
        let filler: UInt8 = high >= 0x80 ? 0xFF : 0
        guard bytes.dropFirst(8).allSatisfy({ $0 == filler }) else { return heap.make(.largeInt) }
        var value = filler == 0 ? UInt64(0) : .max
        for byte in bytes.prefix(8).reversed() { value = value << 8 | UInt64(byte) }
        let number = Int64(bitPattern: value)
        return heap.make((number < 0) == (filler != 0) ? .int(number) : .largeInt)
    }

    /// The bytes to the next line end, which is taken too.
    private mutating func lineExtent() throws(ModelDefect) -> PickleHeap.Extent {
        guard let end = heap.file[at...].firstIndex(of: 0x0A) else { throw truncated(heap.file.count - at + 1) }
        defer { at = end + 1 }
        return PickleHeap.Extent(start: at, count: end - at)
    }

    mutating func line() throws(ModelDefect) -> String { heap.string(try lineExtent()) }

    mutating func lineNumber() throws(ModelDefect) -> Int {
        let text = try line()
        guard let number = Int(text), number >= 0 else { throw defect("pickle index \(text) is no number") }
        return number
    }

    /// An integer in digits; `00` and `01` are protocol 0's booleans.
    mutating func decimal() throws(ModelDefect) -> Ref {
        let extent = try lineExtent()
        // No 64-bit number is longer; the digits of larger ones are not needed.
        guard extent.count <= 21 else { return heap.make(.largeInt) }
        var text = heap.string(extent)
        if text == "00" { return PickleHeap.no }
        if text == "01" { return PickleHeap.yes }
        if text.hasSuffix("L") { text.removeLast() }
        guard let number = Int64(text) else { throw defect("pickle integer \(text) is no number") }
        return heap.make(.int(number))
    }

    mutating func decimalFloat() throws(ModelDefect) -> Double {
        let text = try line()
        guard let number = Double(text) else { throw defect("pickle float \(text) is no number") }
        return number
    }

    /// Protocol 0's text: Latin-1 with `\uXXXX` and `\UXXXXXXXX`.
    mutating func escapedText() throws(ModelDefect) -> PickleHeap.Extent {
        let extent = try lineExtent()
        let raw = heap.bytes(extent)
        guard raw.contains(where: { $0 == UInt8(ascii: "\\") || $0 >= 0x80 }) else { return extent }
        var decoded: [UInt8] = []
        var rest = raw
        while let first = rest.popFirst() {
            var scalar = UnicodeScalar(first)
            let digits = rest.first == UInt8(ascii: "u") ? 4 : rest.first == UInt8(ascii: "U") ? 8 : 0
            if first == UInt8(ascii: "\\"), digits > 0 {
                let code = UInt32(String(decoding: rest.dropFirst().prefix(digits), as: UTF8.self), radix: 16)
                guard let code, rest.count > digits else { throw defect("pickle text has a broken escape") }
                scalar = UnicodeScalar(code) ?? "\u{FFFD}"
                rest = rest.dropFirst(digits + 1)
            }
            decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return heap.keep(decoded)
    }

    /// Python 2's text in quotes.
    mutating func quotedText() throws(ModelDefect) -> PickleHeap.Extent {
        let extent = try lineExtent()
        let raw = heap.bytes(extent)
        guard raw.count >= 2, let quote = raw.first, quote == raw.last, quote == 0x22 || quote == 0x27,
            !raw.contains(UInt8(ascii: "\\"))
        else { throw defect("pickle holds a Python 2 string that is not read") }
        return PickleHeap.Extent(start: Int(extent.start) + 1, count: raw.count - 2)
    }
}
