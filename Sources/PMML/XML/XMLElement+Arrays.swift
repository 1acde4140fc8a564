import Prediction

/// PMML's arrays and matrices.
extension XMLElement {
    /// The texts of an `Array`: words between spaces, those in quotes with what is between them.
    var words: [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var (isQuoted, isStarted, isEscaped) = (false, false, false)
        func end() {
            if isStarted { words.append(String(decoding: word, as: UTF8.self)) }
            word.removeAll(keepingCapacity: true)
            isStarted = false
        }
        for byte in text.utf8 {
            if isEscaped {
                // Only a quote is escaped; elsewhere the stroke stands for itself.
                if byte != UInt8(ascii: "\"") { word.append(UInt8(ascii: "\\")) }
                word.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                (isEscaped, isStarted) = (true, true)
            } else if byte == UInt8(ascii: "\"") {
                if isQuoted { end() }
                isQuoted.toggle()
                isStarted = isQuoted
            } else if !isQuoted, byte == 0x20 || (0x09...0x0D).contains(byte) {
                end()
            } else {
                word.append(byte)
                isStarted = true
            }
        }
        end()
        return words
    }

    /// The numbers of a list of them between spaces.
    func numbers() throws(ModelDefect) -> [Double] {
        var numbers: [Double] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            guard let number = Spelling.number(String(word)) else {
                throw defect("holds no number: \(word.prefix(64))")
            }
            numbers.append(number)
        }
        return numbers
    }

    /// The numbers of the `Array` or `REAL-SparseArray` inside, of which there must be `count` where that is given.
    func arrayOfNumbers(count: Int? = nil) throws(ModelDefect) -> [Double] {
        guard let array = child(among: ["Array", "REAL-SparseArray", "INT-SparseArray"]) else {
            throw defect("has no Array")
        }
        let numbers = array.name == "Array" ? try array.numbers() : try array.sparseNumbers(count)
        if let count, numbers.count != count {
            throw array.defect("has \(numbers.count) numbers, wanted are \(count)")
        }
        return numbers
    }

    /// A sparse array spelt out.
    private func sparseNumbers(_ count: Int?) throws(ModelDefect) -> [Double] {
        guard let size = try integer("n") ?? count, (0...PMMLLimits.numbersMax >> 4).contains(size) else {
            throw defect("does not say how many numbers it has")
        }
        var numbers = [Double](repeating: try number("defaultValue") ?? 0, count: size)
        let indices = try child("Indices")?.numbers() ?? []
        let entries = try child(among: ["REAL-Entries", "INT-Entries"])?.numbers() ?? []
        guard indices.count == entries.count else {
            throw defect("has \(indices.count) indices and \(entries.count) entries")
        }
        for (index, entry) in zip(indices, entries) {
            guard let index = Int(exactly: index), (1...max(1, size)).contains(index), size > 0 else {
                throw defect("has the index \(index), its numbers are \(size)")
            }
            numbers[index - 1] = entry
        }
        return numbers
    }
}
