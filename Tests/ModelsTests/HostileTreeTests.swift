import Base
import Boosters
import Models
import Prediction
import Testing
import Trees

/// Files of tree models that are cut, damaged or made to harm: an error each, no trap, no endless walk.
@Suite struct HostileTreeTests {
    static let files = [
        ("xgboost-3.2", "categories.json"), ("xgboost-3.2", "categories.ubj"), ("xgboost-3.2", "dart.ubj"),
        ("xgboost-1.7", "linear-classes.json"), ("sklearn-1.9", "hist-categories.pkl"),
        ("sklearn-0.24", "boosting.pkl"),
        ("sklearn-1.9", "forest.pkl"), ("sklearn-1.2", "isolation.pkl"), ("lightgbm-4.7", "categories-many.txt"),
        ("lightgbm-3.3", "linear.txt"),
    ]

    static func file(_ library: String, _ name: String) throws -> TreeTests.Expected {
        try #require(TreeTests.expected(library).first { $0.name == "\(library) \(name)" })
    }

    @Test(arguments: files)
    func cutFilesAreRefused(_ library: String, _ name: String) throws {
        let file = try Self.file(library, name)
        // What LightGBM writes behind its trees says nothing of them.
        let end = Array("end of trees".utf8)
        let whole = file.file.indices.first { file.file[$0...].starts(with: end) } ?? file.file.count
        let bytes = Array(file.file.prefix(whole))
        for part in 0..<50 {
            let cut = Array(bytes.prefix(bytes.count * part / 50))
            #expect(throws: ModelDefect.self, "\(part)/50") { try Model.load(cut, as: file.format) }
        }
        #expect(throws: ModelDefect.self) { try Model.load(Array(bytes.dropLast()), as: file.format) }
    }

    @Test(arguments: files)
    func damagedFilesNeverTrap(_ library: String, _ name: String) throws {
        let file = try Self.file(library, name)
        let bytes = file.file
        var generator = SeededGenerator(seed: 11)
        var refused = 0
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damaged[Int.random(in: damaged.indices, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
            do {
                let model = try Model.load(damaged, as: file.format)
                // What loads must also answer, or say why not.
                guard case .numbers(let columns) = model.predictor.input, columns < 1000 else { continue }
                _ = try? TreeTests.numbers(
                    model,
                    [[Double]](repeating: .init(repeating: 1.5, count: columns), count: 9)
                )
            } catch {
                refused += 1
            }
        }
        #expect(refused > 10)
    }

    struct Tree: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var left = [1, -1, -1]
        var right = [2, -1, -1]
        var columns = [0, 0, 0]
        var conditions = "0.5,1,2"
        var extra = ""
        let message: String

        /// A model of XGBoost with this tree.
        var json: String {
            """
            {"learner":{"gradient_booster":{"model":{"tree_info":[0],"trees":[{"left_children":\(left),
            "right_children":\(right),"split_indices":\(columns),"split_conditions":[\(conditions)],\(extra)
            "default_left":\([Int](repeating: 0, count: left.count))}]},"name":"gbtree"},
            "learner_model_param":{"num_feature":"2"},"objective":{"name":"reg:squarederror"}},"version":[3,2,0]}
            """
        }
    }

    static let chain = 5000

