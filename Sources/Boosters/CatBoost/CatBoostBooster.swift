package import Prediction

/// What a file of CatBoost says, ready to become a model that answers as one of CatBoost's estimators.
package struct CatBoostBooster {
    /// Whose `predict` a model answers as.
    package enum Estimator: Sendable {
        /// `CatBoostClassifier` or `CatBoostRegressor`: whichever the model was trained for.
        case ofItsLoss
        /// `CatBoost` and `CatBoostRanker`, which answer with the sums.
        case plain
    }

    private let file: CatBoostFile

    /// Reads a file, binary or JSON.
    package init(_ bytes: [UInt8]) throws(ModelDefect) { file = try CatBoostBooster.read(bytes) }

    /// The model with what is known of it.
    package func content(wantsProbabilities: Bool) throws(ModelDefect) -> ModelContent {
        let model = try model(wantsProbabilities: wantsProbabilities)
        return ModelContent(
            predictor: model,
            featureNames: model.columns.names,
            // The model finds its columns itself.
            checksNames: false,
            description: try description()
        )
    }

    /// The names of the classes; nil where the model does not choose among classes.
    package func labels() throws(ModelDefect) -> Labels? {
        let readout = try CatBoostReadout(file, .ofItsLoss, wantsProbabilities: false)
        guard case .labels(let labels) = readout.output(file.trees.dimensions) else { return nil }
        return labels
    }

    /// The hash by which CatBoost tells categories apart.
    package static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 { CityHash.hash(text) }

    private static func read(_ bytes: [UInt8]) throws(ModelDefect) -> CatBoostFile {
        let isBinary = bytes.starts(with: CatBoostFile.magic)
        guard isBinary || bytes.first == UInt8(ascii: "{") else {
            throw ModelDefect(
                at: .byte(0),
                what: "is neither a .cbm file nor JSON of CatBoost",
                why: "they begin with CBM1 or an object"
            )
        }
        let result = bytes.withUnsafeBytes { buffer -> Result<CatBoostFile, ModelDefect> in
            do throws(ModelDefect) {
                if isBinary { return .success(try CatBoostFile(binary: buffer)) }
                var reader = JSONDocument(buffer)
                return .success(try CatBoostFile(&reader, buffer))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

// The model.
extension CatBoostBooster {
    /// The model, which answers with probabilities where that is wanted and it has them.
    package func model(
        as estimator: Estimator = .ofItsLoss,
        wantsProbabilities: Bool = false
    ) throws(ModelDefect) -> CatBoostModel {
        guard file.features.foreign.isEmpty else {
            let kinds = file.features.foreign.joined(separator: " and ")
            throw ModelDefect(
                at: .member("features_info"),
                what: "the model uses \(kinds) features, which cannot be served natively"
            )
        }
        let sums = file.trees.dimensions
        guard (1...ModelLimits.answerNumbersMax).contains(sums), file.trees.count > 0 else {
            throw ModelDefect(at: .member("trees"), what: "are \(file.trees.count), with leaves of \(sums) numbers")
        }
        guard file.biases.isEmpty || file.biases.count == sums, file.scale.isFinite else {
            throw ModelDefect(at: .member("scale_and_bias"), what: "has \(file.biases.count) biases for \(sums) sums")
        }
        let compiler = try CatBoostCompiler(file)
        return CatBoostModel(
            bins: compiler.bins,
            trees: try CatBoostBooster.trees(file.trees, compiler.tests),
            sums: sums,
            scale: file.scale,
            biases: file.biases,
            readout: try CatBoostReadout(file, estimator, wantsProbabilities: wantsProbabilities),
            columns: RowColumns(
                needed: (compiler.used.max() ?? -1) + 1,
                used: compiler.used,
                names: file.hasNames ? file.columnNames : []
            ),
            input: file.input(compiler.bins.categories)
        )
    }

    private static func trees(_ trees: CatBoostTrees, _ tests: [BinTest]) throws(ModelDefect) -> CatBoostModel.Trees {
        guard trees.roots.isEmpty else { return .branched(try BranchedTrees(trees, tests: tests)) }
        var members: [SymmetricTrees.Member] = []
        var (split, leaf) = (0, 0)
        for (index, depth) in trees.depths.enumerated() {
            let place = ModelDefect.Place.member("oblivious_trees[\(index)]")
            guard depth <= CatBoostLimits.depthMax else {
                throw ModelDefect(at: place, what: "has \(depth) splits, \(CatBoostLimits.depthMax) are read")
            }
            members.append(.init(firstTest: Int32(split), depth: depth, firstLeaf: leaf))
            // Safe: both grow by less than 2^40 for each of fewer than 2^30 trees, and leaves are checked in between.
            split += Int(depth)
            leaf += trees.dimensions << Int(depth)
            guard leaf <= trees.leaves.count else {
                throw ModelDefect(at: place, what: "has fewer leaves than its splits say")
            }
        }
        for (index, split) in trees.splits.enumerated() where !tests.indices.contains(Int(split)) {
            throw ModelDefect(
                at: .member("oblivious_trees.splits[\(index)]"),
                what: "is \(split), there are \(tests.count)"
            )
        }
        return .symmetric(
            SymmetricTrees(
                dimensions: trees.dimensions,
                members: members,
                tests: trees.splits.map { tests[Int($0)] },
                leaves: trees.leaves
            )
        )
    }

    private func description() throws(ModelDefect) -> ModelDescription {
        let kind = file.trees.roots.isEmpty ? "symmetric" : "branched"
        var parameters = [EstimatorOutline.Parameter("trees", "\(file.trees.count) \(kind)")]
        let loss = try file.lossName()
        if !loss.isEmpty { parameters.insert(.init("loss_function", loss), at: 0) }
        if file.trees.dimensions > 1 { parameters.append(.init("outputs", "\(file.trees.dimensions)")) }
        if !file.features.categorical.isEmpty {
            parameters.append(.init("categorical_features", "\(file.features.categorical.count)"))
        }
        return ModelDescription(
            format: ModelFormat.catboost.name,
            library: "catboost",
            version: file.version,
            estimator: EstimatorOutline(type: "catboost.CatBoost", parameters: parameters)
        )
    }
}

extension CatBoostFile {
    /// Whether features were named; else their columns' numbers are their names.
    fileprivate var hasNames: Bool {
        features.numeric.contains { !$0.name.isEmpty && $0.name != "\($0.column)" }
            || features.categorical.contains { !$0.name.isEmpty && $0.name != "\($0.column)" }
    }

    /// How many columns there were in training: those of all features, used or not.
    private var columnCount: Int {
        let columns = features.numeric.map(\.column) + features.categorical.map(\.column)
        // Of those that are used it is checked that they are within the bound.
        return (columns.map(Int.init).filter { $0 < ModelLimits.stepColumnsMax }.max() ?? -1) + 1
    }

    /// What the columns are called; the number of the column where it has no name.
    fileprivate var columnNames: [String] {
        var names = (0..<columnCount).map(String.init)
        let named = features.numeric.map { ($0.column, $0.name) } + features.categorical.map { ($0.column, $0.name) }
        for (column, name) in named where !name.isEmpty && names.indices.contains(Int(column)) {
            names[Int(column)] = name
        }
        return names
    }

    /// What a row is, where some columns hold categories that are looked at.
    fileprivate func input(_ categories: [Int]) -> Input {
        if categories.isEmpty { return .numbers(columns: columnCount) }
        let categories = Set(categories)
        return .table(
            columns: columnNames.enumerated().map { column, name in
                InputColumn(name: name, type: categories.contains(column) ? .bytes : .float64)
            }
        )
    }
}
