import Base
import Models
import Testing

/// Files of tree models that are cut, damaged or made to harm: an error each, no trap, no endless walk.
@Suite struct HostileTreeTests {
    struct File: CustomTestStringConvertible, Sendable {
        let name: String
        let format: ModelFormat
        var testDescription: String { name }
    }

    static let files = [
        File(name: "xgboost-3.2-categories.json", format: .xgboost),
        File(name: "xgboost-3.2-categories.ubj", format: .xgboost),
        File(name: "xgboost-3.2-dart.ubj", format: .xgboost),
        File(name: "xgboost-1.7-linear-classes.json", format: .xgboost),
    ]

    @Test(arguments: files)
    func cutFilesAreRefused(_ file: File) throws {
        let bytes = try fixtureBytes("trees/\(file.name)")
        for part in 0..<50 {
            let cut = Array(bytes.prefix(bytes.count * part / 50))
            #expect(throws: ModelDefect.self, "\(part)/50") { try Model.load(cut, as: file.format) }
        }
        #expect(throws: ModelDefect.self) { try Model.load(Array(bytes.dropLast()), as: file.format) }
    }

    @Test(arguments: files)
    func damagedFilesNeverTrap(_ file: File) throws {
        let bytes = try fixtureBytes("trees/\(file.name)")
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
        ("binf and more", "is XGBoost's old binary format at byte 0"),
        ("[1]", "is neither JSON nor UBJSON at byte 0"),
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
}
