import Pickle
import Prediction

/// How the categories of a column are grouped: rare ones may share a place.
struct CategoryGroups: Sendable {
    /// How many groups there are.
    let count: Int
    /// Group of each category.
    let places: [Int]
    /// Group of the rare ones; nil where none are rare.
    let infrequent: Int?

    /// The groups of every column of a pickled encoder; since version 1.1 they can hold more than one category.
    static func all(_ value: PickleValue, _ tables: [CategoryTable]) throws(ModelDefect) -> [CategoryGroups] {
        let single = tables.map { CategoryGroups(single: $0.count) }
        guard let enabled = try value.optional("_infrequent_enabled"), try enabled.flag() else { return single }
        let mappings = try value.member("_default_to_infrequent_mappings").elements()
        guard mappings.count == tables.count else {
            throw value.defect("has \(mappings.count) groupings for \(tables.count) columns")
        }
        var groups = single
        for (column, mapping) in mappings.enumerated() where !mapping.isNone {
            groups[column] = try CategoryGroups(mapping, tables[column])
        }
        return groups
    }

    /// A group for each category.
    private init(single count: Int) {
        self.count = count
        places = Array(0..<count)
        infrequent = nil
    }

    /// The rare ones' group is the last. A missing value may be left out of the grouping; it stands behind the others.
    private init(_ mapping: PickleValue, _ table: CategoryTable) throws(ModelDefect) {
        var places = try mapping.indices(in: 0..<table.count)
        let last = places.max() ?? 0
        if places.count == table.count - 1, table.missing == places.count { places.append(last + 1) }
        guard places.count == table.count else {
            throw mapping.defect("groups \(places.count) of \(table.count) categories")
        }
        self.places = places
        count = (places.max() ?? -1) + 1
        infrequent = last
    }
}
