import Prediction

/// Scorecards.
extension ModelBuilder {
    func scorecard() throws(ModelDefect) -> Parts {
        try require(.regression)
        let usesReasons = try element.flag("useReasonCodes") ?? true
        let algorithm = element.attribute("reasonCodeAlgorithm") ?? "pointsBelow"
        guard algorithm == "pointsBelow" || algorithm == "pointsAbove" else {
            throw element.defect("reasonCodeAlgorithm is unknown: \(algorithm.prefix(64))")
        }
        var reasons = KeyList()
        var characteristics: [Scorecard.Characteristic] = []
        for characteristic in try element.requiredChild("Characteristics").children("Characteristic") {
            characteristics.append(try self.characteristic(characteristic, usesReasons, &reasons))
        }
        let body = Scorecard(
            initialScore: try element.number("initialScore") ?? 0,
            characteristics: characteristics,
            usesReasons: usesReasons,
            countsBelow: algorithm == "pointsBelow"
        )
        return Parts(body, keys: reasons.values)
    }

    private func characteristic(
        _ characteristic: XMLElement,
        _ usesReasons: Bool,
        _ reasons: inout KeyList
    ) throws(ModelDefect) -> Scorecard.Characteristic {
        let name = characteristic.attribute("name") ?? ""
        let baseline = try own("baselineScore", characteristic)
        guard baseline != nil || !usesReasons else { throw characteristic.defect("has no baselineScore") }
        var attributes: [Scorecard.Attribute] = []
        for attribute in characteristic.children("Attribute") {
            let code = attribute.attribute("reasonCode") ?? characteristic.attribute("reasonCode")
            guard code != nil || !usesReasons else { throw attribute.defect("has no reasonCode") }
            attributes.append(
                Scorecard.Attribute(
                    predicate: try predicates.predicate(inside: attribute),
                    points: try points(attribute),
                    reason: usesReasons ? reasons.index(of: .text(builder.symbols.intern(code ?? ""))) : 0
                )
            )
        }
        return Scorecard.Characteristic(name: name, baseline: baseline ?? 0, attributes: attributes)
    }

    private func points(_ attribute: XMLElement) throws(ModelDefect) -> Expression {
        if let complex = attribute.child("ComplexPartialScore") { return try expressions.expression(inside: complex) }
        return .constant(.number(try attribute.requiredNumber("partialScore")))
    }
}
