import Prediction

/// Reads XGBoost's old binary format, which versions before 3.1 write: C structures one behind the other, little-endian.
///
/// The same in all versions but for what stood in reserved places; the layout is that of XGBoost 1.7's headers.
struct XGBoostBinary {
    private var bytes: UnsafeRawBufferPointer
    private var at = 0

    /// The bytes must stay where they are while the reader is used.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Sizes of the structures.
    private enum Size {
        static let learner = 136
        static let trees = 160
        static let tree = 148
        static let node = 20
        static let statistics = 16
        static let linear = 136
    }

    /// What the file may begin with; what the snapshots in pickles of XGBoost 1.0 begin with.
    private static let mark = Array("binf".utf8)
    private static let snapshotMark = Array("CONFIG-offset:".utf8)
    /// Longest name of an objective or booster.
    private static let nameBytesMax = 256

    /// Whether a file that begins like this is in the format: behind the first structure stands the objective's name.
    static func isBegun(_ head: ArraySlice<UInt8>) -> Bool {
        let head = head.starts(with: mark) ? head.dropFirst(mark.count) : head
        let name = head.dropFirst(Size.learner)
        guard name.count > 8, let length = name.first, (1...64).contains(length),
            name.dropFirst().prefix(7).allSatisfy({ $0 == 0 })
        else { return false }
        return name.dropFirst(8).prefix(Int(length)).allSatisfy { (0x21...0x7E).contains($0) }
    }

    mutating func file() throws(ModelDefect) -> XGBoostFile {
        if bytes.starts(with: XGBoostBinary.snapshotMark) { try openSnapshot() }
        if bytes.dropFirst(at).starts(with: XGBoostBinary.mark) { at += XGBoostBinary.mark.count }
        let start = at
        guard bytes.count - at > Size.learner else { throw defect("is neither JSON, UBJSON nor XGBoost's old binary") }
        var file = XGBoostFile()
        let hasAttributes = try readLearner(&file)
        at = start + Size.learner
        file.objective = try name("the objective")
        file.booster = try name("the booster")
        switch file.booster {
        case "gbtree", "dart": try readTrees(&file)
        case "gblinear":
            try advance(Size.linear)
            file.linearWeights = try floats()
        default: throw defect("names the booster \(file.booster.prefix(32)) before this, which is not known")
        }
        if hasAttributes { try readAttributes(&file) }
        return file
    }

    /// The model inside a snapshot: its size stands before it.
    private mutating func openSnapshot() throws(ModelDefect) {
        at = XGBoostBinary.snapshotMark.count
        let size = try count(itemBytes: 1)
        bytes = UnsafeRawBufferPointer(rebasing: bytes[..<(at + size)])
    }

    /// The first structure; whether attributes follow behind the booster.
    private mutating func readLearner(_ file: inout XGBoostFile) throws(ModelDefect) -> Bool {
        file.parameters["base_score"] = try float().description
        file.parameters["num_feature"] = try String(UInt32(bitPattern: integer()))
        file.parameters["num_class"] = try String(integer())
        let hasAttributes = try integer() != 0
        _ = try integer()  // whether names of metrics are saved
        let (major, minor) = (try integer(), try integer())
        file.hasMarginAsBase = major < 1
        if major > 0 { file.version = [major, minor, 0] }
        file.parameters["num_target"] = try String(UInt32(bitPattern: integer()))
        return hasAttributes
    }
}

// The boosters.
extension XGBoostBinary {
    private mutating func readTrees(_ file: inout XGBoostFile) throws(ModelDefect) {
        let start = at
        let count = try integer()
        let parallel = try integer()
        guard count >= 0 else { throw defect("has \(count) trees before this") }
        // Before 1.6 this place held the number of roots.
        if !file.version.lexicographicallyPrecedes([1, 6]) { file.parameters["num_parallel_tree"] = String(parallel) }
        at = start
        try advance(Size.trees)
        for _ in 0..<count { file.trees.append(try tree()) }
        guard count > 0 else { return }
        try need(Int(count) * 4)
        for _ in 0..<count { file.treeOutputs.append(try integer()) }
        if file.booster == "dart" { file.treeWeights = try floats() }
    }

    private mutating func tree() throws(ModelDefect) -> XGBoostTree {
        let start = at
        try need(Size.tree)
        at += 4
        let count = try integer()
        at += 12
        let leafSize = try integer()
        at = start + Size.tree
        guard count > 0, leafSize <= 1 else {
            throw defect("has a tree of \(count) nodes and \(leafSize) outputs before this")
        }
        try need(Int(count) * (Size.node + Size.statistics))
        var tree = XGBoostTree(nodes: Int(count))
        for _ in 0..<count {
            at += 4  // the parent
            let (left, right) = (try integer(), try integer())
            let split = UInt32(bitPattern: try integer())
            // The highest bit of the column says where missing numbers go.
            tree.append(
                left: left,
                right: right,
                column: Int32(split & 0x7FFF_FFFF),
                missingGoesLeft: split >> 31 == 1,
                condition: try float()
            )
        }
        at += Int(count) * Size.statistics
        return tree
    }

    private mutating func readAttributes(_ file: inout XGBoostFile) throws(ModelDefect) {
        for _ in 0..<(try count(itemBytes: 16)) {
            let key = try text()
            file.attributes[key] = try text()
        }
    }
}

// Taking bytes; every read is checked against the end.
extension XGBoostBinary {
    private func defect(_ what: String) -> ModelDefect { ModelDefect(at: .byte(at), what: what) }

    private func need(_ count: Int) throws(ModelDefect) {
        guard count <= bytes.count - at else {
            throw ModelDefect(
                at: .byte(at),
                what: "file ends too early",
                why: "\(count) bytes are wanted, \(bytes.count - at) are left"
            )
        }
    }

    private mutating func advance(_ count: Int) throws(ModelDefect) {
        try need(count)
        at += count
    }

    private mutating func integer() throws(ModelDefect) -> Int32 {
        try advance(4)
        // Safe: the four bytes before `at` are there.
        return Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: at - 4, as: Int32.self))
    }

    private mutating func float() throws(ModelDefect) -> Float {
        Float(bitPattern: UInt32(bitPattern: try integer()))
    }

    /// A count of items that take so many bytes each at least.
    private mutating func count(itemBytes: Int) throws(ModelDefect) -> Int {
        try advance(8)
        let count = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at - 8, as: UInt64.self))
        guard count <= UInt64((bytes.count - at) / itemBytes) else {
            throw ModelDefect(
                at: .byte(at - 8),
                what: "file ends too early",
                why: "\(count) items are announced, \(bytes.count - at) bytes are left"
            )
        }
        return Int(count)
    }

    private mutating func text() throws(ModelDefect) -> String {
        let count = try count(itemBytes: 1)
        at += count
        return String(decoding: bytes[at - count..<at], as: UTF8.self)
    }

    private mutating func name(_ what: String) throws(ModelDefect) -> String {
        let start = at
        let name = try text()
        guard name.utf8.count <= XGBoostBinary.nameBytesMax, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ModelDefect(at: .byte(start), what: "the name of \(what) is expected")
        }
        return name
    }

    private mutating func floats() throws(ModelDefect) -> [Float] {
        let count = try count(itemBytes: 4)
        var floats: [Float] = []
        floats.reserveCapacity(count)
        for _ in 0..<count { floats.append(try float()) }
        return floats
    }
}
