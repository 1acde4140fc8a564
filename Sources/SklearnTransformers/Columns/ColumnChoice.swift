import Pickle
import Prediction

/// Which columns a part of a ColumnTransformer takes: places, names, slices or a mask, made places.
package struct ColumnChoice: Equatable, Sendable {
    /// Places in the rows of the training.
    let places: [Int]
    /// Whether a single column was asked for, which is then given as a list of values, not as rows of one.
    let isSingle: Bool
    /// Whether names were asked for, which only data frames have.
    let isNamed: Bool

    /// - Parameters:
    ///   - names: what the columns of the training were called; empty where that is not known.
    ///   - count: how many columns there were.
    init(_ value: PickleValue, names: [String], count: Int) throws(ModelDefect) {
        if value.className?.name == "slice" {
            places = try ColumnChoice.slice(value, names, count)
            isNamed = try value.constructorArguments().contains { $0.isSomeText }
            isSingle = false
        } else if value.isSomeText || value.isSomeInteger {
            places = [try ColumnChoice.place(value, names, count)]
            isNamed = value.isSomeText
            isSingle = true
        } else {
            let list = value.className?.name == "_RemainderColsList" ? try value.member("data") : value
            places = try ColumnChoice.list(list, names, count)
            isNamed = try list.listsTexts()
            isSingle = false
        }
    }

    private static func place(_ value: PickleValue, _ names: [String], _ count: Int) throws(ModelDefect) -> Int {
        if value.isSomeText {
            let name = try value.text()
            guard let place = names.firstIndex(of: name) else {
                throw value.defect("names \(name), which is no column")
            }
            return place
        }
        let integer = try value.integer()
        let place = integer < 0 ? integer + count : integer
        guard (0..<count).contains(place) else { throw value.defect("is column \(integer) of \(count)") }
        return place
    }

    private static func list(_ value: PickleValue, _ names: [String], _ count: Int) throws(ModelDefect) -> [Int] {
        if let mask = try value.mask() {
            guard mask.count == count else {
                throw value.defect("is a mask of \(mask.count) columns, there are \(count)")
            }
            return mask.indices.filter { mask[$0] }
        }
        if value.isNumberArray { return try value.integers().map { $0 < 0 ? $0 + count : $0 }.checked(value, count) }
        var places: [Int] = []
        for element in try value.elements() { places.append(try place(element, names, count)) }
        return places
    }

    /// Python's slices; by names the last one is included.
    private static func slice(_ value: PickleValue, _ names: [String], _ count: Int) throws(ModelDefect) -> [Int] {
        let bounds = try value.constructorArguments()
        guard bounds.count == 3 else { throw value.defect("is a slice of \(bounds.count) bounds") }
        let step = bounds[2].isNone ? 1 : min(count + 1, max(-count - 1, try bounds[2].integer()))
        guard step != 0 else { throw bounds[2].defect("is the step of a slice, which cannot be 0") }
        // Backwards a slice may end before the first column.
        let least = step < 0 ? -1 : 0
        func bound(_ value: PickleValue, otherwise: Int) throws(ModelDefect) -> Int {
            if value.isNone { return otherwise }
            if value.isSomeText { return try place(value, names, count) }
            let integer = try value.integer()
            return min(count + least, max(least, integer < 0 ? integer + count : integer))
        }
        let start = try bound(bounds[0], otherwise: step < 0 ? count - 1 : 0)
        let end = try bound(bounds[1], otherwise: step < 0 ? -1 : count)
        return Array(stride(from: start, to: end + (bounds[1].isSomeText ? step.signum() : 0), by: step))
    }
}

extension [Int] {
    fileprivate func checked(_ value: PickleValue, _ count: Int) throws(ModelDefect) -> [Int] {
        if let outside = first(where: { !(0..<count).contains($0) }) {
            throw value.defect("names column \(outside) of \(count)")
        }
        return self
    }
}

extension PickleValue {
    fileprivate var isSomeText: Bool { if case .text = heap[ref] { true } else { false } }
    fileprivate var isSomeInteger: Bool { if case .int = heap[ref] { true } else { false } }

    /// Whether this is an array of numbers, not of objects.
    fileprivate var isNumberArray: Bool {
        guard case .array(let index) = heap[ref] else { return false }
        return "iu".utf8.contains(heap.arrays[Int(index)].element.kind)
    }

    /// What an instance was made with.
    func constructorArguments() throws(ModelDefect) -> [PickleValue] {
        guard case .instance(_, let arguments, _) = heap[ref] else { throw defect("is \(kind), expected is an object") }
        return try PickleValue(heap: heap, ref: arguments, path: path).elements()
    }

    /// The flags of a list or array of booleans; nil for anything else.
    fileprivate func mask() throws(ModelDefect) -> [Bool]? {
        if case .array(let index) = heap[ref], heap.arrays[Int(index)].element.kind == UInt8(ascii: "b") {
            return try tensor().values.map { $0 != 0 }
        }
        guard isSequence else { return nil }
        var flags: [Bool] = []
        for element in try elements() {
            guard case .bool(let flag) = heap[element.ref] else { return nil }
            flags.append(flag)
        }
        return flags.isEmpty ? nil : flags
    }

    /// Whether the first element of a list or array is a text.
    fileprivate func listsTexts() throws(ModelDefect) -> Bool {
        if case .array(let index) = heap[ref] {
            let array = heap.arrays[Int(index)]
            if case .bytes = array.content { return array.element.kind == UInt8(ascii: "U") }
        }
        return try elements().first?.isSomeText ?? false
    }
}
