/// Which numbers of a row the trees look at, and in which shape: a split compares one slot with its threshold, always by
/// `>=`, and a missing number (NaN) never passes.
///
/// A split that sends missing numbers the other way looks at the negated number instead, with its children swapped: so
/// one comparison does for all of them, and no row needs a second look.
package struct RowSlots: Sendable {
    /// How a number is read before it is compared.
    package enum Reading: UInt8 {
        case asIs
        /// Numbers that LightGBM takes for zero are missing.
        case zeroIsMissing
        /// A missing number is zero.
        case missingIsZero
    }

    /// A column, and how it is read.
    package struct Slot: Hashable {
        /// The column.
        package let column: Int32
        /// How its number is read.
        package let reading: Reading
        /// Whether the number is taken with its sign turned.
        package let isNegated: Bool
    }

    /// Rows that stand side by side: slot s of row r of such a group is at s × width + r.
    package static let width = 8
    /// LightGBM's kZeroThreshold, a float.
    private static let nearlyZero = Double(1e-35 as Float)

    /// Numbers that a row has.
    package let columns: Int
    /// Whether numbers are rounded to single precision first, as XGBoost and scikit-learn's trees do.
    package let isSingle: Bool
    /// What stands in slots 1, 2, 3 …; slot 0 is NaN, for leaves.
    package private(set) var slots: [Slot] = []
    private var known: [Slot: Int32] = [:]

    package init(columns: Int, isSingle: Bool) {
        self.columns = columns
        self.isSingle = isSingle
    }

    /// Doubles that a group of rows takes.
    var groupSize: Int { (slots.count + 1) * RowSlots.width }

    /// Index of a slot, which is made where there is none.
    package mutating func index(of slot: Slot) -> Int32 {
        if let index = known[slot] { return index }
        slots.append(slot)
        known[slot] = Int32(slots.count)
        return Int32(slots.count)
    }

    /// Fills one lane of a group with the row that starts at `row`.
    @inline(__always)
    package func fill(_ lane: UnsafeMutablePointer<Double>, from row: UnsafePointer<Double>) {
        if isSingle {
            fill(lane) { Double(Float(row[$0])) }
        } else {
            fill(lane) { row[$0] }
        }
    }

    @inline(__always)
    private func fill(_ lane: UnsafeMutablePointer<Double>, _ number: (Int) -> Double) {
        lane[0] = .nan
        var at = 0
        for slot in slots {
            at &+= RowSlots.width
            // Safe: the compiler of trees takes only columns below `columns`.
            var value = number(Int(slot.column))
            if slot.reading != .asIs { value = RowSlots.read(value, slot.reading) }
            lane[at] = slot.isNegated ? -value : value
        }
    }

    private static func read(_ value: Double, _ reading: Reading) -> Double {
        switch reading {
        case .asIs: value
        case .zeroIsMissing: value.magnitude <= nearlyZero ? .nan : value
        case .missingIsZero: value.isNaN ? 0 : value
        }
    }
}
