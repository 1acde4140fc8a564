import CLinux

/// Fields that most lines of a log have in common with the line before, spelt once for as long as they stay the same.
struct SpeltFields: ~Copyable {
    /// What they were spelt for.
    private var words = OutBuffer()
    private var number: Int?
    private var fields = OutBuffer()

    /// The fields that tell `words` and `number`; nil where the last ones told something else.
    @inline(__always)
    func telling(_ words: UnsafeRawBufferPointer, _ number: Int) -> UnsafeRawBufferPointer? {
        guard number == self.number, words.count == self.words.count else { return nil }
        guard let own = self.words.bytes.baseAddress, let other = words.baseAddress else { return fields.bytes }
        return memcmp(own, other, words.count) == 0 ? fields.bytes : nil
    }

    /// Keeps what was spelt for them; nothing where that is nil.
    mutating func keep(_ fields: UnsafeRawBufferPointer?, telling words: UnsafeRawBufferPointer, _ number: Int) {
        self.words.truncate(0)
        self.fields.truncate(0)
        self.number = nil
        guard let fields else { return }
        self.words.append(words)
        self.fields.append(fields)
        self.number = number
    }
}
