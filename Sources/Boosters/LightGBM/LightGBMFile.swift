import Base
import Prediction
import Trees

/// What a model of LightGBM says in its text, before it is turned into trees.
struct LightGBMFile {
    var version = ""
    var objective: [String] = []
    var treesPerIteration: Int32 = 1
    var featureMax: Int32 = -1
    var featureNames: [String] = []
    /// Whether sums are divided by the number of iterations, as random forests do.
    var isAverage = false
    var trees: [LightGBMTree] = []
    /// The columns of categories, in order.
    private var categoricalColumns: [Int] = []
    /// pandas' categories of the columns that had such in training, in order, as JSON.
    private var frameCategories: JSON = .null

    init(_ text: inout LightGBMText) throws(ModelDefect) {
        var hasEnd = false
        while !hasEnd, let line = text.next() {
            switch true {
            case text.has(line.key, "end of trees"): hasEnd = true
            case text.has(line.key, "average_output"): isAverage = true
            case text.has(line.key, "version"): version = text.text(line.values)
            case text.has(line.key, "objective"): objective = text.words(line)
            case text.has(line.key, "num_tree_per_iteration"): treesPerIteration = try text.integers(line).first ?? 1
            case text.has(line.key, "max_feature_idx"): featureMax = try text.integers(line).first ?? -1
            case text.has(line.key, "feature_names"): featureNames = text.words(line)
            case text.has(line.key, "Tree"):
                try checkLast()
                trees.append(LightGBMTree())
            case trees.isEmpty: break
            default: try trees[trees.count - 1].take(line, of: text)
            }
        }
        try checkLast()
        guard hasEnd else {
            throw ModelDefect(at: .byte(text.bytes.count), what: "text ends before its line 'end of trees'")
        }
        try readRest(&text)
    }

    /// Parameters like `[categorical_feature: 3,4]`, and a last line that the Python package adds.
    private mutating func readRest(_ text: inout LightGBMText) throws(ModelDefect) {
        while let line = text.next() {
            // Names of columns may hold any character, so such a line is taken as it is.
            let whole = text.text(line.start..<max(line.key.upperBound, line.values.upperBound))
            if let columns = whole.after("[categorical_feature: ", until: "]") {
                categoricalColumns = columns.split(separator: ",").compactMap { Int($0) }
            } else if let categories = whole.after("pandas_categorical:", until: "") {
                guard let json = try? JSON.parse(categories) else {
                    throw ModelDefect(at: .byte(line.start), what: "pandas_categorical is no JSON")
                }
                frameCategories = json
            }
        }
    }

    /// Trees take memory, and must be worth it.
    private func checkLast() throws(ModelDefect) {
        guard let tree = trees.last, tree.isEmpty else { return }
        throw ModelDefect(at: .member("Tree=\(trees.count - 1)"), what: "has no leaves")
    }
}

extension LightGBMFile {
    static func read(_ bytes: [UInt8]) throws(ModelDefect) -> LightGBMFile {
        guard bytes.starts(with: "tree".utf8) else {
            throw ModelDefect(at: .byte(0), what: "is no text of LightGBM, which begins with the word tree")
        }
        let result = bytes.withUnsafeBytes { buffer -> Result<LightGBMFile, ModelDefect> in
            do throws(ModelDefect) {
                var text = LightGBMText(buffer)
                return .success(try LightGBMFile(&text))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// What pandas' categories are as numbers: for each column that holds them, its categories' places in the list.
    ///
    /// Where ordered categories stand beside others, the lists are more than the columns, and nobody can tell which is
    /// whose: then columns are numbers.
    func categories() throws(ModelDefect) -> [Int: FrameColumns.Categories] {
        guard let lists = frameCategories.array, lists.count == categoricalColumns.count else { return [:] }
        var categories: [Int: FrameColumns.Categories] = [:]
        for (column, list) in zip(categoricalColumns, lists) {
            guard let names = list.array else {
                throw ModelDefect(at: .member("pandas_categorical"), what: "holds what is no list")
            }
            var texts: [String: Double] = [:]
            var numbers: [Double: Double] = [:]
            for (index, name) in names.enumerated() {
                if let text = name.string { texts[text] = Double(index) }
                if let number = name.double ?? name.bool.map({ $0 ? 1 : 0 }) { numbers[number] = Double(index) }
            }
            categories[column] = FrameColumns.Categories(texts: texts, numbers: numbers)
        }
        return categories
    }
}

extension String {
    /// What stands between a beginning and an end; nil where the text has not both.
    fileprivate func after(_ start: String, until end: String) -> String? {
        hasPrefix(start) && hasSuffix(end) ? String(dropFirst(start.count).dropLast(end.count)) : nil
    }
}
