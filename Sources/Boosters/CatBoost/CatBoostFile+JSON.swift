import Base
import Prediction

// CatBoost's JSON format, as catboost/libs/model/model_export/json_model_helpers.cpp writes it.
extension CatBoostFile {
    /// Reads a document, whose bytes are `bytes`.
    init(_ reader: inout JSONDocument, _ bytes: UnsafeRawBufferPointer) throws(ModelDefect) {
        // Symmetric trees tell by their leaves how many numbers these have.
        trees.dimensions = 0
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "features_info": try readFeatures(&reader)
            case "model_info": try readInfo(&reader, bytes)
            case "oblivious_trees":
                try reader.array { reader throws(ModelDefect) in try readSymmetric(&reader) }
            case "trees": try reader.array { reader throws(ModelDefect) in try readTree(&reader) }
            case "scale_and_bias": try readScale(&reader)
            case "ctr_data":
                try reader.object { (reader, name) throws(ModelDefect) in
                    tables.append(try CatBoostTable(&reader, name: name))
                }
            default: try reader.skip()
            }
        }
    }

    /// `[scale, [bias of each output]]`; one bias alone before 0.25.
    private mutating func readScale(_ reader: inout JSONDocument) throws(ModelDefect) {
        var isFirst = true
        try reader.array { reader throws(ModelDefect) in
            if isFirst {
                scale = try reader.double()
            } else {
                biases = try reader.isAtArray() ? try reader.doubles() : [try reader.double()]
            }
            isFirst = false
        }
    }

    private mutating func readInfo(
        _ reader: inout JSONDocument,
        _ bytes: UnsafeRawBufferPointer
    ) throws(ModelDefect) {
        try reader.object { (reader, name) throws(ModelDefect) in
            let start = reader.at
            try reader.skip()
            guard CatBoostFile.isOfInterest(name) else { return }
            let range = start..<reader.at
            info[name] = try CatBoostFile.parse(UnsafeRawBufferPointer(rebasing: bytes[range]), name)
        }
    }

    private mutating func readFeatures(_ reader: inout JSONDocument) throws(ModelDefect) {
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "float_features": try reader.array { reader throws(ModelDefect) in try readNumeric(&reader) }
            case "categorical_features":
                try reader.array { reader throws(ModelDefect) in try readCategorical(&reader) }
            case "ctrs":
                try reader.array { reader throws(ModelDefect) in
                    features.statistics.append(try CatBoostFeatures.Statistic(&reader))
                }
            default: try reader.skip()
            }
        }
    }

    private mutating func readNumeric(_ reader: inout JSONDocument) throws(ModelDefect) {
        var feature = CatBoostFeatures.Numeric()
        var hasMissing = false
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "feature_index": feature.index = try reader.integer()
            case "flat_feature_index": feature.column = try reader.integer()
            // Both are the name; before 1.2 there is only the second.
            case "feature_id", "feature_name": feature.name = try reader.text()
            case "borders": feature.borders = try reader.isAtArray() ? try reader.numbers() : try reader.nothing()
            case "has_nans": hasMissing = try reader.double() != 0
            case "nan_value_treatment": feature.missingIsGreatest = try reader.text() == "AsTrue"
            default: try reader.skip()
            }
        }
        if !hasMissing { feature.missingIsGreatest = false }
        features.numeric.append(feature)
    }

    private mutating func readCategorical(_ reader: inout JSONDocument) throws(ModelDefect) {
        var feature = CatBoostFeatures.Categorical()
        var values: [Int32] = []
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "feature_index": feature.index = try reader.integer()
            case "flat_feature_index": feature.column = try reader.integer()
            // Both are the name; before 1.2 there is only the second.
            case "feature_id", "feature_name": feature.name = try reader.text()
            case "values": values = try reader.integers()
            default: try reader.skip()
            }
        }
        features.categorical.append(feature)
        if !values.isEmpty { features.oneHot.append(.init(feature: feature.index, values: values)) }
    }
}

// Trees.
extension CatBoostFile {
    private mutating func readSymmetric(_ reader: inout JSONDocument) throws(ModelDefect) {
        let (firstLeaf, firstSplit) = (trees.leaves.count, trees.splits.count)
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "leaf_values": trees.leaves += try reader.doubles()
            case "splits":
                // A tree without splits has null here.
                if try !reader.isAtArray() { return try reader.skip() }
                try reader.array { reader throws(ModelDefect) in trees.splits.append(try reader.splitIndex()) }
            default: try reader.skip()
            }
        }
        let (depth, count) = (trees.splits.count - firstSplit, trees.leaves.count - firstLeaf)
        guard depth <= CatBoostLimits.depthMax, count > 0, count.isMultiple(of: 1 << depth),
            trees.dimensions == 0 || trees.dimensions == count >> depth
        else {
            throw ModelDefect(
                at: .member("oblivious_trees[\(trees.depths.count)]"),
                what: "has \(count) leaf values for \(depth) splits"
            )
        }
        trees.dimensions = count >> depth
        trees.depths.append(Int32(depth))
    }

    private mutating func readTree(_ reader: inout JSONDocument) throws(ModelDefect) {
        // Safe: a node takes more than one byte of a file.
        trees.roots.append(Int32(trees.nodes.count))
        _ = try readNode(&reader)
    }

    /// Reads a node and what is below it; its index. Documents bound how deep that is.
    private mutating func readNode(_ reader: inout JSONDocument) throws(ModelDefect) -> Int32 {
        let index = trees.nodes.count
        var node = CatBoostTrees.Node()
        trees.nodes.append(node)
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "left": node.left = try readNode(&reader)
            case "right": node.right = try readNode(&reader)
            case "split": node.split = try reader.splitIndex()
            case "value": node.leaf = try readLeaf(&reader)
            default: try reader.skip()
            }
        }
        trees.nodes[index] = node
        return Int32(index)
    }

    /// Reads the number or numbers of a leaf; where they stand.
    private mutating func readLeaf(_ reader: inout JSONDocument) throws(ModelDefect) -> UInt32 {
        let first = trees.leaves.count
        if try reader.isAtArray() {
            trees.leaves += try reader.doubles()
        } else {
            trees.leaves.append(try reader.double())
        }
        let count = trees.leaves.count - first
        guard count > 0, trees.dimensions == 0 || trees.dimensions == count else {
            throw ModelDefect(at: .member("trees[\(trees.roots.count - 1)]"), what: "has a leaf of \(count) numbers")
        }
        trees.dimensions = count
        return UInt32(first)
    }
}