    @Test(arguments: [
        Tree(testDescription: "a cycle", left: [0, -1, -1], message: "trees[0].nodes[0]: has two parents"),
        Tree(testDescription: "a shared child", right: [1, -1, -1], message: "trees[0].nodes[1]: has two parents"),
        Tree(
            testDescription: "a child that is not there",
            right: [7, -1, -1],
            message: "trees[0].nodes[0]: has child 7, but there are 3 nodes"
        ),
        Tree(
            testDescription: "one child only",
            right: [-1, -1, -1],
            message: "trees[0].nodes[0]: has child -1, but there are 3 nodes"
        ),
        Tree(
            testDescription: "a column that is not there",
            columns: [2, 0, 0],
            message: "trees[0].nodes[0]: tests column 2, but there are 2"
        ),
        Tree(
            testDescription: "a threshold that is no number",
            conditions: "NaN,1,2",
            message: "trees[0].nodes[0]: has a threshold that is no number"
        ),
        Tree(testDescription: "arrays too short", conditions: "1", message: "trees[0]: has arrays of several lengths"),
        Tree(
            testDescription: "no nodes",
            left: [],
            right: [],
            columns: [],
            conditions: "",
            message: "trees[0]: has no nodes"
        ),
        Tree(
            testDescription: "categories that are not there",
            extra: #""split_type":[1,0,0],"#,
            message: "trees[0]: splits node 0 by categories, but has none for it"
        ),
        Tree(
            testDescription: "a category out of range",
            extra: #""categories":[16777216],"categories_nodes":[0],"categories_segments":[0],"categories_sizes":[1],"#,
            message: "trees[0]: has a category for node 0 that is out of range"
        ),
        Tree(
            testDescription: "a chain",
            left: (0...chain).flatMap { [$0 < chain ? 2 * $0 + 1 : -1, -1] },
            right: (0...chain).flatMap { [$0 < chain ? 2 * $0 + 2 : -1, -1] },
            columns: [Int](repeating: 0, count: 2 * chain + 2),
            conditions: [String](repeating: "0", count: 2 * chain + 2).joined(separator: ","),
            message: "trees[0].nodes[8194]: lies deeper than 4096 levels"
        ),
    ])
    func treesThatAreNoneAreRefused(_ tree: Tree) throws {
        let defect = #expect(throws: ModelDefect.self) { try Model.load(Array(tree.json.utf8), as: .xgboost) }
        #expect(defect?.description == tree.message)
    }

    @Test(arguments: [
        ("binf and more", "is neither JSON, UBJSON nor XGBoost's old binary at byte 4"),
        ("[1]", "is neither JSON, UBJSON nor XGBoost's old binary at byte 0"),
        ("{\"learner\":" + String(repeating: "[", count: 100_000), "'{' is expected at byte 11"),
        ("{\"x\":" + String(repeating: "[", count: 100_000), "values are nested too deep at byte 70"),
        ("{[$Z#l\0\u{7F}\u{7F}\u{7F}", "a text is expected at byte 1"),
        ("{i\u{1}x[$Z#l\0\u{7F}\u{7F}\u{7F}", "an array of nothing at byte 13"),
        ("{i\u{1}x[$d#l\0\u{7F}\u{7F}\u{7F}", "file ends too early at byte 13"),
        ("{\"learner\":{\"objective\":{\"name\":\"own\"}}}", "learner.objective.name: is own, which is not known"),
        ("{}", "learner.objective.name: is , which is not known"),
    ])
    func documentsThatAreNoneAreRefused(_ content: String, _ message: String) throws {
        let defect = #expect(throws: ModelDefect.self) { try Model.load(Array(content.utf8), as: .xgboost) }
        #expect(defect?.description.hasPrefix(message) == true, "\(String(describing: defect))")
    }

    struct Lines: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Lines that take the place of a good tree's lines of the same key.
        let changed: [String: String]
        let message: String

        static let good = [
            "num_leaves": "3", "split_feature": "0 1", "threshold": "0.5 1", "decision_type": "2 2",
            "left_child": "1 -1",
            "right_child": "-3 -2", "leaf_value": "1 2 3",
        ]

