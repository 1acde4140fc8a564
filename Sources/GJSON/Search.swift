extension Run {
    /// What `path` leads to in `json`.
    func find(_ path: Bytes, in json: Bytes) -> GJSONResult {
        guard spend(json.count + path.count) else { return .missing }
        return deeper(otherwise: .missing) {
            guard path.count > 1 else { return search(path, json) }
            switch path.first {
            case UInt8(ascii: "@"):
                return ModifierCall(path).map { call in follow(call.rest, call.apply(to: json, self)) }
                    ?? search(path, json)
            case UInt8(ascii: "!"):
                return StaticValue(path).map { follow($0.rest, $0.text) } ?? search(path, json)
            case UInt8(ascii: "["), UInt8(ascii: "{"): return select(path, json)
            default: return search(path, json)
            }
        }
    }

    /// The text that a modifier made, or what a path behind it leads to.
    private func follow(_ rest: Bytes, _ made: Bytes) -> GJSONResult {
        guard spend(made.count) else { return .missing }
        guard let sign = rest.first, sign == UInt8(ascii: "|") || sign == UInt8(ascii: ".") else {
            return GJSONResult(parsing: made)
        }
        return find(rest.dropFirst(), in: made)
    }

    /// Several paths at once; where the brackets do not close, what is left of the path is searched for.
    private func select(_ path: Bytes, _ json: Bytes) -> GJSONResult {
        guard let selection = Selection(path) else { return search([], json) }
        guard let sign = selection.rest.first else { return selection.apply(to: json, self) }
        guard sign == UInt8(ascii: "|") || sign == UInt8(ascii: ".") else { return search(selection.rest, json) }
        return find(selection.rest.dropFirst(), in: selection.apply(to: json, self).raw)
    }

    /// Goes into the first array or object of the text, or, for `..path`, into the lines of the text.
    private func search(_ path: Bytes, _ json: Bytes) -> GJSONResult {
        var search = Search(json, self)
        if path.starts(with: "..".utf8) {
            _ = search.array(path.dropFirst(2))
        } else if let bracket = search.enter() {
            _ = bracket == UInt8(ascii: "{") ? search.object(path) : search.array(path)
        }
        guard let pipe = search.pipe else { return search.found }
        return find(pipe, in: search.found.raw)
    }
}

/// One way through a document, from the outside to where a path leads.
private struct Search {
    private let run: Run
    private var reader: TokenReader
    private(set) var found = GJSONResult.missing
    /// The path that is to be followed from what is found.
    private(set) var pipe: Bytes?

    init(_ json: Bytes, _ run: Run) {
        self.run = run
        reader = TokenReader(json)
    }

    /// Goes behind the first bracket of the text, and says which it is.
    mutating func enter() -> UInt8? {
        while let byte = reader.peek {
            reader.skip()
            if Self.isBracket(byte) { return byte }
        }
        return nil
    }

    /// Looks through the members of the object that has been entered; whether the search is over.
    mutating func object(_ path: Bytes) -> Bool {
        let part = MemberPart(path)
        if case .pipe(let rest) = part.rest { pipe = rest }
        while let name = nextName() {
            let fits = part.matches(name, run)
            guard let first = reader.findValue() else { return false }
            if fits, case .path(let rest) = part.rest, Self.isBracket(first) {
                if descend(first, rest) { return true }
                continue
            }
            guard let token = reader.readToken() else { return false }
            if case .path = part.rest { continue }
            if fits {
                found = GJSONResult(token)
                return true
            }
        }
        return false
    }

    /// The next member's name without escapes; nil behind the object's end.
    private mutating func nextName() -> Bytes? {
        while let byte = reader.peek {
            if byte == UInt8(ascii: "\"") { return reader.readString()?.text }
            reader.skip()
            if byte == UInt8(ascii: "}") { return nil }
        }
        return nil
    }

    private mutating func descend(_ bracket: UInt8, _ path: Bytes) -> Bool {
        reader.skip()
        return run.deeper(otherwise: true) { bracket == UInt8(ascii: "{") ? object(path) : array(path) }
    }

    private static func isBracket(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }

    /// Looks through the elements of the array that has been entered; whether the search is over.
    mutating func array(_ path: Bytes) -> Bool {
        let part = ElementPart(path)
        if case .pipe(let rest) = part.rest { pipe = rest }
        switch part.selection {
        case .place(let place): return element(place, part.rest)
        case .count: return count()
        case .each(let path): return each(path)
        case .query(let query, let all): return select(query, all, part.rest)
        case .none: return element(nil, .nothing)
        }
    }

    private mutating func element(_ place: Int?, _ rest: PathRest) -> Bool {
        var index = 0
        while let first = reader.findValue(before: UInt8(ascii: "]")) {
            defer { index += 1 }
            if index == place, case .path(let rest) = rest, Self.isBracket(first) {
                if descend(first, rest) { return true }
                continue
            }
            guard let token = reader.readToken() else { return false }
            if case .path = rest { continue }
            if index == place {
                found = GJSONResult(token)
                return true
            }
        }
        return false
    }

    private mutating func count() -> Bool {
        var count = 0
        while reader.findValue(before: UInt8(ascii: "]")) != nil {
            guard reader.readToken() != nil else { return false }
            count += 1
        }
        found = GJSONResult(.number, raw: Bytes(String(count).utf8), number: Double(count))
        return true
    }

    private mutating func each(_ path: Bytes) -> Bool {
        let (path, pipe) = PossiblePipe.split(path)
        if let pipe { self.pipe = pipe }
        var list = ListText()
        while reader.findValue(before: UInt8(ascii: "]")) != nil {
            guard let token = reader.readToken() else { return false }
            let result = run.find(path, in: token.raw)
            if result.exists { list.append(result) }
        }
        found = list.result
        return true
    }

    private mutating func select(_ query: Query, _ all: Bool, _ rest: PathRest) -> Bool {
        var list = ListText()
        var path: Bytes?
        if case .path(let rest) = rest { path = rest }
        while reader.findValue(before: UInt8(ascii: "]")) != nil {
            guard let token = reader.readToken() else { return false }
            let value = GJSONResult(token)
            guard fits(value, query) else { continue }
            if let whole = path {
                let (left, pipe) = PossiblePipe.split(whole)
                if let pipe { self.pipe = pipe }
                path = left
            }
            let result = path.map { run.find($0, in: value.raw) } ?? value
            guard all else {
                found = result
                return true
            }
            if !result.stringOrRaw.isEmpty { list.append(result) }
        }
        if all, !found.exists { found = list.result }
        return false
    }

    private func fits(_ value: GJSONResult, _ query: Query) -> Bool {
        if value.kind == .json { return query.fits(run.find(query.path, in: value.raw), run) }
        return query.path.isEmpty && query.fits(value, run)
    }
}

/// An array's text in the making.
struct ListText {
    private var text: Bytes = [UInt8(ascii: "[")]

    mutating func append(_ result: GJSONResult) {
        if text.count > 1 { text.append(UInt8(ascii: ",")) }
        text.append(contentsOf: result.stringOrRaw)
    }

    var result: GJSONResult { GJSONResult(.json, raw: text + [UInt8(ascii: "]")]) }
}

extension GJSONResult {
    /// The value as it stands, or its text where it stands nowhere.
    var stringOrRaw: Bytes { raw.isEmpty ? stringBytes : raw }
}
