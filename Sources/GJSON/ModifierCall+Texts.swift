extension GJSONResult {
    /// Calls `body` with every member or element; of a single value once, of nothing never.
    func forEach(_ body: (_ name: TokenReader.Token?, _ value: GJSONResult) -> Void) {
        guard exists else { return }
        guard kind == .json else { return body(nil, self) }
        var reader = TokenReader(raw)
        reader.skip()
        while reader.peek != nil {
            var name: TokenReader.Token?
            if isObject {
                guard reader.peek == UInt8(ascii: "\"") else {
                    reader.skip()
                    continue
                }
                name = reader.readString()
                if name == nil { return }
            }
            guard reader.findValue() != nil, let value = reader.readToken() else { return }
            body(name, GJSONResult(value))
            // The comma or bracket behind the value.
            reader.skip()
        }
    }
}

/// A JSON text in the making: an array or object whose parts come one after the other.
private struct Text {
    private(set) var bytes: Bytes
    private let close: UInt8

    static var array: Text { Text(open: UInt8(ascii: "["), close: UInt8(ascii: "]")) }
    static var object: Text { Text(open: UInt8(ascii: "{"), close: UInt8(ascii: "}")) }

    private init(open: UInt8, close: UInt8) { (bytes, self.close) = ([open], close) }

    mutating func append(_ value: Bytes) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: value)
    }

    mutating func append(_ name: Bytes, _ value: Bytes) {
        append(name)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: value)
    }

    var closed: Bytes { bytes + [close] }
}

// What modifiers make of a text.
extension ModifierCall {
    static func withoutBlanks(_ json: Bytes) -> Bytes {
        var reader = TokenReader(json)
        var result = Bytes()
        while let byte = reader.peek {
            let start = reader.at
            if byte == UInt8(ascii: "\"") { _ = reader.readString() } else { reader.skip() }
            if byte > 0x20 { result.append(contentsOf: json[start..<reader.at]) }
        }
        return result
    }

    static func reversed(_ json: Bytes) -> Bytes {
        let whole = GJSONResult(parsing: json)
        guard whole.isArray || whole.isObject else { return json }
        var members: [(name: Bytes?, value: Bytes)] = []
        whole.forEach { members.append(($0?.raw, $1.raw)) }
        var text = whole.isArray ? Text.array : Text.object
        for member in members.reversed() {
            if let name = member.name { text.append(name, member.value) } else { text.append(member.value) }
        }
        return text.closed
    }

    static func flattened(_ json: Bytes, deep: Bool, _ run: Run) -> Bytes {
        let whole = GJSONResult(parsing: json)
        guard whole.isArray else { return json }
        return run.deeper(otherwise: []) {
            var text = Text.array
            whole.forEach { _, value in
                var part = value.raw
                if value.isArray {
                    guard run.spend(part.count) else { return }
                    part = unwrapped(deep ? flattened(part, deep: true, run) : part)
                }
                part = Query.trimmed(part)
                if !part.isEmpty { text.append(part) }
            }
            return text.closed
        }
    }

    /// Text without the brackets around it.
    private static func unwrapped(_ json: Bytes) -> Bytes {
        let text = Query.trimmed(json)
        guard text.count >= 2, text.first == UInt8(ascii: "[") || text.first == UInt8(ascii: "{") else { return text }
        return text.dropFirst().dropLast()
    }

    static func keys(_ json: Bytes) -> Bytes {
        let whole = GJSONResult(parsing: json)
        var text = Text.array
        whole.forEach { name, _ in text.append(name?.raw ?? Bytes("null".utf8)) }
        return text.closed
    }

    static func values(_ json: Bytes) -> Bytes {
        let whole = GJSONResult(parsing: json)
        if whole.isArray { return json }
        var text = Text.array
        whole.forEach { _, value in text.append(value.raw) }
        return text.closed
    }

    /// The members of all objects, of those with one name the last at the place of the first.
    static func joined(_ json: Bytes) -> Bytes {
        let whole = GJSONResult(parsing: json)
        guard whole.isArray else { return json }
        var members: [(name: Bytes, value: Bytes)] = []
        var places: [Bytes: Int] = [:]
        whole.forEach { _, object in
            guard object.isObject else { return }
            object.forEach { name, value in
                guard let name else { return }
                if let place = places[name.text] {
                    members[place].value = value.raw
                } else {
                    places[name.text] = members.count
                    members.append((name.raw, value.raw))
                }
            }
        }
        var text = Text.object
        for member in members { text.append(member.name, member.value) }
        return text.closed
    }

    /// The members of all objects, also those whose names come again.
    static func joinedWhole(_ json: Bytes) -> Bytes {
        let whole = GJSONResult(parsing: json)
        guard whole.isArray else { return json }
        var text = Text.object
        whole.forEach { _, object in if object.isObject { text.append(unwrapped(object.raw)) } }
        return text.closed
    }

    /// An object of arrays as an array of objects.
    static func grouped(_ json: Bytes) -> Bytes {
        let whole = GJSONResult(parsing: json)
        guard whole.isObject else { return [] }
        var objects: [Text] = []
        whole.forEach { name, list in
            guard let name, list.isArray else { return }
            var index = 0
            list.forEach { _, value in
                if index == objects.count { objects.append(.object) }
                objects[index].append(name.raw, value.raw)
                index += 1
            }
        }
        var text = Text.array
        for object in objects { text.append(object.closed) }
        return text.closed
    }

    /// What a path leads to in a value and in everything inside of it.
    static func dug(_ json: Bytes, _ path: Bytes, _ run: Run) -> Bytes {
        var text = Text.array
        dig(GJSONResult(parsing: json), path, run, &text)
        return text.closed
    }

    private static func dig(_ value: GJSONResult, _ path: Bytes, _ run: Run, _ text: inout Text) {
        let result = run.find(path, in: value.raw)
        if result.exists { text.append(result.raw) }
        guard value.kind == .json else { return }
        run.deeper(otherwise: ()) { value.forEach { _, inner in dig(inner, path, run, &text) } }
    }
}
