import Base
import Prediction

// CatBoost's binary format (`.cbm`): "CBM1", the size of the core, the core, then the parts that the core names.
// Fields are numbered as in model.fbs, features.fbs and ctr_data.fbs of catboost/libs/model/flatbuffers.
extension CatBoostFile {
    /// How the format begins.
    static let magic = Array("CBM1".utf8)

    /// Reads a file, which must begin with the magic bytes.
    init(binary bytes: UnsafeRawBufferPointer) throws(ModelDefect) {
        var reader = PartReader(bytes, at: CatBoostFile.magic.count)
        let core = try reader.buffer().root()
        let version = try core.text(0)
        guard version == "FlabuffersModel_v1" else {
            throw core.defect("the format is '\(version.prefix(32))', known is FlabuffersModel_v1")
        }
        guard let trees = try core.table(1) else { throw core.defect("the model has no trees") }
        try readFeatures(trees)
        try readTrees(trees)
        try readInfo(core)
        // Other parts stand behind this one, and belong to features that are refused.
        guard try core.texts(3).first == "static_provider_v1" else { return }
        let count = try reader.size()
        for _ in 0..<count { tables.append(try CatBoostTable(reader.buffer().root())) }
    }

    private mutating func readInfo(_ core: FlatTable) throws(ModelDefect) {
        try core.forEachTable(2) { pair throws(ModelDefect) in
            let name = try pair.text(0)
            if CatBoostFile.isOfInterest(name) { info[name] = .string(try pair.text(1)) }
        }
    }

    private mutating func readFeatures(_ trees: FlatTable) throws(ModelDefect) {
        try trees.forEachTable(5) { table throws(ModelDefect) in
            let missing: UInt8 = try table.integer(5, otherwise: 0)
            features.numeric.append(
                CatBoostFeatures.Numeric(
                    index: try table.integer(1, otherwise: -1),
                    column: try table.integer(2, otherwise: -1),
                    name: try table.text(4),
                    borders: try table.floats(3),
                    missingIsGreatest: try table.integer(0, otherwise: UInt8(0)) != 0 && missing == 2
                )
            )
        }
        try trees.forEachTable(4) { table throws(ModelDefect) in
            features.categorical.append(
                CatBoostFeatures.Categorical(
                    index: try table.integer(0, otherwise: -1),
                    column: try table.integer(1, otherwise: -1),
                    name: try table.text(2)
                )
            )
        }
        try trees.forEachTable(6) { table throws(ModelDefect) in
            features.oneHot.append(
                CatBoostFeatures.OneHot(feature: try table.integer(0, otherwise: -1), values: try table.integers(1))
            )
        }
        try trees.forEachTable(7) { table throws(ModelDefect) in
            features.statistics.append(try CatBoostFeatures.Statistic(table))
        }
        if try trees.vector(13, stride: 4).isEmpty { return }
        for (field, kind) in [(12, "text"), (18, "embedding")]
        where try !trees.vector(field, stride: 4).isEmpty { features.foreign.append(kind) }
    }
}

// Trees.
extension CatBoostFile {
    private mutating func readTrees(_ table: FlatTable) throws(ModelDefect) {
        trees.dimensions = Int(try table.integer(0, otherwise: Int32(0)))
        let splits: [Int32] = try table.integers(1)
        let sizes: [Int32] = try table.integers(2)
        trees.leaves = try table.doubles(8)
        scale = try table.double(14, otherwise: 1)
        let bias = try table.double(15, otherwise: 0)
        biases = try table.doubles(16)
        // Before 0.25 there was one bias only.
        if biases.isEmpty, bias != 0 { biases = [bias] }
        let steps = try table.vector(10, stride: CatBoostFile.stepBytes)
        guard sizes.allSatisfy({ $0 >= 0 }), sizes.reduce(0, { $0 + Int($1) }) == splits.count else {
            throw table.defect("the trees' sizes do not add up to their \(splits.count) splits")
        }
        if steps.isEmpty {
            (trees.splits, trees.depths) = (splits, sizes)
        } else {
            try readNodes(splits, sizes, steps, leaves: try table.integers(11), at: table)
        }
    }

    /// Bytes of a node's steps.
    private static let stepBytes = 4

    /// - Parameter steps: for each node, in 16 bits each, how much further its left and its right child stand; 0 where
    ///   there is none.
    private mutating func readNodes(
        _ splits: [Int32],
        _ sizes: [Int32],
        _ steps: UnsafeRawBufferPointer,
        leaves: [UInt32],
        at table: FlatTable
    ) throws(ModelDefect) {
        guard steps.count == CatBoostFile.stepBytes * splits.count, leaves.count == splits.count,
            splits.count < Int32.max
        else {
            throw table.defect("the nodes' \(splits.count) splits, their steps and leaves are not as many")
        }
        for (index, split) in splits.enumerated() {
            let at = index * CatBoostFile.stepBytes
            let left = Int32(steps.integer(at, as: UInt16.self))
            let right = Int32(steps.integer(at + 2, as: UInt16.self))
            trees.nodes.append(
                CatBoostTrees.Node(
                    split: split,
                    left: left == 0 ? -1 : Int32(index) + left,
                    right: right == 0 ? -1 : Int32(index) + right,
                    leaf: leaves[index]
                )
            )
        }
        var root: Int32 = 0
        for size in sizes {
            trees.roots.append(root)
            root += size
        }
    }
}

