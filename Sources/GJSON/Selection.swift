/// `[path,path]` and `{"name":path,path}`: an array or object of what several paths lead to.
struct Selection {
    fileprivate struct Member {
        let name: Bytes
        let path: Bytes
    }

    private let kind: UInt8
    private let members: [Member]
    /// What stands behind the closing bracket.
    let rest: Bytes

    /// Reads a selection at the beginning of a path; nil where its brackets do not close.
    init?(_ path: Bytes) {
        var members: [Member] = []
        var (start, colon, hasModifier, depth) = (path.startIndex + 1, Int?.none, false, 1)
        var at = start
        while at < path.endIndex {
            switch path[at] {
            case UInt8(ascii: "\\"): at += 1
            case UInt8(ascii: "@"):
                if path[at - 1] == UInt8(ascii: ".") || path[at - 1] == UInt8(ascii: "|") { hasModifier = true }
            case UInt8(ascii: ":"):
                if !hasModifier, colon == nil, depth == 1 { colon = at }
            case UInt8(ascii: "\""): at = Nested.endOfString(path, from: at)
            case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            if depth == 0 || depth == 1 && at < path.endIndex && path[at] == UInt8(ascii: ",") {
                members.append(Self.member(path[start..<at], colon))
                (start, colon, hasModifier) = (at + 1, nil, false)
            }
            if depth == 0 {
                (kind, self.members, rest) = (path[path.startIndex], members, path[start...])
                return
            }
            at += 1
        }
        return nil
    }

    private static func member(_ text: Bytes, _ colon: Int?) -> Member {
        guard let colon else { return Member(name: [], path: text) }
        return Member(name: text[..<colon], path: text[(colon + 1)...])
    }

    /// The array or object; paths that lead nowhere are left out.
    func apply(to json: Bytes, _ run: Run) -> GJSONResult {
        var text: Bytes = [kind]
        for member in members {
            let result = run.find(member.path, in: json)
            guard result.exists else { continue }
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            if kind == UInt8(ascii: "{") {
                text.append(contentsOf: member.quotedName)
                text.append(UInt8(ascii: ":"))
            }
            let value = result.stringOrRaw
            text.append(contentsOf: value.isEmpty ? Bytes("null".utf8) : value)
            guard run.spend(value.count) else { return .missing }
        }
        text.append(kind == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        return GJSONResult(.json, raw: text)
    }
}

extension Selection.Member {
    /// The name as it was given, or else the last part of the path, where that is simple.
    fileprivate var quotedName: Bytes {
        guard name.isEmpty else {
            return name.first == UInt8(ascii: "\"") && JSONText.isValid(name) ? name : Escapes.quoted(name)
        }
        let last = lastPart
        let isSimple = last.allSatisfy { $0 >= 0x20 && !"[]{}()#|!".utf8.contains($0) }
        return Escapes.quoted(isSimple ? last : Bytes("_".utf8))
    }

    private var lastPart: Bytes {
        for at in path.indices.reversed() where path[at] == UInt8(ascii: "|") || path[at] == UInt8(ascii: ".") {
            if at > path.startIndex, path[at - 1] == UInt8(ascii: "\\") { continue }
            return path[(at + 1)...]
        }
        return path
    }
}
