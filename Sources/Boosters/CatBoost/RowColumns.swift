import Prediction

/// Which columns of rows a model looks at. Those of a data frame are found by their names.
struct RowColumns: Sendable {
    /// Columns that a row has at least.
    let needed: Int
    /// The columns that are looked at.
    let used: [Int]
    /// What the columns are called; empty where nobody named them.
    let names: [String]

    /// Where each needed column stands among those that are given; nil where all stand at their own place. Columns
    /// that are not looked at stand anywhere.
    func sources(_ given: [String], _ count: Int) throws(InputDefect) -> [Int]? {
        if given.isEmpty || names.isEmpty {
            guard count >= needed else {
                throw InputDefect("Feature \(needed - 1) is present in model but not in pool.")
            }
            return nil
        }
        let given = given.prefix(count)
        if used.allSatisfy({ $0 < given.count && given[$0] == names[$0] }) { return nil }
        let places = Dictionary(zip(given, given.indices)) { first, _ in first }
        var sources = [Int](repeating: 0, count: needed)
        for column in used {
            guard let place = places[names[column]] else {
                throw InputDefect("Feature \(names[column]) is present in model but not in pool.")
            }
            sources[column] = place
        }
        return sources
    }
}