// Statistics of categories.
extension CatBoostFeatures.Statistic {
    fileprivate init(_ reader: inout JSONDocument) throws(ModelDefect) {
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "identifier": key = .name(try reader.text())
            case "ctr_type":
                let word = try reader.text()
                guard let known = CatBoostTable.Kind(name: word) else {
                    throw reader.defect("statistics of kind '\(word.prefix(32))' are not known")
                }
                kind = known
            case "elements":
                try reader.array { reader throws(ModelDefect) in try combination.readElement(&reader) }
            // As the format spells it.
            case "prior_denomerator": priorDenominator = Float(try reader.double())
            case "prior_numerator": priorNumerator = Float(try reader.double())
            case "scale": scale = Float(try reader.double())
            case "shift": shift = Float(try reader.double())
            case "target_border_idx": targetBorder = try reader.integer()
            case "borders": borders = try reader.numbers()
            default: try reader.skip()
            }
        }
    }
}

extension CatBoostFeatures.Combination {
    fileprivate mutating func readElement(_ reader: inout JSONDocument) throws(ModelDefect) {
        var kind = ""
        var (categorical, numeric, value): (Int32, Int32, Int32) = (-1, -1, 0)
        var border: Float = 0
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "combination_element": kind = try reader.text()
            case "cat_feature_index": categorical = try reader.integer()
            case "float_feature_index": numeric = try reader.integer()
            case "border": border = Float(try reader.double())
            case "value": value = try reader.integer()
            default: try reader.skip()
            }
        }
        switch kind {
        case "cat_feature_value": categories.append(categorical)
        case "float_feature": borders.append(.init(feature: numeric, border: border))
        case "cat_feature_exact_value": values.append(.init(feature: categorical, value: value))
        default: throw reader.defect("'\(kind.prefix(32))' is no part of a combination that is known")
        }
    }
}

extension CatBoostTable {
    fileprivate init(_ reader: inout JSONDocument, name: String) throws(ModelDefect) {
        key = .name(name)
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "hash_map": try readCategories(&reader)
            // The hash and the numbers.
            case "hash_stride": width = Int(try reader.integer()) - 1
            case "counter_denominator": denominator = try reader.integer()
            default: try reader.skip()
            }
        }
        guard width > 0, numbers.count == width * (places.last.map { Int($0) + 1 } ?? 0) else {
            throw reader.defect("a table of statistics has \(numbers.count) numbers for \(hashes.count) categories")
        }
    }

    /// A list of texts, the hashes, with the numbers of each category behind it.
    private mutating func readCategories(_ reader: inout JSONDocument) throws(ModelDefect) {
        var place: UInt32 = 0
        try reader.array { reader throws(ModelDefect) in
            guard try reader.next() == UInt8(ascii: "\"") else { return numbers.append(try reader.double()) }
            guard let hash = UInt64(try reader.text()) else { throw reader.defect("a hash is expected before this") }
            // What stands for no category has numbers nevertheless.
            hashes.append(hash)
            places.append(place)
            place += 1
        }
    }
}

// What the format needs beside what documents have.
extension JSONDocument {
    fileprivate mutating func isAtArray() throws(ModelDefect) -> Bool { try next() == UInt8(ascii: "[") }

    /// No elements, where an empty list is null.
    fileprivate mutating func nothing() throws(ModelDefect) -> [Float] {
        try skip()
        return []
    }

    fileprivate mutating func double() throws(ModelDefect) -> Double { try number().value }

    fileprivate mutating func integer() throws(ModelDefect) -> Int32 {
        guard let integer = try number().integer, let small = Int32(exactly: integer) else {
            throw defect("an integer of 32 bits is expected before this")
        }
        return small
    }

    fileprivate mutating func doubles() throws(ModelDefect) -> [Double] {
        var doubles: [Double] = []
        try array { reader throws(ModelDefect) in doubles.append(try reader.double()) }
        return doubles
    }

    /// The number of a split, which a description of it holds.
    fileprivate mutating func splitIndex() throws(ModelDefect) -> Int32 {
        var index: Int32 = -1
        try object { (reader, name) throws(ModelDefect) in
            if name == "split_index" { index = try reader.integer() } else { try reader.skip() }
        }
        return index
    }
}
