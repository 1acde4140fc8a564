/// Patterns with `*` for any characters, `?` for one, and `\` before a character that stands for itself.
enum Wildcard {
    static func matches(_ text: Bytes, _ pattern: Bytes, _ run: Run) -> Bool {
        if pattern.elementsEqual("*".utf8) { return true }
        let text = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        let pattern = compiled(pattern)
        // After a mismatch the last star takes one character more; no earlier star needs to be looked at again.
        var (at, place) = (0, 0)
        var star: (place: Int, at: Int)?
        while at < text.count {
            guard run.spend(1) else { return false }
            if place < pattern.count, case .many = pattern[place] {
                star = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place].fits(text[at]) {
                place += 1
                at += 1
            } else if let last = star {
                star = (last.place, last.at + 1)
                (at, place) = (last.at + 1, last.place + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { if case .many = $0 { true } else { false } }
    }

    private enum Piece {
        case many
        case one
        case exactly(Unicode.Scalar)
        case never

        func fits(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .one: true
            case .exactly(let wanted): scalar == wanted
            case .many, .never: false
            }
        }
    }

    private static func compiled(_ pattern: Bytes) -> [Piece] {
        var pieces: [Piece] = []
        var scalars = String(decoding: pattern, as: UTF8.self).unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            switch scalar {
            case "*": pieces.append(.many)
            case "?": pieces.append(.one)
            case "\\": pieces.append(scalars.next().map { .exactly($0) } ?? .never)
            default: pieces.append(.exactly(scalar))
            }
        }
        return pieces
    }
}
