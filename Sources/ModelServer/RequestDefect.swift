/// Why a request's body cannot be answered; becomes the `error` of a 400.
struct RequestDefect: Error, Equatable {
    let text: String

    init(_ text: String) { self.text = text }

    /// A body that is not JSON, in the words of KServe's server: where as line, column and character.
    static func malformed(_ what: String, _ bytes: UnsafeRawBufferPointer, at offset: Int) -> RequestDefect {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == 0x0A } + 1
        let column = offset - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return RequestDefect("Unrecognized request format: \(what): line \(line) column \(column) (char \(offset))")
    }
}
