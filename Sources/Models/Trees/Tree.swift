/// A decision tree as a loader found it: nodes that name each other by index, the root first.
struct Tree {
    var nodes: [Node] = []

    /// A split, or a leaf where it has no children.
    struct Node {
        /// Where a row goes for which the test holds; negative in a leaf.
        var left: Int32 = -1
        /// Where any other row goes; negative in a leaf.
        var right: Int32 = -1
        /// The column that is tested.
        var column: Int32 = 0
        var test: Test = .less
        var reading: RowSlots.Reading = .asIs
        /// Where a row goes whose number is missing.
        var missingGoesLeft = true
        /// A split's threshold, or index of its category set; a leaf's number, or index of its vector or linear map.
        var value: Double

        var isLeaf: Bool { left < 0 && right < 0 }
    }

    /// What sends a row to the left.
    enum Test: UInt8 {
        /// Its number is less than the value.
        case less
        /// Its number is the value or less.
        case notGreater
        /// Its number, cut to an integer, is among the set of categories that the value is the index of.
        case member
    }
}

/// A set of categories: bits for those up to a largest one, and what holds for all others.
struct CategorySet {
    var words: [UInt32]
    /// Whether numbers belong to it that have no bit.
    var containsOthers = false
    /// Whether a missing number belongs to it.
    var containsMissing = false
    var fractions = Fractions.down

    /// What a number between two categories is.
    enum Fractions {
        /// The category below; none where that is below 0.
        case down
        /// The next category in the direction of 0.
        case towardZero
        /// No category.
        case none
    }

    @inline(__always)
    func contains(_ number: Double) -> Bool {
        if number.isNaN { return containsMissing }
        guard number >= 0 || (number > -1 && fractions == .towardZero), number < Double(words.count * 32) else {
            return containsOthers
        }
        let category = Int(number)
        if fractions == .none, Double(category) != number { return containsOthers }
        return words[category >> 5] >> UInt32(category & 31) & 1 != 0
    }
}

/// A leaf that answers with a linear function of the row.
struct LinearLeaf {
    let constant: Double
    let columns: [Int32]
    let coefficients: [Double]
    /// The answer where one of the columns is missing.
    let otherwise: Double

    func answer(_ row: UnsafePointer<Double>) -> Double {
        var sum = constant
        for (column, coefficient) in zip(columns, coefficients) {
            let number = row[Int(column)]
            if number.isNaN { return otherwise }
            sum += coefficient * number
        }
        return sum
    }
}
