package import Base

extension LabelSelector {
    /// Reads the text form; empty text selects everything.
    package init(_ text: String) throws(APIStatus) {
        var parser = LabelSelectorParser(text)
        self.init(try parser.requirements())
    }

    /// Reads a `selector` field (matchLabels, matchExpressions): null selects nothing, an empty one everything.
    package init(json: JSON) throws(APIStatus) {
        guard !json.isNull else {
            self = .nothing
            return
        }
        var requirements: [Requirement] = []
        for (key, value) in (json["matchLabels"].object ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let value = value.string else {
                throw .badRequest("matchLabels[\(key)]: Invalid value: \(value.text): must be a string")
            }
            requirements.append(try Requirement(checking: key, .equals, [value]))
        }
        for expression in json["matchExpressions"].array ?? [] {
            let name = expression["operator"].string ?? ""
            let operators: [String: Operator] = [
                "In": .in, "NotIn": .notIn, "Exists": .exists, "DoesNotExist": .doesNotExist,
            ]
            guard let `operator` = operators[name] else {
                throw .badRequest("\"\(name)\" is not a valid label selector operator")
            }
            let values = expression["values"].strings
            requirements.append(try Requirement(checking: expression["key"].string ?? "", `operator`, values))
        }
        self.init(requirements)
    }
}

extension LabelSelector.Requirement {
    /// A requirement whose key and values a label could have; refused otherwise in Kubernetes' words.
    init(checking key: String, _ operator: LabelSelector.Operator, _ values: [String]) throws(APIStatus) {
        var faults = Self.keyFaults(key).map { FieldFault.invalid("key", .string(key), $0) }
        switch `operator` {
        case .in, .notIn:
            if values.isEmpty {
                faults.append(.invalid("values", .null, "for 'in', 'notin' operators, values set can't be empty"))
            }
        case .exists, .doesNotExist:
            if !values.isEmpty {
                let detail = "values set must be empty for exists and does not exist"
                faults.append(.invalid("values", JSON(values), detail))
            }
        case .greaterThan, .lessThan:
            for (index, value) in values.enumerated() where Int64(value) == nil {
                let detail = "for 'Gt', 'Lt' operators, the value must be an integer"
                faults.append(.invalid("values[\(index)]", .string(value), detail))
            }
        case .equals, .doubleEquals, .notEquals: break
        }
        for (index, value) in values.enumerated() {
            let details = NameRule.labelValue.faults(value)
            if !details.isEmpty {
                let detail = details.joined(separator: "; ")
                faults.append(.invalid("values[\(index)][\(key)]", .string(value), detail))
            }
        }
        guard faults.isEmpty else {
            let texts = faults.map(\.description)
            throw .badRequest(texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]")
        }
        self.init(key: key, operator: `operator`, values: Set(values).sorted())
    }

    /// What is wrong with a key, as one text.
    static func keyFaults(_ key: String) -> [String] {
        let faults = NameRule.qualifiedName.faults(key)
        return faults.isEmpty ? [] : [faults.joined(separator: "; ")]
    }
}

/// A recursive descent over the text form; the words of its errors are those of Kubernetes' parser.
private struct LabelSelectorParser {
    private enum Token: Equatable {
        case end, comma, open, close, not, equals, doubleEquals, notEquals, greater, less, `in`, notIn
        case identifier
    }

    private let tokens: [(token: Token, text: String)]
    private var at = 0

    init(_ text: String) { tokens = LabelSelectorParser.scan(text) }

    /// The token at hand; `in` and `notin` are mere names except where an operator stands.
    private func peek(asOperator: Bool = false) -> (token: Token, text: String) {
        let item = at < tokens.count ? tokens[at] : (.end, "")
        let isWord = item.token == .in || item.token == .notIn
        return isWord && !asOperator ? (.identifier, item.text) : item
    }

    private mutating func take(asOperator: Bool = false) -> (token: Token, text: String) {
        defer { at += 1 }
        return peek(asOperator: asOperator)
    }

