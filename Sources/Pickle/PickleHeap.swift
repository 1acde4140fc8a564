package import Prediction

/// The values that a pickle is made of, in one flat table: they refer to each other by index.
///
/// So a cycle leaks nothing, and a value is freed without recursion however deep it lies. What the values take is counted
/// as they are made; whoever makes them asks `checkMemory`.
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
    /// Bytes that the values take, with what arrays that grow leave unused.
    private var memory = 0
    private let memoryMax: Int
    /// Values that loaders may still look at or copy out.
    private var budget: Int
    private var estimatorsLeft = ModelLimits.estimatorsMax

    /// - Parameter fileBytes: size of the file that the bytes were unpacked from.
    package init(_ bytes: [UInt8], fileBytes: Int) {
        file = bytes
        memoryMax = min(
            ModelLimits.pickleMemoryMax,
            ModelLimits.pickleMemoryFree + fileBytes * ModelLimits.pickleMemoryPerByteMax
        )
        budget = ModelLimits.valuesFree + fileBytes * ModelLimits.valuesPerByteMax
    }

    /// What values take, in bytes. An array that grows by doubling takes up to two and a half times what it holds.
    private enum Cost {
        static let node = 40
        static let ref = 10
        static let entry = 20
        static let decodedByte = 4
        /// The storage of a list or dictionary, before what it holds.
        static let storage = 48
        static let name = 128
        static let array = 192
    }
}

extension PickleHeap {
    /// Adds a value.
    package func make(_ node: Node) -> Ref {
        nodes.append(node)
        switch node {
        case .list(let elements), .set(let elements): memory += Cost.node + elements.count * Cost.ref
        case .dict(let entries): memory += Cost.node + entries.count * Cost.entry
        default: memory += Cost.node
        }
        return Ref(nodes.count - 1)
    }

    func makeTuple(_ elements: some Sequence<Ref>) -> Ref {
        let start = items.count
        items.append(contentsOf: elements)
        memory += (items.count - start) * Cost.ref
        return make(.tuple(Extent(start: start, count: items.count - start)))
    }

    /// A text or bytes that do not stand in the file as they are.
    package func keep(_ bytes: some Sequence<UInt8>) -> Extent {
        let start = decoded.count
        decoded.append(contentsOf: bytes)
        memory += (decoded.count - start) * Cost.decodedByte
        return Extent(start: file.count + start, count: decoded.count - start)
    }

    func makeName(_ name: PickleName) -> Ref {
        names.append(name)
        memory += Cost.name + name.module.utf8.count + name.name.utf8.count
        return make(.name(UInt32(names.count - 1)))
    }

    func makeArray(_ array: PickledArray) -> Ref {
        arrays.append(array)
        memory += Cost.array + array.shape.count * MemoryLayout<Int>.size
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
        memory += Cost.storage + added.count * Cost.ref
        // The node gives up the storage before the change, which would copy it otherwise.
        if case .list(var elements) = nodes[index] {
            nodes[index] = .none
            elements.append(contentsOf: added)
            nodes[index] = .list(elements)
            return true
        }
        if case .set(var elements) = nodes[index] {
            nodes[index] = .none
            elements.append(contentsOf: added)
            nodes[index] = .set(elements)
            return true
        }
        return false
    }

    /// Sets pairs of key and value in a dictionary; false where `ref` is none.
    package func set(_ pairs: ArraySlice<Ref>, in ref: Ref) -> Bool {
        let index = Int(ref)
        guard case .dict(var entries) = nodes[index] else { return false }
        nodes[index] = .none
        memory += Cost.storage + pairs.count / 2 * Cost.entry
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

    /// Counts bytes that are taken beside the values.
    func charge(_ bytes: Int) { memory += bytes }

    /// Throws where the values take more memory than the file is worth.
    func checkMemory(at offset: Int) throws(ModelDefect) {
        guard memory <= memoryMax else {
            throw ModelDefect(at: .byte(offset), what: "pickle makes values of more than \(memoryMax) bytes")
        }
    }

    /// Counts what a loader looks at or copies out; throws where a small file makes it copy too much.
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
