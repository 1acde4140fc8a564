import Base

/// What a model of CatBoost says, in whichever of its formats it is spelt.
struct CatBoostFile {
    var features = CatBoostFeatures()
    var trees = CatBoostTrees()
    /// Tables of statistics about categories.
    var tables: [CatBoostTable] = []
    /// What sums are multiplied by before biases are added.
    var scale = 1.0
    /// What is added to each of a row's sums; empty where nothing is.
    var biases: [Double] = []
    /// What the model is accompanied by: `params`, `class_params` and the like, as text or as JSON.
    var info: [String: JSON] = [:]
}

/// The features that a model was trained with. Splits are numbered through them: first the borders of all numeric
/// features, then the values of those that are compared, then the borders of statistics.
struct CatBoostFeatures {
    struct Numeric {
        /// Number among the numeric features.
        var index: Int32 = -1
        /// Column of a row.
        var column: Int32 = -1
        var name = ""
        /// Rising; each is a split between the numbers up to it and those above.
        var borders: [Float] = []
        /// Whether a missing number lies above all borders; else below them.
        var missingIsGreatest = false
    }

    struct Categorical {
        /// Number among the categorical features.
        var index: Int32 = -1
        /// Column of a row.
        var column: Int32 = -1
        var name = ""
    }

    /// A categorical feature that is compared with some of its categories ("one-hot").
    struct OneHot {
        /// Number among the categorical features.
        var feature: Int32 = -1
        /// Hashes of the categories.
        var values: [Int32] = []
    }

    /// A statistic of categories that is used like a numeric feature ("CTR").
    struct Statistic {
        var key = CatBoostTable.Key.name("")
        /// Which of the target's borders it tells of.
        var targetBorder: Int32 = 0
        var priorNumerator: Float = 0
        var priorDenominator: Float = 1
        var shift: Float = 0
        var scale: Float = 1
        var borders: [Float] = []
        var combination = Combination()
        var kind = CatBoostTable.Kind.borders
    }

    /// Features that are one category together.
    struct Combination: Hashable {
        /// Numbers among the categorical features.
        var categories: [Int32] = []
        /// Whether numeric features lie above one of their borders.
        var borders: [BorderSplit] = []
        /// Whether categorical features have a value.
        var values: [ValueSplit] = []
    }

    struct BorderSplit: Hashable {
        /// Number among the numeric features.
        let feature: Int32
        let border: Float
    }

    struct ValueSplit: Hashable {
        /// Number among the categorical features.
        let feature: Int32
        let value: Int32
    }

    var numeric: [Numeric] = []
    var categorical: [Categorical] = []
    var oneHot: [OneHot] = []
    var statistics: [Statistic] = []
    /// Names of kinds of features that are not read ("text", "embedding"), where trees use such.
    var foreign: [String] = []
}

/// What was counted of the target for each category.
struct CatBoostTable {
    /// What a table is of: files name it by its parts or by a text.
    enum Key: Hashable {
        case parts(Kind, CatBoostFeatures.Combination, classifier: Int32)
        case name(String)
    }

    /// What is counted; the order is that of the format's numbers.
    enum Kind: UInt8, CaseIterable {
        case borders, buckets, binarizedMean, floatMean, counter, frequency

        init?(name: String) {
            switch name {
            case "Borders": self = .borders
            case "Buckets": self = .buckets
            case "BinarizedTargetMeanValue": self = .binarizedMean
            case "FloatTargetMeanValue": self = .floatMean
            case "Counter": self = .counter
            case "FeatureFreq": self = .frequency
            default: return nil
            }
        }
    }

    var key: Key
    /// Hashes of categories, and for each of them where its counts are.
    var hashes: [UInt64] = []
    var places: [UInt32] = []
    /// Numbers of each place.
    var width = 0
    /// The numbers, place after place: rows of each of the target's classes, or the target's sum and the rows, or the
    /// rows alone.
    var numbers: [Double] = []
    /// Rows of the most frequent category.
    var denominator: Int32 = 0

    /// Stands for no category.
    static let noHash = UInt64.max
}

/// Trees as the file has them.
struct CatBoostTrees {
    /// A node of a tree that is not symmetric.
    struct Node {
        /// Number of the split.
        var split: Int32 = 0
        /// Where a row goes that the split does not hold for; negative where it ends here.
        var left: Int32 = -1
        /// Where a row goes that the split holds for; negative where it ends here.
        var right: Int32 = -1
        /// Where in `leaves` the answer of rows is that end here.
        var leaf: UInt32 = 0
    }

    /// Numbers that a leaf has.
    var dimensions = 1
    /// Splits of symmetric trees, the lowest bit of the leaf's index first.
    var splits: [Int32] = []
    /// For each symmetric tree how many splits it has.
    var depths: [Int32] = []
    /// Nodes of trees that are not symmetric.
    var nodes: [Node] = []
    /// Where in `nodes` the root of each of them is.
    var roots: [Int32] = []
    /// Numbers of all leaves, in the order of the trees.
    var leaves: [Double] = []

    /// How many trees there are.
    var count: Int { depths.count + roots.count }
}