    mutating func requirements() throws(APIStatus) -> [LabelSelector.Requirement] {
        var requirements: [LabelSelector.Requirement] = []
        while true {
            let next = peek()
            if next.token == .end { return requirements }
            guard next.token == .identifier || next.token == .not else {
                throw .badRequest("found '\(next.text)', expected: !, identifier, or 'end of string'")
            }
            do throws(APIStatus) {
                requirements.append(try requirement())
            } catch {
                throw .badRequest("unable to parse requirement: \(error.message)")
            }
            let separator = take()
            if separator.token == .end { return requirements }
            guard separator.token == .comma else {
                throw .badRequest("found '\(separator.text)', expected: ',' or 'end of string'")
            }
            let following = peek()
            guard following.token == .identifier || following.token == .not else {
                throw .badRequest("found '\(following.text)', expected: identifier after ','")
            }
        }
    }

    private mutating func requirement() throws(APIStatus) -> LabelSelector.Requirement {
        let isNegated = peek().token == .not
        if isNegated { at += 1 }
        let key = take()
        guard key.token == .identifier else { throw .badRequest("found '\(key.text)', expected: identifier") }
        if let fault = LabelSelector.Requirement.keyFaults(key.text).first {
            throw .badRequest(FieldFault.invalid("<nil>", .string(key.text), fault).description)
        }
        if isNegated { return try .init(checking: key.text, .doesNotExist, []) }
        if peek().token == .end || peek().token == .comma { return try .init(checking: key.text, .exists, []) }
        let `operator` = try self.operator()
        let isSet = `operator` == .in || `operator` == .notIn
        return try .init(checking: key.text, `operator`, isSet ? try set() : [try value()])
    }

    private mutating func `operator`() throws(APIStatus) -> LabelSelector.Operator {
        let item = take(asOperator: true)
        switch item.token {
        case .in: return .in
        case .notIn: return .notIn
        case .equals: return .equals
        case .doubleEquals: return .doubleEquals
        case .notEquals: return .notEquals
        case .greater: return .greaterThan
        case .less: return .lessThan
        default: throw .badRequest("found '\(item.text)', expected: in, notin, =, ==, !=, gt, lt")
        }
    }

    private mutating func value() throws(APIStatus) -> String {
        if peek().token == .end || peek().token == .comma { return "" }
        let item = take()
        guard item.token == .identifier else { throw .badRequest("found '\(item.text)', expected: identifier") }
        return item.text
    }

    /// `(a,b)`; a missing element counts as the empty value.
    private mutating func set() throws(APIStatus) -> [String] {
        let open = take()
        guard open.token == .open else { throw .badRequest("found '\(open.text)' expected: '('") }
        var values: [String] = []
        while true {
            if peek().token == .identifier { values.append(take().text) } else { values.append("") }
            let item = take()
            switch item.token {
            case .comma: continue
            case .close: return values
            default: throw .badRequest("found '\(item.text)', expected: ',' or ')'")
            }
        }
    }

    private static func scan(_ text: String) -> [(token: Token, text: String)] {
        let symbols: [(String, Token)] = [
            ("==", .doubleEquals), ("!=", .notEquals), ("=", .equals), ("!", .not), (">", .greater), ("<", .less),
            ("(", .open), (")", .close), (",", .comma),
        ]
        let spaces: Set<Unicode.Scalar> = [" ", "\t", "\r", "\n"]
        let specials: Set<Unicode.Scalar> = ["=", "!", "(", ")", ",", ">", "<"]
        var tokens: [(Token, String)] = []
        var rest = text.unicodeScalars[...]
        while let first = rest.first {
            if spaces.contains(first) {
                rest.removeFirst()
            } else if let symbol = symbols.first(where: { rest.starts(with: $0.0.unicodeScalars) }) {
                tokens.append((symbol.1, symbol.0))
                rest.removeFirst(symbol.0.unicodeScalars.count)
            } else {
                let word = String(rest.prefix { !spaces.contains($0) && !specials.contains($0) })
                tokens.append((word == "in" ? .in : word == "notin" ? .notIn : .identifier, word))
                rest.removeFirst(word.unicodeScalars.count)
            }
        }
        return tokens
    }
}
