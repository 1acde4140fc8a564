import Glibc
import Prediction

/// Naive Bayes models.
extension ModelBuilder {
    func naiveBayes() throws(ModelDefect) -> Parts {
        try require(.classification)
        let threshold = try element.requiredNumber("threshold")
        var keys = KeyList()
        var priors: [Double] = []
        let output = try element.requiredChild("BayesOutput")
        for count in try output.requiredChild("TargetValueCounts").children("TargetValueCount") {
            guard keys.index(of: try category("value", of: count)) == priors.count else {
                throw count.defect("is a second one of its class")
            }
            priors.append(log(try count.requiredNumber("count")))
        }
        guard keys.count > 0 else { throw output.defect("has no classes") }
        var inputs: [NaiveBayesModel.Input] = []
        for input in try element.requiredChild("BayesInputs").children("BayesInput") {
            inputs.append(try self.input(input, keys, threshold))
        }
        return Parts(NaiveBayesModel(inputs: inputs, priors: priors, threshold: threshold), keys: keys.values)
    }

    private func input(_ input: XMLElement, _ keys: KeyList, _ threshold: Double) throws(ModelDefect)
        -> NaiveBayesModel.Input
    {
        let slot = try scope.slot(input.fieldName("fieldName"), at: input)
        if let stats = input.child("TargetValueStats") { return try distributions(stats, slot, keys) }
        var field = Expression.field(slot, missing: .missing)
        var type = builder.type(of: slot).data
        if let derived = input.child("DerivedField") {
            let derivedSlot = try expressions.derivedField(derived)
            field = .field(derivedSlot, missing: .missing)
            type = builder.type(of: derivedSlot).data
        }
        var sums = [Double](repeating: 0, count: keys.count)
        var counts: [(value: Value, counts: [Double?])] = []
        for pair in input.children("PairCounts") {
            var row = [Double?](repeating: nil, count: keys.count)
            for count in try pair.requiredChild("TargetValueCounts").children("TargetValueCount") {
                guard let index = keys.find(try category("value", of: count)) else {
                    throw count.defect("is of no class of BayesOutput")
                }
                let number = try count.requiredNumber("count")
                row[index] = number
                sums[index] += number
            }
            try builder.count(numbers: row.count, at: pair)
            counts.append((try builder.required(pair.required("value"), as: type, at: pair), row))
        }
        var shares: [Value: [Double]] = [:]
        for (value, row) in counts where shares[value] == nil {
            shares[value] = zip(row, sums).map { count, sum in
                count.map { log($0 == 0 ? threshold : $0 / sum) } ?? 0
            }
        }
        return .counts(field, shares)
    }

    private func distributions(_ stats: XMLElement, _ slot: Int32, _ keys: KeyList) throws(ModelDefect)
        -> NaiveBayesModel.Input
    {
        var normal = [(mean: Double, variance: Double)](repeating: (.nan, 1), count: keys.count)
        var poisson = [Double](repeating: .nan, count: keys.count)
        var isPoisson = false
        for stat in stats.children("TargetValueStat") {
            guard let index = keys.find(try category("value", of: stat)) else {
                throw stat.defect("is of no class of BayesOutput")
            }
            if let distribution = stat.child("PoissonDistribution") {
                isPoisson = true
                poisson[index] = try distribution.requiredNumber("mean")
            } else {
                let distribution = try stat.requiredChild("GaussianDistribution")
                let variance = try distribution.requiredNumber("variance")
                guard variance > 0 else { throw distribution.defect("variance is \(variance)") }
                normal[index] = (try distribution.requiredNumber("mean"), variance)
            }
        }
        let field = Expression.field(slot, missing: .missing)
        return isPoisson ? .poisson(field, poisson) : .normal(field, normal)
    }
}
