import Base
import Models
import Pickle
import Prediction
import Testing

/// Pickles that are broken, hostile or strange: an error each, and nothing runs.
@Suite struct PickleTests {
    struct Hostile: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let message: String
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ message: String) {
            self.name = name
            self.bytes = bytes
            self.message = message
        }
    }

    static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
    static let notListed = "not in the list of names that a model may use"

    @Test(arguments: [
        Hostile(
            "os.system, protocol 0",
            ascii("cos\nsystem\n(S'touch /tmp/owned'\ntR."),
            "pickle names os.system at byte 0: \(notListed)"
        ),
        Hostile(
            "posix.system by STACK_GLOBAL",
            [0x80, 4, 0x8C, 5] + ascii("posix") + [0x8C, 6] + ascii("system") + [0x93] + ascii("."),
            "pickle names posix.system at byte 17: \(notListed)"
        ),
        Hostile(
            "builtins.eval",
            ascii("cbuiltins\neval\n(V1\ntR."),
            "pickle names builtins.eval at byte 0: \(notListed)"
        ),
        Hostile("INST", ascii("(S'ls'\nios\nsystem\n."), "pickle names os.system at byte 7: \(notListed)"),
        Hostile(
            "functions below a class",
            ascii("csklearn.svm\nSVC.fit\n."),
            "pickle names sklearn.svm.SVC.fit at byte 0: \(notListed)"
        ),
        Hostile(
            "calling a type",
            ascii("cbuiltins\nint\n(I1\ntR."),
            "pickle calls builtins.int at byte 19: that name may only be a value"
        ),
        Hostile("calling a text", ascii("V1\n(tR."), "pickle calls what is no name at byte 5"),
        Hostile(
            "_reconstructor of itself",
            ascii("ccopyreg\n_reconstructor\np0\n(g0\nNNtR."),
            "pickle calls copyreg._reconstructor without a class at byte 34"
        ),
        Hostile(
            "huge frame",
            [0x80, 4, 0x95] + [UInt8](repeating: 0xFF, count: 8),
            "pickle frame of 18446744073709551615 bytes at byte 2: only 0 are left"
        ),
        Hostile(
            "huge text",
            [0x80, 4, 0x8D] + [UInt8](repeating: 0xFF, count: 8),
            "pickle ends too early at byte 2: 18446744073709551615 bytes are wanted, 0 are left"
        ),
        Hostile(
            "huge integer",
            [0x80, 2, 0x8B, 0xFF, 0xFF, 0xFF, 0x7F, 0x2E],
            "pickle ends too early at byte 2: 2147483647 bytes are wanted, 1 are left"
        ),
        Hostile(
            "huge memo",
            ascii("Nr") + [0xFF, 0xFF, 0xFF, 0x3F, 0x2E],
            "pickle memo index 1073741823 is out of proportion at byte 1"
        ),
        Hostile("unset memo", ascii("h") + [7, 0x2E], "pickle memo has no value 7 at byte 0"),
        Hostile("empty stack", ascii("."), "pickle takes a value from an empty stack at byte 0"),
        Hostile("below the mark", ascii("N(a."), "pickle takes a value from an empty stack at byte 2"),
        Hostile("a mark that is popped", ascii("N(0."), "model: is None, expected is an estimator"),
        Hostile("no mark", ascii("Nt."), "pickle goes back to a mark that is not there at byte 1"),
        Hostile("append to a number", ascii("I1\nNa."), "pickle appends to what is no list or set at byte 4"),
        Hostile("odd members", ascii("}(Nu."), "pickle sets a key without a value at byte 3"),
        Hostile("state for a number", ascii("I1\nNb."), "pickle gives a state to what has none at byte 4"),
        Hostile("newer protocol", [0x80, 6, 0x2E], "pickle protocol 6 at byte 0: the newest that is read is 5"),
        Hostile("extension code", [0x82, 1, 0x2E], "pickle uses an extension code at byte 0"),
        Hostile("persistent object", ascii("Pid\n."), "pickle refers to a persistent object at byte 0"),
        Hostile("empty file", [], "pickle ends too early at byte 0: 1 bytes are wanted, 0 are left"),
        Hostile("no pickle", ascii("<html>"), "unknown pickle opcode 0x3c at byte 0"),
        Hostile(
            "bz2",
            ascii("BZh91AY"),
            "compressed data is damaged or ends too early at byte 7"
        ),
        Hostile("not an estimator", ascii("}."), "model: is a dict, expected is an estimator"),
        Hostile(
            "unknown estimator",
            ascii("csklearn.svm._classes\nSVQ\n)\u{1}.").map { $0 == 1 ? 0x81 : $0 },
            "model: sklearn.svm._classes.SVQ cannot be served natively"
        ),
    ])
    func refuses(_ c: Hostile) throws {
        let defect = #expect(throws: ModelDefect.self) { try Model.load(Inflate.plain(c.bytes), as: .pickle) }
        #expect(defect?.description.hasPrefix(c.message) == true, "\(String(describing: defect))")
    }

    /// `sklearn.pipeline.Pipeline` with the steps that `inner` leaves on the stack; the pipeline is memo 0.
    static func pipeline(_ inner: [UInt8]) -> [UInt8] {
        ascii("csklearn.pipeline\nPipeline\n)") + [0x81] + ascii("q\0}Vsteps\n") + inner + ascii("sb.")
    }

    static let scaler =
        ascii("csklearn.preprocessing\nStandardScaler\n)") + [0x81]
        + ascii("}(Vn_features_in_\nK\u{1}Vwith_mean\nI00\nVwith_std\nI00\nub")

    @Test func aPipelineInsideItselfIsRefused() {
        let bytes = Self.pipeline(Self.ascii("](Vself\nh\0tl"))  // a list that is thrown away below
        #expect(throws: ModelDefect.self) { try Model.load(bytes, as: .pickle) }
        let cycle = Self.pipeline(Self.ascii("](Vself\nh\0ta"))
        let defect = #expect(throws: ModelDefect.self) { try Model.load(cycle, as: .pickle) }
        #expect(defect?.what == "estimators are nested deeper than \(ModelLimits.nestingMax) levels")
    }

    @Test func manyMentionsOfOneEstimatorAreBounded() {
        let mentions = (0..<2000).flatMap { _ in Self.ascii("h\u{1}") }
        let bytes = Self.pipeline(
            Self.ascii("](Vstep\n") + Self.scaler + Self.ascii("tq\u{1}0(") + mentions + Self.ascii("e")
        )
        let defect = #expect(throws: ModelDefect.self) { try Model.load(bytes, as: .pickle) }
        #expect(defect?.what == "model holds more than \(ModelLimits.estimatorsMax) estimators")
    }

    @Test func sizesOutOfRangeAreRefused() {
        for size in [-5, 0, 1 << 40] {
            let scaler =
                Self.ascii("csklearn.preprocessing\nStandardScaler\n)") + [0x81]
                + Self.ascii("}Vn_features_in_\nI\(size)\nsb.")
            let defect = #expect(throws: ModelDefect.self) { try Model.load(scaler, as: .pickle) }
            #expect(defect?.description == "n_features_in_: is \(size), expected is a number of columns")
        }
    }

    @Test func copiesOfOneListAreBounded() {
        // A list of 50,000 values, then 20,000 sets of it.
        var bytes = Self.ascii("cbuiltins\nset\nq\0(](") + [UInt8](repeating: UInt8(ascii: "N"), count: 50_000)
        bytes += Self.ascii("etq\u{1}")
        for _ in 0..<20_000 { bytes += Self.ascii("h\0h\u{1}R") }
        let defect = #expect(throws: ModelDefect.self) { try Model.load(bytes, as: .pickle) }
        let memoryMax = ModelLimits.pickleMemoryFree + bytes.count * ModelLimits.pickleMemoryPerByteMax
        #expect(defect?.what == "pickle makes values of more than \(memoryMax) bytes")
    }

    @Test(
        arguments: [
            ("tuples", ascii("N"), [0x85]), ("lists", ascii("]"), ascii("2a")), ("marks", [], ascii("(")),
            ("lists in lists", [], ascii("](")),
        ] as [(String, [UInt8], [UInt8])]
    )
    func depthCostsNoStack(_ name: String, _ start: [UInt8], _ level: [UInt8]) {
        let bytes = start + (0..<50_000).flatMap { _ in level } + Self.ascii("N.")
        #expect(throws: ModelDefect.self) { try Model.load(bytes, as: .pickle) }
    }

    @Test func arraysMustHoldWhatTheirShapeSays() {
        for (shape, size) in [
            ("I-1\n", "f8"), ("I1000000000\n", "f8"), ("I1000000000\n", "U0"), ("I1\n", "f4"), ("I1\n", "zz"),
        ] {
            let bytes = Self.ascii(
                "cnumpy.core.multiarray\n_reconstruct\n(tR(I1\n(" + shape + "tcnumpy\ndtype\n(V" + size
                    + "\ntRI00\nC\u{8}12345678tb."
            )
            let defect = #expect(throws: ModelDefect.self) { try Model.load(bytes, as: .pickle) }
            #expect(defect?.description.contains("at byte") == true, "\(shape) \(size): \(String(describing: defect))")
        }
    }

    @Test func aBombInACompressedFileIsStopped() throws {
        // 80 MB of zeros in 80 kB: one deflate block repeated would do, zlib makes it here.
        let bomb = try fixtureBytesRaw("zeros.gz")
        let defect = #expect(throws: ModelDefect.self) { try Inflate.plain(bomb) }
        #expect(defect?.what == "file unpacks to more than \(ModelLimits.unpackedBytesFree) bytes")
    }

    static let files = [
        "names-1.9-p0.pkl", "names-1.9-p5.pkl", "names-1.9.joblib", "object-names-1.9.joblib", "tfidf-1.2-p0.pkl",
        "tfidf-1.9.pkl",
    ]

    @Test(arguments: files)
    func truncatedFilesAreRefused(_ file: String) throws {
        let bytes = try fixtureBytes(file)
        for part in 0..<50 {
            #expect(throws: ModelDefect.self) {
                try Model.load(Array(bytes.prefix(bytes.count * part / 50)), as: .pickle)
            }
        }
        #expect(throws: ModelDefect.self) { try Model.load(Array(bytes.dropLast()), as: .pickle) }
    }

    @Test(arguments: ["names-1.9-zlib.joblib", "names-1.9-gzip.joblib"])
    func truncatedCompressedFilesAreRefused(_ file: String) throws {
        let bytes = try fixtureBytesRaw(file)
        for part in 0..<50 {
            let cut = Array(bytes.prefix(bytes.count * part / 50))
            #expect(throws: ModelDefect.self) { try Model.load(Inflate.plain(cut), as: .pickle) }
        }
    }

    @Test(arguments: files)
    func flippedBitsNeverTrap(_ file: String) throws {
        let bytes = try fixtureBytes(file)
        var generator = SeededGenerator(seed: 7)
        var refused = 0
        for _ in 0..<150 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: damaged.indices, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
            do {
                let model = try Model.load(damaged, as: .pickle)
                // What loads must also answer, or say why not.
                _ = try? model.answer(model.predictor.input == .texts ? ["the tiger"] : [[1, 2, 3, 4]])
            } catch {

                refused += 1
            }
        }
        #expect(refused > 15)
    }
}
