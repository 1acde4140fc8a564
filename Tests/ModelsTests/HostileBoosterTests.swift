import Base
import Boosters
import Foundation
import Models
import Prediction
import Testing

/// Boosters in binary form, inside pickles and with vectors for leaves, that are cut, damaged or made to harm.
@Suite struct HostileBoosterTests {
    static let files = [
        ("xgboost-0.90", "xgb-binary-logistic-old"), ("xgboost-1.7", "xgb-dart-classes-old"),
        ("xgboost-1.0", "xgb-pickle-logistic"),
        ("xgboost-2.1", "xgb-targets-vectors"), ("xgboost-3.4", "xgb-targets-vectors-ubj"),
        ("xgboost-3.4", "xgb-classifier-three-stopped"), ("lightgbm-4.7", "lgb-classifier-labelled"),
        ("lightgbm-3.3", "lgb-joblib-linear"),
    ]

    @Test(arguments: files)
    func cutFilesAreRefused(_ version: String, _ name: String) throws {
        let file = try BoosterTests.recorded(version, name)
        for part in 0..<50 {
            let cut = Array(file.bytes.prefix(file.bytes.count * part / 50))
            #expect(throws: ModelDefect.self, "\(part)/50") { try Model.load(cut, as: file.format) }
        }
    }

