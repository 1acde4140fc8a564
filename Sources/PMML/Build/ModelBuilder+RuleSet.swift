import Prediction

/// Rule sets.
extension ModelBuilder {
    func ruleSet() throws(ModelDefect) -> Parts {
        try require(.classification)
        let set = try element.requiredChild("RuleSet")
        let method = try set.requiredChild("RuleSelectionMethod")
        var list = RuleList()
        let rules = try self.rules(inside: set, &list)
        var fallback: (key: Int, confidence: Double)?
        if set.attribute("defaultScore") != nil {
            let key = list.keys.index(of: try category("defaultScore", of: set))
            fallback = (key, try set.number("defaultConfidence") ?? 0)
        }
        let body = RuleSetModel(
            rules: rules,
            weights: list.weights,
            criterion: try method.word("criterion"),
            fallback: fallback,
            firstWork: builder.addScores(3 * list.keys.count + 1)
        )
        return Parts(body, keys: list.keys.values, entities: list.ids)
    }

    private func rules(inside element: XMLElement, _ list: inout RuleList) throws(ModelDefect) -> [RuleSetModel.Rule] {
        try builder.nested(at: element) { () throws(ModelDefect) in
            var rules: [RuleSetModel.Rule] = []
            for rule in element.children {
                switch rule.name {
                case "SimpleRule":
                    let key = list.keys.index(of: try category("score", of: rule))
                    rules.append(.simple(try predicates.predicate(inside: rule), key: key, rule: list.ids.count))
                    list.ids.append(builder.symbols.intern(rule.attribute("id") ?? String(list.ids.count + 1)))
                    list.weights.append(
                        RuleSetModel.Weight(
                            weight: try rule.number("weight") ?? 1,
                            confidence: try rule.number("confidence") ?? 1
                        )
                    )
                case "CompoundRule":
                    rules.append(.compound(try predicates.predicate(inside: rule), try self.rules(inside: rule, &list)))
                default: continue
                }
            }
            return rules
        }
    }
}

/// What was read of rules.
private struct RuleList {
    var keys = KeyList()
    var ids: [Int32] = []
    var weights: [RuleSetModel.Weight] = []
}
