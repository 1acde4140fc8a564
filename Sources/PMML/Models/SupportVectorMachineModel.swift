import Glibc
import Prediction

/// Support vector machines: kernels of the row with given vectors, weighted and added up.
struct SupportVectorMachineModel: ModelBody {
    enum Kernel: Sendable {
        case linear
        case polynomial(gamma: Double, constant: Double, degree: Double)
        case radialBasis(gamma: Double)
        case sigmoid(gamma: Double, constant: Double)
    }

    struct Machine: Sendable {
        let coefficients: [(vector: Int32, weight: Double)]
        let constant: Double
        /// The classes below and from the threshold on, among the model's keys.
        let below: Int
        let above: Int
        let threshold: Double
    }

    let fields: [Expression]
    let kernel: Kernel
    /// Row-major: vectors × fields.
    let vectors: [Double]
    let machines: [Machine]
    let isClassification: Bool
    /// Whether each machine is about one class beside all others, the least number winning.
    let isOneAgainstAll: Bool
    /// Whether a machine's number, rounded, says which of its classes it is: 0 the other one, 1 its own.
    let isRounded: Bool
    let precision: Precision
    /// Where the kernels' numbers are among those of the workspace.
    let firstKernel: Int

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        work.sums.removeAll(keepingCapacity: true)
        for field in fields {
            let value = try field.evaluate(work)
            if value.isMissing { throw InputDefect("a field of the support vectors is missing") }
            work.sums.append(precision.rounded(try work.number(value)))
        }
        for vector in 0..<(fields.isEmpty ? 0 : vectors.count / fields.count) {
            work.scores[firstKernel + vector] = value(work.sums, vector)
        }
        guard isClassification else { return try model.regression(sum(machines[0], work)) }
        for index in 0..<model.keys.count { work.scores[model.firstScore + index] = 0 }
        work.order.removeAll(keepingCapacity: true)
        for machine in machines {
            let sum = sum(machine, work)
            if isOneAgainstAll {
                work.scores[model.firstScore + machine.below] = sum
            } else {
                let key = try winner(machine, sum)
                if work.scores[model.firstScore + key] == 0 { work.order.append(Int32(key)) }
                work.scores[model.firstScore + key] += 1
            }
        }
        if isOneAgainstAll { return try model.classification(work, kind: .distances) }
        // Of classes with as many votes the one that got its first vote first.
        var best = work.order.first.map { Int($0) } ?? 0
        for key in work.order where work.scores[model.firstScore + Int(key)] > work.scores[model.firstScore + best] {
            best = Int(key)
        }
        let range = model.firstScore..<model.firstScore + model.keys.count
        try Shares.simplemax(&work.scores, range, precision)
        return Outcome(prediction: model.keys.values[best], kind: .probabilities, entity: Int32(best))
    }

    private func winner(_ machine: Machine, _ sum: Double) throws(InputDefect) -> Int {
        guard isRounded else { return sum < machine.threshold ? machine.below : machine.above }
        switch sum.javaRounded {
        case 0: return machine.above
        case 1: return machine.below
        default: throw InputDefect("a machine's number is neither 0 nor 1: \(sum)")
        }
    }

    private func sum(_ machine: Machine, _ work: Workspace) -> Double {
        var sum = 0.0
        for (vector, weight) in machine.coefficients {
            sum = precision.rounded(sum + precision.rounded(weight * work.scores[firstKernel + Int(vector)]))
        }
        return precision.rounded(sum + machine.constant)
    }

    private func value(_ row: [Double], _ vector: Int) -> Double {
        switch kernel {
        case .linear: return dot(row, vector)
        case .polynomial(let gamma, let constant, let degree):
            return precision.rounded(pow(precision.rounded(dot(row, vector) * gamma + constant), degree))
        case .sigmoid(let gamma, let constant):
            return precision.rounded(tanh(precision.rounded(dot(row, vector) * gamma + constant)))
        case .radialBasis(let gamma):
            var sum = 0.0
            let start = vector * row.count
            for index in row.indices {
                let difference = precision.rounded(row[index] - vectors[start + index])
                sum = precision.rounded(sum + precision.rounded(difference * difference))
            }
            return precision.rounded(exp(precision.rounded(-sum * gamma)))
        }
    }

    private func dot(_ row: [Double], _ vector: Int) -> Double {
        var sum = 0.0
        let start = vector * row.count
        for index in row.indices {
            sum = precision.rounded(sum + precision.rounded(row[index] * vectors[start + index]))
        }
        return sum
    }
}