    @Test(arguments: files)
    func damagedFilesNeverTrap(_ version: String, _ name: String) throws {
        let file = try BoosterTests.recorded(version, name)
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<300 {
            var damaged = file.bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damaged[Int.random(in: damaged.indices, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
            // Refusing is the other good end; what loads must also answer, or say why not.
            guard let model = try? Model.load(damaged, as: file.format, options: .init(wantsProbabilities: true)),
                case .numbers(let columns) = model.predictor.input, columns < 1000
            else { continue }
            _ = try? TreeTests.numbers(model, [[Double]](repeating: .init(repeating: 1.5, count: columns), count: 9))
        }
    }

    /// An old binary file of one tree, piece by piece.
    struct Binary: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var columns: UInt32 = 2
        var objective = "binary:logistic"
        var booster = "gbtree"
        var trees: Int32 = 1
        var nodes: [(left: Int32, right: Int32, split: UInt32, value: Float)] = [
            (1, 2, 1 << 31, 0.5), (-1, -1, 0, 1), (-1, -1, 0, 2),
        ]
        var nodesSaid: Int32 = 3
        var output: Int32 = 0
        let message: String

        var bytes: [UInt8] {
            var bytes = words(Float(0.5).bitPattern, columns, 0, 0, 0, 1, 7, 1) + [UInt8](repeating: 0, count: 104)
            bytes += text(objective) + text(booster)
            bytes += words(UInt32(bitPattern: trees), 1) + [UInt8](repeating: 0, count: 152)
            bytes += words(1, UInt32(bitPattern: nodesSaid), 0, 0, columns, 0) + [UInt8](repeating: 0, count: 124)
            for node in nodes {
                bytes += words(0, UInt32(bitPattern: node.left), UInt32(bitPattern: node.right), node.split)
                bytes += words(node.value.bitPattern)
            }
            bytes += [UInt8](repeating: 0, count: 16 * nodes.count)
            return bytes + words(UInt32(bitPattern: output))
        }

        private func words(_ words: UInt32...) -> [UInt8] {
            words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        }

        private func text(_ text: String) -> [UInt8] { words(UInt32(text.utf8.count), 0) + Array(text.utf8) }
    }

    @Test func aSmallBinaryFileIsRead() throws {
        let model = try Model.load(Binary(testDescription: "", message: "").bytes, as: .xgboost)
        let answers = try TreeTests.numbers(model, [[0, 0], [0.5, 0], [.nan, 0]])
        for (answer, sum) in zip(answers, [1.0, 2, 1]) { #expect(abs(answer - 1 / (1 + exp(-sum))) < 1e-6) }
    }

    @Test(arguments: [
        Binary(
            testDescription: "a child that is not there",
            nodes: [(1, 9, 0, 0.5), (-1, -1, 0, 1), (-1, -1, 0, 2)],
            message: "trees[0].nodes[0]: has child 9, but there are 3 nodes"
        ),
        Binary(
            testDescription: "a cycle",
            nodes: [(1, 0, 0, 0.5), (-1, -1, 0, 1), (-1, -1, 0, 2)],
            message: "trees[0].nodes[0]: has two parents"
        ),
        Binary(
            testDescription: "a column that is not there",
            nodes: [(1, 2, 7, 0.5), (-1, -1, 0, 1), (-1, -1, 0, 2)],
            message: "trees[0].nodes[0]: tests column 7, but there are 2"
        ),
        Binary(
            testDescription: "a threshold that is no number",
            nodes: [(1, 2, 0, .nan), (-1, -1, 0, 1), (-1, -1, 0, 2)],
            message: "trees[0].nodes[0]: has a threshold that is no number"
        ),
        Binary(testDescription: "far too many nodes", nodesSaid: .max, message: "file ends too early at byte 481"),
        Binary(testDescription: "no nodes", nodesSaid: 0, message: "has a tree of 0 nodes and 0 outputs before this"),
        Binary(testDescription: "far too many trees", trees: .max, message: "file ends too early at byte"),
        Binary(testDescription: "fewer trees than none", trees: -1, message: "has -1 trees before this"),
        Binary(testDescription: "another output", output: 3, message: "trees[0]: is of class 3, there are 1"),
        Binary(
            testDescription: "an unknown booster",
            booster: "forest",
            message: "names the booster forest before this, which is not known"
        ),
        Binary(testDescription: "an unknown objective", objective: "own", message: "learner.objective.name: is own"),
        Binary(
            testDescription: "an objective with blanks",
            objective: "binary logistic",
            message: "the name of the objective is expected at byte 136"
        ),
        Binary(testDescription: "no columns", columns: 0, message: "learner.learner_model_param.num_feature: is 0"),
    ])
    func binaryFilesThatAreNoneAreRefused(_ binary: Binary) throws {
        let defect = #expect(throws: ModelDefect.self) { try Model.load(binary.bytes, as: .xgboost) }
        #expect(defect?.description.hasPrefix(binary.message) == true, "\(String(describing: defect))")
    }

    @Test(arguments: [
        (
            #""leaf_weights":[1,2],"left_children":[1,-1,-1],"right_children":[2,0,0]"#,
            "trees[0]: has more leaves than vectors for them"
        ),
        (
            #""leaf_weights":[1,2,3,4],"left_children":[1,-1,-1],"right_children":[2,0,7]"#,
            "trees[0]: has no vector for leaf 2"
        ),
        (
            #""base_weights":[1,2],"left_children":[1,-1,-1],"right_children":[2,-1,-1]"#,
            "trees[0]: has more leaves than vectors for them"
        ),
        (#""left_children":[1,-1,-1],"right_children":[2,0,1]"#, "a tree before this has no vectors for its leaves"),
    ])
    func leavesWithoutTheirVectorsAreRefused(_ members: String, _ message: String) throws {
        let json = """
            {"learner":{"gradient_booster":{"model":{"tree_info":[0],"trees":[{\(members),"split_indices":[0,0,0],
            "split_conditions":[0.5,0,0],"default_left":[0,0,0],"tree_param":{"size_leaf_vector":"2"}}]},"name":"gbtree"},
            "learner_model_param":{"num_feature":"2","num_target":"2"},"objective":{"name":"reg:squarederror"}},
            "version":[3,2,0]}
            """
        let defect = #expect(throws: ModelDefect.self) { try Model.load(Array(json.utf8), as: .xgboost) }
        #expect(defect?.description.hasPrefix(message) == true, "\(String(describing: defect))")
    }

    @Test func aDefectInsideAPickleSaysWhere() throws {
        let file = try BoosterTests.recorded("xgboost-1.7", "xgb-classifier-hinge")
        var bytes = file.bytes
        let name = Array("binary:hinge".utf8)
        for index in bytes.indices where bytes[index...].starts(with: name) { bytes[index] = UInt8(ascii: "q") }
        let defect = #expect(throws: ModelDefect.self) { try Model.load(bytes, as: .pickle) }
        #expect(
            defect?.description
                == "_Booster.handle: holds a booster: learner.objective.name: is qinary:hinge, which is not known"
        )
    }
}