        var text: String {
            let lines = Lines.good.merging(changed) { $1 }.map { "\($0)=\($1)" }.joined(separator: "\n")
            return
                "tree\nmax_feature_idx=1\nobjective=\(changed["objective"] ?? "regression")\nTree=0\n\(lines)\nend of trees\n"
        }
    }

    @Test(arguments: [
        Lines(testDescription: "a cycle", changed: ["left_child": "0 -1"], message: "Tree=0.nodes[0]: has two parents"),
        Lines(
            testDescription: "a child that is not there",
            changed: ["left_child": "2 -1"],
            message: "Tree=0.nodes[0]: has child 2147483647, but there are 5 nodes"
        ),
        Lines(
            testDescription: "a leaf that is not there",
            changed: ["right_child": "-4 -2"],
            message: "Tree=0.nodes[0]: has child 2147483647, but there are 5 nodes"
        ),
        Lines(
            testDescription: "a column that is not there",
            changed: ["split_feature": "0 2"],
            message: "Tree=0.nodes[1]: tests column 2, but there are 2"
        ),
        Lines(
            testDescription: "a threshold that is no number",
            changed: ["threshold": "nan 1"],
            message: "Tree=0.nodes[0]: has a threshold that is no number"
        ),
        Lines(
            testDescription: "too few answers",
            changed: ["leaf_value": "1 2"],
            message: "Tree=0: has arrays that do not fit its 3 leaves"
        ),
        Lines(
            testDescription: "far too many leaves",
            changed: ["num_leaves": "2147483647"],
            message: "Tree=0: has arrays that do not fit its 2147483647 leaves"
        ),
        Lines(
            testDescription: "categories that are not there",
            changed: ["decision_type": "1 2", "cat_boundaries": "0 5", "cat_threshold": "1"],
            message: "Tree=0: has no set of categories 0.5"
        ),
        Lines(
            testDescription: "linear leaves that do not fit",
            changed: [
                "is_linear": "1", "leaf_const": "1 2 3", "num_features": "1 0 0", "leaf_features": "9",
                "leaf_coeff": "1",
            ],
            message: "Tree=0: has linear leaves that do not fit"
        ),
        Lines(
            testDescription: "an unknown objective",
            changed: ["objective": "own"],
            message: "objective: is own, which is not known"
        ),
        Lines(
            testDescription: "a word for a number",
            changed: ["leaf_value": "1 two 3"],
            message: "two is no number at byte"
        ),
    ])
    func textsThatAreNoneAreRefused(_ lines: Lines) throws {
        #expect(throws: Never.self) {
            try Model.load(Array(Lines(testDescription: "", changed: [:], message: "").text.utf8), as: .lightgbm)
        }
        let defect = #expect(throws: ModelDefect.self) { try Model.load(Array(lines.text.utf8), as: .lightgbm) }
        #expect(defect?.description.hasPrefix(lines.message) == true, "\(String(describing: defect))")
    }

    @Test(arguments: [
        ([1e39, 0, 0, 0, 0], "Input data contains `inf` or a value too large, while `missing` is not set to `inf`"),
        ([1], "Feature shape mismatch, expected: 5, got 1"),
    ])
    func rowsThatXGBoostRefusesAreRefused(_ row: [Double], _ message: String) throws {
        let model = try Model.load(Self.file("xgboost-3.2", "binary-logistic.json").file, as: .xgboost)
        #expect(throws: InputDefect(message)) { try TreeTests.numbers(model, [row]) }
    }

    @Test func rowsThatForestsRefuseAreRefused() throws {
        let forest = try Model.load(Self.file("sklearn-1.2", "forest.pkl").file, as: .pickle)
        let missing = #expect(throws: InputDefect.self) {
            try TreeTests.numbers(forest, [[.nan, 0, 0, 0, 0]])
        }
        #expect(missing?.what.hasPrefix("Input X contains NaN.\nRandomForestClassifier does not accept") == true)
        let large = InputDefect("Input X contains infinity or a value too large for dtype('float32').")
        #expect(throws: large) { try TreeTests.numbers(forest, [[1e39, 0, 0, 0, 0]]) }
        let few = InputDefect("X has 2 features, but RandomForestClassifier is expecting 5 features as input.")
        #expect(throws: few) { try TreeTests.numbers(forest, [[1, 2]]) }
    }
}
