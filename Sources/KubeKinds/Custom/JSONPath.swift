package import Base

/// The JSONPath of printer columns: `.status.conditions[?(@.type=='Ready')].status`, `.spec.containers[*].name`.
package struct JSONPath: Equatable, Sendable {
    /// One step down from the values found so far.
    enum Step: Equatable, Sendable {
        case member(String)
        /// Negative counts from the end.
        case element(Int)
        case all
        case filter(Filter)
    }

    /// Which elements a step keeps.
    struct Filter: Equatable, Sendable {
        /// From the element to what is compared.
        let path: [Step]
        /// Nil asks only whether there is something at `path`.
        let comparison: Comparison?
    }

    /// What a filter asks of a value.
    struct Comparison: Equatable, Sendable {
        let sign: String
        let value: JSON
    }

    let steps: [Step]

    /// Reads a path, with or without braces around it; nil where it is none.
    package init?(_ text: String) {
        var inner = Substring(text)
        if inner.hasPrefix("{"), inner.hasSuffix("}") { inner = inner.dropFirst().dropLast() }
        var scanner = Scanner(rest: inner)
        guard let steps = scanner.steps(), scanner.rest.isEmpty else { return nil }
        self.steps = steps
    }

    /// Everything that the path leads to, in the order of the document.
    package func values(in json: JSON) -> [JSON] { JSONPath.follow(steps[...], from: json) }

    private static func follow(_ steps: ArraySlice<Step>, from json: JSON) -> [JSON] {
        guard let step = steps.first else { return json.isNull ? [] : [json] }
        return next(step, from: json).flatMap { follow(steps.dropFirst(), from: $0) }
    }

    private static func next(_ step: Step, from json: JSON) -> [JSON] {
        switch step {
        case .member(let name): return [json[name]]
        case .element(let index): return [json[index < 0 ? (json.array?.count ?? 0) + index : index]]
        case .all: return children(of: json)
        case .filter(let filter): return children(of: json).filter(filter.keeps)
        }
    }

    private static func children(of json: JSON) -> [JSON] {
        json.array ?? (json.object ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    }
}

extension JSONPath.Filter {
    fileprivate func keeps(_ element: JSON) -> Bool {
        guard let found = JSONPath(steps: path).values(in: element).first else { return false }
        return comparison?.holds(for: found) ?? true
    }
}

extension JSONPath.Comparison {
    fileprivate func holds(for found: JSON) -> Bool {
        switch sign {
        case "==": return found == value
        case "!=": return found != value
        default: break
        }
        if let left = found.double, let right = value.double { return isOrdered(left, right) }
        if let left = found.string, let right = value.string { return isOrdered(left, right) }
        return false
    }

    private func isOrdered<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch sign {
        case "<": left < right
        case "<=": left <= right
        case ">": left > right
        default: left >= right
        }
    }
}

extension JSONPath {
    fileprivate init(steps: [Step]) { self.steps = steps }

    /// Reads a path from left to right; every function gives nil where the text is no path.
    private struct Scanner {
        var rest: Substring

        mutating func steps() -> [Step]? {
            var steps: [Step] = []
            if take("$") || take("@") {}
            while let next = rest.first, next == "." || next == "[" {
                if take(".") {
                    if rest.isEmpty { break }
                    if rest.first == "[" { continue }
                    if take("*") {
                        steps.append(.all)
                        continue
                    }
                    guard let name = plainName() else { return nil }
                    steps.append(.member(name))
                } else {
                    guard take("["), let step = bracket(), take("]") else { return nil }
                    steps.append(step)
                }
            }
            return steps
        }

        private mutating func bracket() -> Step? {
            if take("*") { return .all }
            if take("?(") {
                guard let filter = filter(), take(")") else { return nil }
                return .filter(filter)
            }
            if rest.first == "'" || rest.first == "\"" { return quoted().map { .member($0) } }
            let digits = rest.prefix { $0.isNumber || $0 == "-" }
            guard let index = Int(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            return .element(index)
        }

        private mutating func filter() -> Filter? {
            skipSpace()
            guard rest.first == "@", let path = steps() else { return nil }
            skipSpace()
            guard let sign = ["==", "!=", "<=", ">=", "<", ">"].first(where: { take($0) }) else {
                return Filter(path: path, comparison: nil)
            }
            skipSpace()
            guard let value = literal() else { return nil }
            skipSpace()
            return Filter(path: path, comparison: Comparison(sign: sign, value: value))
        }

        private mutating func literal() -> JSON? {
            if rest.first == "'" || rest.first == "\"" { return quoted().map { .string($0) } }
            let word = rest.prefix { $0 != ")" && !$0.isWhitespace }
            rest = rest.dropFirst(word.count)
            return try? JSON.parse(String(word))  // true, false or a number; anything else makes the path no path
        }

        /// A member's name up to the next step; a backslash takes the meaning from the character behind it.
        private mutating func plainName() -> String? {
            var name = ""
            while let next = rest.first, !".[]()=!<> ".contains(next) {
                rest = rest.dropFirst()
                if next == "\\" {
                    guard let escaped = rest.popFirst() else { return nil }
                    name.append(escaped)
                } else {
                    name.append(next)
                }
            }
            return name.isEmpty ? nil : name
        }

        private mutating func quoted() -> String? {
            guard let quote = rest.popFirst() else { return nil }
            var text = ""
            while let next = rest.popFirst() {
                if next == quote { return text }
                guard next == "\\" else {
                    text.append(next)
                    continue
                }
                guard let escaped = rest.popFirst() else { return nil }
                text.append(escaped)
            }
            return nil
        }

        private mutating func skipSpace() { rest = rest.drop(while: \.isWhitespace) }

        private mutating func take(_ text: String) -> Bool {
            guard rest.hasPrefix(text) else { return false }
            rest = rest.dropFirst(text.count)
            return true
        }
    }
}
