import Glibc
import Prediction

/// Generalized linear models: parameters that stand for products of fields.
struct GeneralRegressionModel: ModelBody {
    enum Kind: String {
        case regression, generalLinear, multinomialLogistic, ordinalMultinomial, generalizedLinear, CoxRegression
    }

    /// A parameter in a sum: its weight, and what it stands for; 1 where that is nothing.
    struct Cell: Sendable {
        var beta: Double
        var factors: [Factor]
        var covariates: [Covariate]
    }

    /// A categorical field in a product: what it counts for each of its values.
    struct Factor: Sendable {
        var slot: Int32
        var contrasts: [Value: Double]
        /// What any other value counts; nil where it is none of the model's.
        var otherwise: Double?
    }

    struct Covariate: Sendable {
        var slot: Int32
        var exponent: Double
    }

    let kind: Kind
    /// The sum of each class but the last, or the only one.
    let sums: [[Cell]]
    let link: LinkFunction
    let offset: Expression
    let trials: Expression
    /// How a Cox model goes on from its sum; nil in other models.
    let hazard: CoxHazard?
    let isClassification: Bool

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        guard isClassification else { return try evaluateNumber(model, work) }
        let first = model.firstScore
        var before = 0.0
        for (index, cells) in sums.enumerated() {
            guard let sum = try sum(cells, work) else { return try model.absent(work) }
            switch kind {
            case .multinomialLogistic: work.scores[first + index] = exp(sum)
            case .ordinalMultinomial:
                let upTo = link.inverse(sum + (try number(offset, work) ?? 0))
                work.scores[first + index] = upTo - before
                before = upTo
            default:
                work.scores[first + index] = try linked(sum, work)
                before = work.scores[first + index]
            }
        }
        work.scores[first + sums.count] = kind == .multinomialLogistic ? 1 : 1 - before
        if kind == .multinomialLogistic {
            try Shares.simplemax(&work.scores, first..<first + sums.count + 1, Precision(isSingle: false))
        }
        return try model.classification(work)
    }

    private func evaluateNumber(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        if let hazard {
            switch try hazard.baseline(work) {
            case .missing: return try model.absent(work)
            case .none: return try model.regression(0)
            case .hazard(let baseline):
                guard let sum = try sum(sums[0], work) else { return try model.absent(work) }
                return try model.regression(exp(sum - hazard.reference) * baseline)
            }
        }
        guard let sum = try sum(sums[0], work) else { return try model.absent(work) }
        return try model.regression(kind == .generalizedLinear ? linked(sum, work) : sum)
    }

    private func linked(_ sum: Double, _ work: Workspace) throws(InputDefect) -> Double {
        let result = link.inverse(sum + (try number(offset, work) ?? 0))
        return result * (try number(trials, work) ?? 1)
    }

    private func number(_ expression: Expression, _ work: Workspace) throws(InputDefect) -> Double? {
        if case .constant(.missing) = expression { return nil }
        return try work.number(expression.evaluate(work))
    }

    /// nil where a field is missing.
    private func sum(_ cells: [Cell], _ work: Workspace) throws(InputDefect) -> Double? {
        var sum = 0.0
        for cell in cells {
            guard let product = try product(cell, work) else { return nil }
            sum += cell.beta * product
        }
        return sum
    }

    private func product(_ cell: Cell, _ work: Workspace) throws(InputDefect) -> Double? {
        var product = 1.0
        for factor in cell.factors {
            let value = try work.value(factor.slot)
            if value.isMissing { return nil }
            guard let contrast = factor.contrasts[value] ?? factor.otherwise else {
                throw InputDefect("\(work.spelt(value)) is none of a factor's categories")
            }
            product *= contrast
        }
        if product == 0 { return 0 }
        for covariate in cell.covariates {
            let value = try work.value(covariate.slot)
            if value.isMissing { return nil }
            let number = try work.number(value)
            product *= covariate.exponent == 1 ? number : pow(number, covariate.exponent)
        }
        return product
    }
}

/// How a linear predictor becomes what it predicts.
struct LinkFunction: Sendable {
    enum Name: String { case cloglog, identity, log, logc, logit, loglog, negbin, oddspower, power, probit, cauchit }

    var name = Name.identity
    /// Of negbin, oddspower and power.
    var parameter = 0.0

    func inverse(_ sum: Double) -> Double {
        switch name {
        case .identity: sum
        case .log: exp(sum)
        case .logc: 1 - exp(sum)
        case .logit: 1 / (1 + exp(-sum))
        case .cloglog: 1 - exp(-exp(sum))
        case .loglog: exp(-exp(-sum))
        case .probit: NormalDistribution.probability(below: sum)
        case .cauchit: 0.5 + atan(sum) / Double.pi
        case .negbin: 1 / (parameter * (exp(-sum) - 1))
        case .oddspower:
            parameter == 0 ? 1 / (1 + exp(-sum)) : 1 / (1 + pow(1 + parameter * sum, -(1 / parameter)))
        case .power: parameter == 0 ? exp(sum) : pow(sum, 1 / parameter)
        }
    }
}

/// A Cox model's hazard over time where all fields are at their reference.
struct CoxHazard: Sendable {
    struct Table: Sendable {
        let maxTime: Double
        /// Times that rise, each with the hazard up to it.
        let cells: [(time: Double, hazard: Double)]
    }

    enum Baseline { case missing, none, hazard(Double) }

    let time: Int32
    let stratum: Int32?
    let tables: [Value: Table]
    /// The table where there are no strata.
    let only: Table?
    /// The sum of the parameters at their reference points.
    let reference: Double

    func baseline(_ work: Workspace) throws(InputDefect) -> Baseline {
        var table = only
        if let stratum { table = tables[try work.value(stratum)] }
        guard let table, let first = table.cells.first else { return .missing }
        let time = try work.number(work.value(self.time))
        if time > table.maxTime { return .missing }
        if time < first.time { return .none }
        return .hazard(table.cells.last { $0.time <= time }?.hazard ?? 0)
    }
}
