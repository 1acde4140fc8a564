/// What follows a part of a path.
enum PathRest {
    case nothing
    /// More parts, for what this part leads to.
    case path(Bytes)
    /// A path of its own, for the result of everything so far.
    case pipe(Bytes)

    /// What stands behind the dot at `dot`: modifiers and selections begin a path of their own.
    init(behindDot dot: Int, of path: Bytes, pipes: Bool = true) {
        let rest = path[(dot + 1)...]
        self = pipes && Self.isPiper(rest) ? .pipe(rest) : .path(rest)
    }

    private static func isPiper(_ path: Bytes) -> Bool {
        switch path.first {
        case UInt8(ascii: "["), UInt8(ascii: "{"): true
        case UInt8(ascii: "@"):
            Modifier(
                name: path.dropFirst().prefix {
                    $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "|") && $0 != UInt8(ascii: ":")
                }
            ) != nil
        default: false
        }
    }
}

/// The first part of a path where an object is at hand: a member's name, with wildcards or without.
struct MemberPart {
    let name: Bytes
    let isPattern: Bool
    let rest: PathRest

    init(_ path: Bytes) {
        var name = Bytes()
        var isPattern = false
        var at = path.startIndex
        while at < path.endIndex {
            switch path[at] {
            case UInt8(ascii: "|"):
                self.init(name, isPattern, .pipe(path[(at + 1)...]))
                return
            case UInt8(ascii: "."):
                self.init(name, isPattern, PathRest(behindDot: at, of: path))
                return
            case UInt8(ascii: "\\"):
                at += 1
                if at < path.endIndex { name.append(path[at]) }
            case let byte:
                if byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") { isPattern = true }
                name.append(byte)
            }
            at += 1
        }
        self.init(name, isPattern, .nothing)
    }

    private init(_ name: Bytes, _ isPattern: Bool, _ rest: PathRest) {
        (self.name, self.isPattern, self.rest) = (name, isPattern, rest)
    }

    func matches(_ name: Bytes, _ run: Run) -> Bool {
        isPattern ? Wildcard.matches(name, self.name, run) : name == self.name
    }
}

/// The first part of a path where an array is at hand.
struct ElementPart {
    enum Selection {
        /// The element at this place; nil where the part is no number, which no element answers to.
        case place(Int?)
        /// `#`: how many there are.
        case count
        /// `#.path`: what the path leads to in each of them.
        case each(Bytes)
        /// `#(…)` and `#(…)#`: the first that the query fits, or all.
        case query(Query, all: Bool)
        /// `#` inside of a name, which means nothing.
        case none
    }

    let selection: Selection
    let rest: PathRest

    init(_ path: Bytes) {
        guard path.first == UInt8(ascii: "#"), path.count > 1 else {
            self.init(plain: path)
            return
        }
        let second = path[path.startIndex + 1]
        if second == UInt8(ascii: ".") {
            self.init(.each(path.dropFirst(2)), .nothing)
        } else if second == UInt8(ascii: "(") || second == UInt8(ascii: "[") {
            self.init(query: path)
        } else {
            self.init(plain: path)
        }
    }

    private init(_ selection: Selection, _ rest: PathRest) { (self.selection, self.rest) = (selection, rest) }

    private init(query path: Bytes) {
        guard let (query, end) = Query.parse(path) else {
            self.init(.query(.anything, all: false), .nothing)
            return
        }
        let all = end < path.endIndex && path[end] == UInt8(ascii: "#")
        self.init(.query(query, all: all), Self.rest(of: path, from: end, pipes: false))
    }

    private init(plain path: Bytes) {
        let part = path.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "|") }
        let hasHash = part.contains(UInt8(ascii: "#"))
        let rest = Self.rest(of: path, from: path.startIndex, pipes: !hasHash)
        if part.elementsEqual("#".utf8) {
            self.init(.count, rest)
        } else if hasHash {
            self.init(.none, rest)
        } else {
            self.init(.place(GoNumber.unsigned(part).map { Int(truncatingIfNeeded: $0) }), rest)
        }
    }

    private static func rest(of path: Bytes, from start: Int, pipes: Bool) -> PathRest {
        guard
            let end = path[start...].firstIndex(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "|") })
        else { return .nothing }
        return path[end] == UInt8(ascii: "|")
            ? .pipe(path[(end + 1)...]) : PathRest(behindDot: end, of: path, pipes: pipes)
    }
}
