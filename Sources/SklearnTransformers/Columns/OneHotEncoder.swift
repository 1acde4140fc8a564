package import Pickle
package import Prediction
package import Sklearn

/// scikit-learn's OneHotEncoder: for each category a column that is 1 where it stands.
package struct OneHotEncoder: CategoryEncoder {
    /// Columns that categories of one column set.
    private struct Feature {
        /// Column of each category; negative where it has none.
        let columns: [Int32]
        /// Column of a category that is not known; negative where it has none.
        let unknown: Int32
    }

    /// How rows become indices of categories.
    package let rows: CategoryRows
    private let features: [Feature]
    private let refusesUnknown: Bool
    private let givesSparse: Bool
    package let outputColumns: Int

    package var input: Input { rows.input }

    package static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        EstimatorSteps(transformers: [try OneHotEncoder(value)])
    }

    private init(_ value: PickleValue) throws(ModelDefect) {
        rows = try CategoryRows(value)
        let policy = try value.member("handle_unknown")
        refusesUnknown = policy.isText("error")
        givesSparse = try value.member("sparse_output", formerly: "sparse").flag()
        let groups = try CategoryGroups.all(value, rows.tables)
        let dropped = try OneHotEncoder.dropped(value, groups)
        let groupsUnknown = policy.isText("infrequent_if_exist") || policy.isText("warn")
        var start: Int32 = 0
        var features: [Feature] = []
        for (group, drop) in zip(groups, dropped) {
            let places = (0..<Int32(group.count)).map { place -> Int32 in
                guard let drop, Int32(drop) <= place else { return start + place }
                return Int32(drop) == place ? -1 : start + place - 1
            }
            let unknown = groupsUnknown ? group.infrequent.map { places[$0] } ?? -1 : -1
            features.append(Feature(columns: group.places.map { places[$0] }, unknown: unknown))
            start += Int32(group.count) - (drop == nil ? 0 : 1)
        }
        self.features = features
        outputColumns = Int(start)
    }

    /// Which group of each column is left out; nil for none.
    private static func dropped(_ value: PickleValue, _ groups: [CategoryGroups]) throws(ModelDefect) -> [Int?] {
        let current = try value.optional("_drop_idx_after_grouping")
        let former = try value.optional("drop_idx_")
        guard let list = current ?? former else { return groups.map { _ in nil } }
        let values = try list.categoryValues()
        guard values.count == groups.count else {
            throw list.defect("holds \(values.count) values for \(groups.count) columns")
        }
        var dropped: [Int?] = []
        for (value, group) in zip(values, groups) {
            switch value {
            case .missing: dropped.append(nil)
            case .number(let number):
                guard let place = Int(exactly: number), (0..<group.count).contains(place) else {
                    throw list.defect("names category \(number) of \(group.count)")
                }
                dropped.append(place)
            case .text: throw list.defect("names a category by a text")
            }
        }
        return dropped
    }

    package func transform(_ batch: inout Batch) throws(InputDefect) {
        try rows.check(batch)
        batch.sparse.clear()
        for row in 0..<batch.rows {
            for (column, feature) in features.enumerated() {
                var target = feature.unknown
                if let place = rows.place(batch, row, column) {
                    target = feature.columns[place]
                } else if refusesUnknown {
                    throw rows.unknown(batch, column)
                }
                guard target >= 0 else { continue }
                batch.sparse.columns.append(target)
                batch.sparse.values.append(1)
            }
            batch.sparse.ends.append(batch.sparse.columns.count)
        }
        batch.content = .sparse
        batch.columns = outputColumns
        if !givesSparse { try batch.makeDense(by: rows.name) }
    }
}
