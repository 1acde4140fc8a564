/// A request's head as it comes field by field, written down as HTTP/1.1 would have sent it.
///
/// So one parser reads the heads of both versions, under the same limits, and a head reads alike for services.
struct HTTP2Head: ~Copyable {
    private var text = OutBuffer()
    /// `:method`, `:path` and `:authority`, which come before all other fields and in any order.
    private var pseudo = OutBuffer()
    private var method = 0..<0
    private var path = 0..<0
    private var authority = 0..<0
    private var hasLine = false
    private var bytesMax = 0
    private(set) var isTooLarge = false

    /// Begins with a new request.
    mutating func begin(bytesMax: Int) {
        text.clear(keeping: 4096)
        pseudo.clear(keeping: 1024)
        (method, path, authority) = (0..<0, 0..<0, 0..<0)
        hasLine = false
        isTooLarge = false
        self.bytesMax = bytesMax
    }

    /// Takes the next field; nghttp2 has checked its bytes and the order of the pseudo-fields.
    mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        guard !isTooLarge, text.count + pseudo.count + name.count + value.count + 4 <= bytesMax else {
            isTooLarge = true
            return
        }
        if name.first == 0x3A { return addPseudo(name, value) }
        if !hasLine { writeLine() }
        // The authority counts, whatever a host field says besides (RFC 9113 section 8.3.1).
        if !authority.isEmpty, name.equalsIgnoringCase("host") { return }
        text.appendField(name, value)
    }

    /// The head is whole: its text changes places with `store`'s.
    mutating func end(_ store: inout OutBuffer) {
        if !hasLine { writeLine() }
        text.append("\r\n")
        swap(&text, &store)
    }

    private mutating func addPseudo(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let start = pseudo.count
        pseudo.append(value)
        let place = start..<pseudo.count
        // nghttp2 lets pass what RFC 9113 section 8.3.1 knows; `:scheme` does not matter here.
        switch name.count {
        case 5: path = place
        case 7 where name[1] == 0x6D: method = place
        case 10: authority = place
        default: break
        }
    }

    private mutating func writeLine() {
        hasLine = true
        append(method)
        text.append(" ")
        // Only CONNECT has no path: it asks for the authority.
        append(path.isEmpty ? authority : path)
        text.append(" HTTP/1.1\r\n")
        guard !authority.isEmpty else { return }
        text.append("host: ")
        append(authority)
        text.append("\r\n")
    }

    private mutating func append(_ place: Range<Int>) {
        text.append(UnsafeRawBufferPointer(rebasing: pseudo.bytes[place]))
    }
}
