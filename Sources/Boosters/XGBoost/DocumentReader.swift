import Prediction

/// Takes a document of objects, arrays, texts and numbers apart from front to end: the caller asks for what it expects, so
/// that no tree of values is built.
protocol DocumentReader {
    /// Offset of the next byte.
    var at: Int { get }
    /// Calls `member` with each name of an object; it must take exactly one value.
    mutating func object(_ member: (inout Self, String) throws(ModelDefect) -> Void) throws(ModelDefect)
    /// Calls `element` before each element of an array; it must take exactly one value.
    mutating func array(_ element: (inout Self) throws(ModelDefect) -> Void) throws(ModelDefect)
    /// Takes an array of numbers.
    mutating func numbers() throws(ModelDefect) -> [Float]
    /// Takes an array of integers.
    mutating func integers() throws(ModelDefect) -> [Int32]
    mutating func text() throws(ModelDefect) -> String
    /// Takes a value of any kind.
    mutating func skip() throws(ModelDefect)
}

extension DocumentReader {
    func defect(_ what: String) -> ModelDefect { ModelDefect(at: .byte(at), what: what) }

    /// Takes an object of texts.
    mutating func dictionary() throws(ModelDefect) -> [String: String] {
        var texts: [String: String] = [:]
        try object { reader, name throws(ModelDefect) in texts[name] = try reader.text() }
        return texts
    }

    mutating func texts() throws(ModelDefect) -> [String] {
        var texts: [String] = []
        try array { reader throws(ModelDefect) in texts.append(try reader.text()) }
        return texts
    }
}

/// Bounds of documents.
enum DocumentLimits {
    /// How deep values may be nested.
    static let depthMax = 64
}
