import Prediction

/// Clusters by their centres.
struct ClusteringModel: ModelBody {
    let comparison: Comparison
    /// Row-major: clusters × fields.
    let centres: [Double]

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        try comparison.read(work, into: &work.sums, [])
        let row = work.sums
        let width = comparison.fields.count
        let adjustment = comparison.isSimilarity ? 1 : try comparison.adjustment(row)
        for cluster in 0..<model.keys.count {
            let value = try comparison.value(row, centres, from: cluster * width, adjustment)
            work.scores[model.firstScore + cluster] = value
        }
        return try model.classification(work, kind: comparison.isSimilarity ? .similarities : .distances)
    }
}
