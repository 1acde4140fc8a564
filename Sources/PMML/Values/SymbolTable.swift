/// Texts by number: the same text has the same symbol, so that comparing texts is comparing numbers.
struct SymbolTable: Sendable {
    private var utf8: [UInt8] = []
    private var ends: [Int32] = []
    /// Symbols by hash, -1 where none is; a power of two of them, half of them free at least.
    private var places: [Int32]
    /// The symbol of the first text.
    let first: Int32

    init(first: Int32 = 0) {
        self.first = first
        places = [Int32](repeating: -1, count: 64)
    }

    /// How many texts there are.
    var count: Int { ends.count }
    /// Bytes of all texts.
    var byteCount: Int { utf8.count }

    /// Forgets all texts, keeps the storage.
    mutating func clear() {
        guard !ends.isEmpty else { return }
        utf8.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        for index in places.indices { places[index] = -1 }
    }

    func range(_ symbol: Int32) -> Range<Int> {
        let index = Int(symbol - first)
        return (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
    }

    func text(_ symbol: Int32) -> String { String(decoding: utf8[range(symbol)], as: UTF8.self) }

    /// Appends the bytes of a text.
    func append(_ symbol: Int32, to bytes: inout [UInt8]) { bytes.append(contentsOf: utf8[range(symbol)]) }

    /// The symbol of a text; nil where it has none.
    func find(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        let place = place(of: bytes)
        return places[place] >= 0 ? places[place] : nil
    }

    /// The symbol of a text, which gets one where it has none.
    mutating func intern(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        var place = place(of: bytes)
        if places[place] >= 0 { return places[place] }
        if (ends.count + 1) * 2 > places.count {
            grow()
            place = self.place(of: bytes)
        }
        utf8.append(contentsOf: bytes)
        ends.append(Int32(utf8.count))
        places[place] = first + Int32(ends.count - 1)
        return places[place]
    }

    mutating func intern(_ text: String) -> Int32 {
        var text = text
        return text.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
    }

    private func place(of bytes: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        let mask = places.count - 1
        var place = hasher.finalize() & mask
        while places[place] >= 0, !isText(places[place], bytes) { place = (place + 1) & mask }
        return place
    }

    private func isText(_ symbol: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let range = range(symbol)
        guard range.count == bytes.count else { return false }
        return utf8[range].elementsEqual(bytes)
    }

    private mutating func grow() {
        places = [Int32](repeating: -1, count: places.count * 2)
        for index in 0..<ends.count {
            let symbol = first + Int32(index)
            let place = utf8.withUnsafeBytes { self.place(of: UnsafeRawBufferPointer(rebasing: $0[range(symbol)])) }
            places[place] = symbol
        }
    }
}
