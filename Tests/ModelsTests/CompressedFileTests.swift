import Base
import CLinux
import Models
import Pickle
import Prediction
import TestKit
import Testing

/// Files as joblib compresses them (Fixtures/compressed/make.py), and folders as MLflow saves them.
@Suite struct CompressedFileTests {
    static let endings = ["z", "gz", "bz2", "xz", "lzma", "lz4"]

    static func file(_ name: String) throws -> [UInt8] { try fixtureBytesRaw("compressed/\(name)") }

    @Test(arguments: endings)
    func unpacksWhatJoblibPacked(_ ending: String) throws {
        let bytes = try Inflate.plain(Self.file("scaler.joblib.\(ending)"))
        #expect(try bytes == Inflate.plain(Self.file("scaler.joblib.z")))
        let model = try Model.load(bytes, as: .pickle, options: .init(wantsTransformed: true))
        #expect(model.predictor.input == .numbers(columns: 4000))
    }

    @Test(arguments: ["checked", "stored"])
    func unpacksFramesOfOtherKinds(_ name: String) throws {
        #expect(try Inflate.plain(Self.file("\(name).lz4")) == Inflate.plain(Self.file("\(name).plain.bz2")))
    }

    @Test(arguments: endings.map { "scaler.joblib.\($0)" } + ["checked.lz4"])
    func refusesWhatIsCutShort(_ name: String) throws {
        let bytes = try Self.file(name)
        for part in 1..<50 {
            let cut = Array(bytes.prefix(max(6, bytes.count * part / 50)))
            #expect(throws: ModelDefect.self, "\(part)/50") { try Inflate.plain(cut) }
        }
    }

    @Test(arguments: endings.map { "scaler.joblib.\($0)" } + ["checked.lz4"])
    func flippedBitsNeverTrap(_ name: String) throws {
        let bytes = try Self.file(name)
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<15 {
            var damaged = bytes
            let place = Int(generator.next() % UInt64(bytes.count))
            damaged[place] ^= 1 << UInt8(generator.next() % 8)
            // Some flips change nothing that is checked; all that matters is that it ends.
            _ = try? Inflate.plain(damaged)
        }
    }

    @Test func aBombIsStopped() {
        // A match that repeats one byte 255 times for each byte of the file.
        let sequence = [UInt8](repeating: 0xFF, count: 300_000)
        let block = [0x1F, 0x61, 0x01, 0x00] + sequence + [0x00]
        let size = UInt32(block.count)
        let frame: [UInt8] =
            [0x04, 0x22, 0x4D, 0x18, 0x40, 0x70, 0xDF]
            + (0..<4).map { UInt8(truncatingIfNeeded: size >> UInt32(8 * $0)) } + block
        let defect = #expect(throws: ModelDefect.self) { try Inflate.plain(frame) }
        let bytesMax = max(ModelLimits.unpackedBytesFree, frame.count * ModelLimits.unpackingFactorMax)
        #expect(defect?.what == "file unpacks to more than \(bytesMax) bytes")
    }

    struct Folder: CustomTestStringConvertible, Sendable {
        let manifest: String
        let complaint: String?
        var testDescription: String { complaint ?? "good" }
    }

    @Test(arguments: [
        Folder(
            manifest:
                "flavors:\n  python_function:\n    model_path: model.pkl\n  sklearn:\n    pickled_model: model.pkl\n"
                + "    serialization_format: cloudpickle\n",
            complaint: nil
        ),
        Folder(manifest: "flavors:\n  xgboost:\n    data: model.pkl\n", complaint: nil),
        Folder(
            manifest: "flavors:\n  keras: {}\n  python_function: {}\n",
            complaint: "no flavor of the model is native: there are keras, python_function, read are sklearn, xgboost, "
                + "lightgbm"
        ),
        Folder(
            manifest: "flavors:\n  sklearn:\n    pickled_model: ../model.pkl\n",
            complaint: "flavor sklearn names ../model.pkl, which lies outside of the folder"
        ),
        Folder(
            manifest: "flavors:\n  sklearn:\n    pickled_model: m.skops\n    serialization_format: skops\n",
            complaint: "flavor sklearn is saved as skops, which is not read"
        ),
        Folder(manifest: "flavors:\n  sklearn: {}\n", complaint: "flavor sklearn names no file"),
        Folder(manifest: "a: [", complaint: "is no YAML"),
    ])
    func followsMLflow(_ c: Folder) async throws {
        try await withScratchDirectory { folder in
            symlink(fixture("names-1.9-p4.pkl"), "\(folder)/model.pkl")
            let file = clinux_open("\(folder)/MLmodel", O_WRONLY | O_CREAT, 0o600)
            _ = Array(c.manifest.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            close(file)
            do {
                let model = try Model.load(folder: folder)
                #expect(c.complaint == nil)
                #expect(model.predictor.input == .numbers(columns: 4))
            } catch {
                #expect("\(error)".contains(c.complaint ?? "nothing"), "\(error)")
            }
        }
    }
}