// Statistics of categories.
extension CatBoostFeatures.Statistic {
    fileprivate init(_ table: FlatTable) throws(ModelDefect) {
        guard let counter = try table.table(0), let base = try counter.table(0) else {
            throw table.defect("a statistic of categories does not say what it counts")
        }
        (kind, combination, key) = try CatBoostTable.parts(of: base)
        targetBorder = try counter.integer(1, otherwise: 0)
        priorNumerator = try counter.float(2, otherwise: 0)
        priorDenominator = try counter.float(3, otherwise: 1)
        shift = try counter.float(4, otherwise: 0)
        scale = try counter.float(5, otherwise: 1)
        borders = try table.floats(1)
    }
}

extension CatBoostTable {
    fileprivate static func parts(
        of base: FlatTable
    ) throws(ModelDefect) -> (Kind, CatBoostFeatures.Combination, Key) {
        let number: UInt8 = try base.integer(1, otherwise: 0)
        guard let kind = Kind(rawValue: number) else { throw base.defect("statistics of kind \(number) are not known") }
        guard let table = try base.table(0) else { throw base.defect("a statistic names no features") }
        var combination = CatBoostFeatures.Combination(categories: try table.integers(0))
        let pairs = (try table.vector(1, stride: 8), try table.vector(2, stride: 8))
        for at in stride(from: 0, to: pairs.0.count, by: 8) {
            combination.borders.append(
                .init(feature: pairs.0.integer(at), border: Float(bitPattern: pairs.0.integer(at + 4)))
            )
        }
        for at in stride(from: 0, to: pairs.1.count, by: 8) {
            combination.values.append(.init(feature: pairs.1.integer(at), value: pairs.1.integer(at + 4)))
        }
        return (kind, combination, .parts(kind, combination, classifier: try base.integer(2, otherwise: 0)))
    }

    /// Bytes of a category in a table: its hash, and where its counts are.
    private static let bucketBytes = 12

    fileprivate init(_ table: FlatTable) throws(ModelDefect) {
        guard let base = try table.table(0) else {
            throw table.defect("a table of statistics does not say what it counts")
        }
        let kind: Kind
        (kind, _, key) = try CatBoostTable.parts(of: base)
        denominator = try table.integer(3, otherwise: 0)
        let buckets = try table.vector(1, stride: 1)
        for at in stride(from: 0, through: buckets.count - CatBoostTable.bucketBytes, by: CatBoostTable.bucketBytes) {
            let hash: UInt64 = buckets.integer(at)
            if hash == CatBoostTable.noHash { continue }
            hashes.append(hash)
            places.append(buckets.integer(at + 8))
        }
        let blob = try table.vector(2, stride: 1)
        switch kind {
        case .binarizedMean, .floatMean:
            width = 2
            // The sum is a float, the count an integer.
            numbers = (0..<blob.count / 4).map { index in
                index.isMultiple(of: 2)
                    ? Double(Float(bitPattern: blob.integer(4 * index)))
                    : Double(blob.integer(4 * index, as: Int32.self))
            }
        case .counter, .frequency, .borders, .buckets:
            width = kind == .counter || kind == .frequency ? 1 : Int(try table.integer(4, otherwise: Int32(0)))
            numbers = (0..<blob.count / 4).map { Double(blob.integer(4 * $0, as: Int32.self)) }
        }
    }
}

/// Takes the parts of a file one by one, each with its size before it.
private struct PartReader {
    private let bytes: UnsafeRawBufferPointer
    private var at: Int

    init(_ bytes: UnsafeRawBufferPointer, at start: Int) {
        self.bytes = bytes
        at = start
    }

    /// A size or count: 32 bits, or 64 behind 32 set ones.
    mutating func size() throws(ModelDefect) -> Int {
        let short = try take(4)
        guard short.integer(0) == UInt32.max else { return Int(short.integer(0, as: UInt32.self)) }
        let long = try take(8).integer(0, as: UInt64.self)
        guard long <= ModelLimits.fileBytesMax else {
            throw ModelDefect(at: .byte(at), what: "a part of \(long) bytes")
        }
        return Int(long)
    }

    mutating func buffer() throws(ModelDefect) -> FlatBuffer {
        let content = try take(size())
        return FlatBuffer(content, at: at - content.count)
    }

    private mutating func take(_ count: Int) throws(ModelDefect) -> UnsafeRawBufferPointer {
        guard count <= bytes.count - at else {
            throw ModelDefect(at: .byte(at), what: "the file ends within a part of \(count) bytes")
        }
        at += count
        return UnsafeRawBufferPointer(rebasing: bytes[at - count..<at])
    }
}
