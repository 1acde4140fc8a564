/// Which fields of a head speak of one connection only, for whoever passes messages on (RFC 9110 section 7.6.1).
///
/// Its bytes are the head's: it is good for as long as they are.
package struct ConnectionFields {
    /// The value of the head's connection field, where it may name other fields.
    private let listed: UnsafeRawBufferPointer?

    /// The fields of a head with this connection field.
    package init(_ connection: UnsafeRawBufferPointer?) {
        listed = connection.flatMap { value in
            let namesNone =
                value.equalsIgnoringCase("keep-alive") || value.equalsIgnoringCase("close")
                || value.equalsIgnoringCase("upgrade")
            return namesNone ? nil : value
        }
    }

    /// Whether the field of this name is not to be passed on.
    package func contains(_ name: UnsafeRawBufferPointer) -> Bool {
        let isKnown =
            switch name.count {
            case 2: name.equalsIgnoringCase("te")
            case 7: name.equalsIgnoringCase("trailer") || name.equalsIgnoringCase("upgrade")
            case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
            case 14: name.equalsIgnoringCase("content-length")
            case 16: name.equalsIgnoringCase("proxy-connection")
            case 17: name.equalsIgnoringCase("transfer-encoding")
            default: false
            }
        guard !isKnown, let listed else { return isKnown }
        return listed.split(separator: UInt8(ascii: ",")).contains { item in
            let trimmed = UnsafeRawBufferPointer(rebasing: item).trimmed
            return trimmed.count == name.count && zip(trimmed, name).allSatisfy { $0 | 0x20 == $1 | 0x20 }
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var trimmed: UnsafeRawBufferPointer {
        var slice = self[...]
        while let first = slice.first, first == 0x20 || first == 0x09 { slice = slice.dropFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice = slice.dropLast() }
        return UnsafeRawBufferPointer(rebasing: slice)
    }
}
