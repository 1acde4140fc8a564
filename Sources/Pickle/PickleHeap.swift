package import Prediction

/// The values that a pickle is made of, in one flat table: they refer to each other by index.
///
/// So a cycle leaks nothing, a value is freed without recursion however deep it lies, and a byte of the file can make
/// at most one value. Memory for all of it stays below 128 times the file's size.
package final class PickleHeap {
    /// Index of a value.
    package typealias Ref = UInt32

    /// A run of bytes in the file, or of items in `items`.
    package struct Extent: Equatable {
        /// Where the run begins.
        package let start: UInt32
        /// How long it is.
        package let count: UInt32

        package init(start: Int, count: Int) {
            // Safe: files are smaller than 2^30 bytes, and decoded texts at most double that.
            self.start = UInt32(start)
            self.count = UInt32(count)
        }

        /// The run as a range.
        package var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
    }

    /// A value. 16 bytes, so that millions of them stay cheap.
    package enum Node {
        case none
        case bool(Bool)
        case int(Int64)
        /// An integer of more than 64 bits; nothing in a model needs its digits.
        case largeInt
        case float(Double)
        case text(Extent)
        case bytes(Extent)
        case tuple(Extent)
        case list([Ref])
        case set([Ref])
        case dict([Entry])
        case name(UInt32)
        case element(PickledArray.Element)
        case array(UInt32)
        case instance(name: UInt32, arguments: Ref, state: Ref)
    }

    /// A member of a dictionary.
    package struct Entry {
        /// The entry's key.
        package let key: Ref
        /// The entry's value.
        package let value: Ref

        package init(key: Ref, value: Ref) {
            self.key = key
            self.value = value
        }
    }

    /// None.
    package static let none: Ref = 0
    /// True.
    package static let yes: Ref = 1
    /// False.
    package static let no: Ref = 2
    static let emptyTuple: Ref = 3

    /// The file.
    package let file: [UInt8]
    /// What does not stand in the file as it is; extents past the file's end mean this.
    private var decoded: [UInt8] = []
    /// All values.
    package private(set) var nodes: [Node] = [.none, .bool(true), .bool(false), .tuple(Extent(start: 0, count: 0))]
    /// What tuples hold, one behind the other.
    package private(set) var items: [Ref] = []
    /// Names of classes and functions.
    package private(set) var names: [PickleName] = []
    /// numpy's arrays.
    package private(set) var arrays: [PickledArray] = []
    /// Values that loaders may still copy out.
    private var budget: Int
    private var estimatorsLeft = ModelLimits.estimatorsMax

    package init(_ bytes: [UInt8]) {
        file = bytes
        budget = ModelLimits.valuesFree + bytes.count * ModelLimits.valuesPerByteMax
    }
}

extension PickleHeap {
    /// Adds a value.
    package func make(_ node: Node) -> Ref {
        nodes.append(node)
        return Ref(nodes.count - 1)
    }

    func makeTuple(_ elements: some Sequence<Ref>) -> Ref {
        let start = items.count
        items.append(contentsOf: elements)
        return make(.tuple(Extent(start: start, count: items.count - start)))
    }

    /// A text or bytes that do not stand in the file as they are.
    package func keep(_ bytes: some Sequence<UInt8>) -> Extent {
        let start = decoded.count
        decoded.append(contentsOf: bytes)
        return Extent(start: file.count + start, count: decoded.count - start)
    }

    func makeName(_ name: PickleName) -> Ref {
        names.append(name)
        return make(.name(UInt32(names.count - 1)))
    }

    func makeArray(_ array: PickledArray) -> Ref {
        arrays.append(array)
        return make(.array(UInt32(arrays.count - 1)))
    }

    /// The value that is referred to.
    package subscript(ref: Ref) -> Node { nodes[Int(ref)] }

    /// Makes a value that others refer to already into another one.
    package func replace(_ ref: Ref, by node: Node) { nodes[Int(ref)] = node }

    /// Puts another array in the place of one.
    package func replace(array index: UInt32, by array: PickledArray) { arrays[Int(index)] = array }

    /// Adds to a list, set or dictionary in place; false where `ref` is none of these.
    package func append(_ added: ArraySlice<Ref>, to ref: Ref) -> Bool {
        let index = Int(ref)
        switch nodes[index] {
        case .list(var elements):
            nodes[index] = .none  // gives up the storage, so that the change below does not copy it
            elements.append(contentsOf: added)
            nodes[index] = .list(elements)
        case .set(var elements):
            nodes[index] = .none
            elements.append(contentsOf: added)
            nodes[index] = .set(elements)
        default: return false
        }
        return true
    }

    /// Sets pairs of key and value in a dictionary; false where `ref` is none.
    package func set(_ pairs: ArraySlice<Ref>, in ref: Ref) -> Bool {
        let index = Int(ref)
        guard case .dict(var entries) = nodes[index] else { return false }
        nodes[index] = .none
        var at = pairs.startIndex
        while at + 1 < pairs.endIndex {
            entries.append(Entry(key: pairs[at], value: pairs[at + 1]))
            at += 2
        }
        nodes[index] = .dict(entries)
        return true
    }

    /// What a tuple holds.
    package func elements(_ tuple: Extent) -> ArraySlice<Ref> { items[tuple.range] }

    /// The bytes of a text or of bytes.
    package func bytes(_ extent: Extent) -> ArraySlice<UInt8> {
        let range = extent.range
        if range.upperBound <= file.count { return file[range] }
        return decoded[range.lowerBound - file.count..<range.upperBound - file.count]
    }

    /// The text of an extent.
    package func string(_ extent: Extent) -> String { String(decoding: bytes(extent), as: UTF8.self) }

    /// Counts what a loader copies out; throws where a small file makes it copy too much.
    package func spend(_ values: Int, at place: ModelDefect.Place) throws(ModelDefect) {
        guard values <= budget else {
            throw ModelDefect(at: place, what: "pickle names the same values too many times")
        }
        budget -= values
    }

    /// Counts an estimator that is built.
    package func spendEstimator(at place: ModelDefect.Place) throws(ModelDefect) {
        guard estimatorsLeft > 0 else {
            throw ModelDefect(at: place, what: "model holds more than \(ModelLimits.estimatorsMax) estimators")
        }
        estimatorsLeft -= 1
    }
}
