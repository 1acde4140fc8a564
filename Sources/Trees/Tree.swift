/// A decision tree as a loader found it: nodes that name each other by index, the root first.
package struct Tree {
    /// The nodes; the first is the root.
    package var nodes: [Node] = []

    package init(nodes: [Node] = []) {
        self.nodes = nodes
    }

    /// A split, or a leaf where it has no children.
    package struct Node {
        /// Where a row goes for which the test holds; negative in a leaf.
        package var left: Int32 = -1
        /// Where any other row goes; negative in a leaf.
        package var right: Int32 = -1
        /// The column that is tested.
        package var column: Int32 = 0
        /// What is tested.
        package var test: Test = .less
        /// How the column's number is read.
        package var reading: RowSlots.Reading = .asIs
        /// Where a row goes whose number is missing.
        package var missingGoesLeft = true
        /// A split's threshold, or index of its category set; a leaf's number, or index of its vector or linear map.
        package var value: Double

        package init(
            left: Int32 = -1,
            right: Int32 = -1,
            column: Int32 = 0,
            test: Test = .less,
            reading: RowSlots.Reading = .asIs,
            missingGoesLeft: Bool = true,
            value: Double
        ) {
            self.left = left
            self.right = right
            self.column = column
            self.test = test
            self.reading = reading
            self.missingGoesLeft = missingGoesLeft
            self.value = value
        }

        /// Whether it has no children.
        package var isLeaf: Bool { left < 0 && right < 0 }
    }

    /// What sends a row to the left.
    package enum Test: UInt8 {
        /// Its number is less than the value.
        case less
        /// Its number is the value or less.
        case notGreater
        /// Its number, cut to an integer, is among the set of categories that the value is the index of.
        case member
    }
}

/// A set of categories: bits for those up to a largest one, and what holds for all others.
package struct CategorySet {
    /// A bit for each category up to the largest.
    package var words: [UInt32]
    /// Whether numbers belong to it that have no bit.
    package var containsOthers = false
    /// Whether a missing number belongs to it.
    package var containsMissing = false
    /// How numbers between two categories are rounded.
    package var fractions = Fractions.down

    package init(
        words: [UInt32],
        containsOthers: Bool = false,
        containsMissing: Bool = false,
        fractions: Fractions = .down
    ) {
        self.words = words
        self.containsOthers = containsOthers
        self.containsMissing = containsMissing
        self.fractions = fractions
    }

    /// What a number between two categories is.
    package enum Fractions {
        /// The category below; none where that is below 0.
        case down
        /// The next category in the direction of 0.
        case towardZero
        /// No category.
        case none
    }

    @inline(__always)
    package func contains(_ number: Double) -> Bool {
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
package struct LinearLeaf {
    /// What stands alone.
    package let constant: Double
    /// The columns that are multiplied.
    package let columns: [Int32]
    /// By what each is multiplied.
    package let coefficients: [Double]
    /// The answer where one of the columns is missing.
    package let otherwise: Double

    package init(constant: Double, columns: [Int32], coefficients: [Double], otherwise: Double) {
        self.constant = constant
        self.columns = columns
        self.coefficients = coefficients
        self.otherwise = otherwise
    }

    /// The sum for a row.
    package func answer(_ row: UnsafePointer<Double>) -> Double {
        var sum = constant
        for (column, coefficient) in zip(columns, coefficients) {
            let number = row[Int(column)]
            if number.isNaN { return otherwise }
            sum += coefficient * number
        }
        return sum
    }
}
