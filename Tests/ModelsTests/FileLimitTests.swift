import CLinux
import Foundation
import Models
import Pickle
import Prediction
import TestKit
import Testing

/// Small files that ask for much: stopped by what the file itself is worth.
struct FileLimitTests {
    struct Greedy: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let what: String

        init(_ name: String, _ bytes: [UInt8], _ what: String) {
            testDescription = name
            self.bytes = bytes
            self.what = what
        }
    }

    private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
    private static func times(_ count: Int, _ opcodes: [UInt8]) -> [UInt8] {
        Array(repeatElement(opcodes, count: count).joined())
    }
    private static let longName = "sklearn." + String(repeating: "x", count: ModelLimits.nameBytesMax)

    @Test(arguments: [
        Greedy(
            "stack",
            times(ModelLimits.pickleStackMax + 1, ascii("N")),
            "pickle keeps more than 1048576 values on its stack"
        ),
        Greedy(
            "marks",
            times(ModelLimits.pickleStackMax + 1, ascii("(")),
            "pickle keeps more than 1048576 values on its stack"
        ),
        Greedy("lists", times(1 << 20, ascii("]0")), "pickle makes values of more than 33560832 bytes"),
        Greedy("memo", ascii("N") + times(1 << 22, [0x94]), "pickle makes values of more than 33560832 bytes"),
        Greedy("long name", ascii("c\(longName)\nx\n."), "pickle names what takes more than 256 bytes to name"),
        Greedy(
            "long name, from texts",
            ascii("V\(longName)\nVx\n") + [0x93],
            "pickle names what takes more than 256 bytes to name"
        ),
    ])
    func aPickleTakesNoMoreThanItsFileIsWorth(_ c: Greedy) throws {
        let options = Model.Options(fileBytes: 100)
        let defect = #expect(throws: ModelDefect.self) { try Model.load(c.bytes, as: .pickle, options: options) }
        #expect(defect?.what == c.what)
    }

    /// A list that grows in place; copied each time, it would take hours.
    @Test func aLongListIsReadInPieces() {
        let grows = Self.ascii("]") + Self.times(300_000, Self.ascii("(NNe")) + Self.ascii(".")
        let defect = #expect(throws: ModelDefect.self) { try Model.load(grows, as: .pickle) }
        #expect(defect?.what == "is a list, expected is an estimator")
    }

    @Test func onlyPicklesAreUnpacked() async throws {
        try await withScratchDirectory { folder in
            let packed = try fixtureBytesRaw("names-1.9-gzip.joblib")
            try Data(packed).write(to: URL(fileURLWithPath: "\(folder)/model.json"))
            let defect = #expect(throws: ModelDefect.self) { try Model.load(folder: folder) }
            #expect(defect?.what == "content is of no known model format")
        }
    }

    /// Nobody writes into the pipe: to open it as one opens a file would wait for ever.
    @Test func aPipeIsNoModel() async throws {
        try await withScratchDirectory { folder in
            #expect(mkfifo("\(folder)/model.pkl", 0o600) == 0)
            let manifest = "flavors: {sklearn: {pickled_model: model.pkl}}"
            try Data(manifest.utf8).write(to: URL(fileURLWithPath: "\(folder)/MLmodel"))
            let defect = #expect(throws: ModelDefect.self) { try Model.load(folder: folder) }
            #expect(defect?.what == "is no regular file")
        }
    }
}
