import Base
import Boosters
import Prediction
import Testing

/// Files of CatBoost that are cut, damaged or made to harm: an error each that names a place, no trap, no endless walk.
@Suite struct HostileCatBoostTests {
    static let files = [
        "loss-RMSE-cbm", "categories-mixed-cbm", "trees-Lossguide-cbm", "categories-Lossguide-cbm", "missing-Max-json",
        "categories-compared-json", "trees-Depthwise-three-json",
    ]

    @Test(arguments: files)
    func cutFilesAreRefused(_ name: String) throws {
        let file = try CatBoostTests.expected(case: name).file
        for part in 0..<50 {
            let cut = Array(file.prefix(file.count * part / 50))
            #expect(throws: ModelDefect.self, "\(part)/50") { try CatBoostTests.load(cut) }
        }
        #expect(throws: ModelDefect.self) { try CatBoostTests.load(Array(file.dropLast())) }
    }

    @Test(arguments: files)
    func damagedFilesNeverTrap(_ name: String) throws {
        let expected = try CatBoostTests.expected(case: name)
        var generator = SeededGenerator(seed: 5)
        var refused = 0
        for _ in 0..<400 {
            var damaged = expected.file
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damaged[Int.random(in: damaged.indices, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
            do {
                let model = try CatBoostTests.load(damaged)
                // What loads must also answer, or say why not.
                _ = try? CatBoostTests.answers(model, expected.rows, step: 20)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 10)
    }

    struct Document: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var borders = "[0.5,1.5]"
        var column = "0"
        var statistics = "[]"
        var tables = "{}"
        var scale = "[1,[0]]"
        var trees = #""oblivious_trees":[{"leaf_values":[1,2],"splits":[{"split_index":0}]}]"#
        var info = "{}"
        let message: String

        var json: String {
            """
            {"ctr_data":\(tables),"features_info":{"float_features":[{"borders":\(borders),"feature_index":0,
            "flat_feature_index":\(column)}],"categorical_features":[{"feature_index":0,"flat_feature_index":1}],
            "ctrs":\(statistics)},"model_info":\(info),"scale_and_bias":\(scale),\(trees)}
            """
        }
    }

    private static func statistic(_ kind: String, category: Int = 0, target: Int = 0, extra: String = "") -> String {
        #"[{"identifier":"t","ctr_type":"\#(kind)","target_border_idx":\#(target),"borders":[1],"elements":[{"cat_feature_index":\#(category),"combination_element":"cat_feature_value"}\#(extra)]}]"#
    }

    private static let table = #"{"t":{"hash_stride":3,"hash_map":["12",1,2]}}"#

    @Test(arguments: [
        Document(
            testDescription: "falling borders",
            borders: "[2,1]",
            message: "float_features[0].borders: do not rise"
        ),
        Document(
            testDescription: "a border that is no number",
            borders: "[NaN]",
            message: "float_features[0].borders: do not rise"
        ),
        Document(
            testDescription: "a column that is none",
            column: "-2",
            message: "float_features[0].flat_feature_index: is -2"
        ),
        Document(
            testDescription: "a far column",
            column: "2000000000",
            message: "float_features[0].flat_feature_index: is 2000000000"
        ),
        Document(
            testDescription: "a split that is not there",
            trees: #""oblivious_trees":[{"leaf_values":[1,2],"splits":[{"split_index":2}]}]"#,
            message: "oblivious_trees.splits[0]: is 2, there are 2"
        ),
        Document(
            testDescription: "leaves that don't fit",
            trees: #""oblivious_trees":[{"leaf_values":[1,2,3],"splits":[{"split_index":0}]}]"#,
            message: "oblivious_trees[0]: has 3 leaf values for 1 splits"
        ),
        Document(
            testDescription: "a tree too deep",
            trees: #""oblivious_trees":[{"leaf_values":[1],"splits":["#
                + Array(repeating: #"{"split_index":0}"#, count: 70).joined(separator: ",") + "]}]",
            message: "oblivious_trees[0]: has 1 leaf values for 70 splits"
        ),
        Document(testDescription: "no trees", trees: #""trees":[]"#, message: "trees: are 0, with leaves of 0 numbers"),
        Document(
            testDescription: "a branched tree's split that is not there",
            trees: #""trees":[{"split":{"split_index":9},"left":{"value":1},"right":{"value":2}}]"#,
            message: "trees[0].nodes[0]: has split 9, there are 2"
        ),
        Document(
            testDescription: "leaves of several widths",
            trees: #""trees":[{"split":{"split_index":0},"left":{"value":1},"right":{"value":[2,3]}}]"#,
            message: "trees[0]: has a leaf of 2 numbers"
        ),
        Document(
            testDescription: "too many biases",
            scale: "[1,[0,0]]",
            message: "scale_and_bias: has 2 biases for 1 sums"
        ),
        Document(
            testDescription: "a statistic without a table",
            statistics: statistic("Borders"),
            message: "ctrs[0]: has no table in ctr_data"
        ),
        Document(
            testDescription: "a statistic of a feature that is not there",
            statistics: statistic("Borders", category: 4),
            tables: table,
            message: "categorical_features: has no feature 4, which is used"
        ),
        Document(
            testDescription: "a class that is not there",
            statistics: statistic("Buckets", target: 2),
            tables: table,
            message: "ctrs[0].target_border_idx: is 2, there are 2 classes"
        ),
        Document(
            testDescription: "a table of another kind",
            statistics: statistic("Counter"),
            tables: table,
            message: "ctrs[0]: has a table of 2 numbers for each category"
        ),
        Document(
            testDescription: "hashes that crowd one slot",
            statistics: statistic("Counter"),
            tables: #"{"t":{"hash_stride":2,"hash_map":["#
                + (1...1100).map { "\"\($0 << 20)\",1" }.joined(separator: ",") + "]}}",
            message: "ctrs[0]: has a table whose hashes of categories crowd"
        ),
        Document(
            testDescription: "more numbers than a row is worth",
            statistics: "["
                + Array(repeating: String(statistic("Borders").dropFirst().dropLast()), count: 70).joined(
                    separator: ","
                )
                + "]",
            tables: #"{"t":{"hash_stride":16001,"hash_map":["7","#
                + Array(repeating: "1", count: 16000).joined(separator: ",") + "]}}",
            message: "ctrs[65]: statistics look at more than 1048576 numbers for a row"
        ),
        Document(
            testDescription: "a combination with a split that is not there",
            statistics: statistic(
                "Borders",
                extra: #",{"combination_element":"float_feature","float_feature_index":0,"border":7}"#
            ),
            tables: table,
            message: "ctrs[0].elements: names a split that no feature has"
        ),
        Document(
            testDescription: "more names than classes",
            info: #"{"params":{"loss_function":{"type":"Logloss"}},"class_params":{"class_names":["a","b","c"]}}"#,
            message: "class_names: are 3 names for 2 classes"
        ),
        Document(
            testDescription: "an accompaniment that is broken",
            info: #"{"params":"{\"loss_function\":"}"#,
            message: "model_info.params: the text ends where a value is expected: at byte 17 of it"
        ),
    ])
    func refuses(_ document: Document) {
        let defect = #expect(throws: ModelDefect.self) { try CatBoostTests.load(Array(document.json.utf8)) }
        #expect(defect?.description == document.message)
    }

    /// Features that all name the same long list of borders must not be copied each.
    @Test func sharedListsAreBounded() throws {
        let file = SharedBorders(features: 20_000, borders: 20_000).bytes
        let defect = #expect(throws: ModelDefect.self) { try CatBoostTests.load(file) }
        #expect(defect?.what == "the same bytes are used again and again")
    }

    @Test(arguments: [
        ([UInt8]("CBM1".utf8), "the file ends within a part of 4 bytes at byte 4"),
        ("CBM1".utf8 + [255, 0, 0, 0, 1], "the file ends within a part of 255 bytes at byte 8"),
        ("CBM1".utf8 + [4, 0, 0, 0, 200, 0, 0, 0], "an offset leads out of the buffer at byte 12"),
        ("XYZ".utf8 + [], "is neither a .cbm file nor JSON of CatBoost at byte 0: they begin with CBM1 or an object"),
    ])
    func refusesBytes(_ bytes: [UInt8], _ message: String) {
        let defect = #expect(throws: ModelDefect.self) { try CatBoostTests.load(bytes) }
        #expect(defect?.description == message)
    }
}

/// A file whose features all lead to one table with many borders.
private struct SharedBorders {
    let features: Int
    let borders: Int

    var bytes: [UInt8] {
        var core: [UInt8] = []
        func word(_ value: Int) { core += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        func half(_ value: Int) { core += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)] }
        let version = Array("FlabuffersModel_v1".utf8)
        // The core's list of slots and table, at 4 and 12: the version is field 0, the trees are field 1.
        word(12)
        for value in [8, 12, 4, 8] { half(value) }
        for value in [8, 8, 44] { word(value) }
        // The version's text at 24.
        word(version.count)
        core += version + [0, 0]
        // The trees' slots at 48 and table at 64: the features are field 5.
        for value in [16, 8, 0, 0, 0, 0, 0, 4] { half(value) }
        word(16)
        word(4)
        word(features)
        let feature = 76 + 4 * features
        for index in 0..<features { word(feature + 12 - (76 + 4 * index)) }
        // A feature's slots and table: the borders are field 3.
        for value in [12, 8, 0, 0, 0, 4] { half(value) }
        word(12)
        word(4)
        word(borders)
        for _ in 0..<borders { word(0) }
        return Array("CBM1".utf8) + (0..<4).map { UInt8(truncatingIfNeeded: core.count >> (8 * $0)) } + core
    }
}
