import Base
import CLinux
import Foundation
import ONNX
import Prediction
import TestKit
import Testing

/// What is told of models, what is refused and in which words.
@Suite(.enabled(if: hasRuntime, "onnxruntime is not here: make onnx"))
struct ONNXModelTests {
    @Test func inputsAndOutputsAreTold() throws {
        let several = try loadModel("several").predictor
        #expect(several.inputs[2] == TensorInput(name: "flag", kind: .tensor(.bool, shape: [-1, 1])))
        #expect(several.outputs.map(\.name) == ["masked", "product", "largest"])
        #expect(try loadModel("default").predictor.inputs.map(\.isOptional) == [false, true])
        #expect(try loadModel("free-rank").predictor.inputs[0].kind == .tensor(.float32, shape: nil))
        #expect(try loadModel("iris-names").predictor.outputs[1].kind == .maps(keys: .bytes, values: .float32))
        #expect(try loadModel("join").predictor.inputs[0].kind == .sequence(.int64, shape: nil))
        #expect(try loadModel("map").predictor.inputs[0].kind == .map(keys: .bytes, values: .float32))
    }

    @Test func classifiersTellClassesOrProbabilities() throws {
        for name in ["iris-maps", "iris-rows", "iris-names", "texts"] {
            #expect(try loadModel(name).told == .labels)
            #expect(try loadModel(name, Model.Options(wantsProbabilities: true)).told == .probabilities)
        }
        for name in ["several", "line", "outliers", "iris-columns"] { #expect(try loadModel(name).told == .all) }
    }

    @Test(arguments: [
        ("external-up", "names weights in '../golden.json', which lies outside of its folder"),
        ("external-root", "names weights in '/etc/hostname', which lies outside of its folder"),
        ("external-gone", "names weights in 'gone.bin', which is not there"),
    ])
    func weightsElsewhereAreRefused(_ name: String, _ why: String) {
        #expect { try loadModel(name) } throws: { "\($0)" == "\(modelPath(name)): \(why)" }
    }

    @Test func aLinkOutOfTheFolderIsRefused() async throws {
        try await withScratchDirectory { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/in", withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: modelPath("external"), toPath: "\(folder)/in/model.onnx")
            try Data(count: 16).write(to: URL(fileURLWithPath: "\(folder)/external.bin"))
            symlink("../external.bin", "\(folder)/in/external.bin")
            let bytes = try modelBytes("external")
            #expect { try loadModel(bytes, path: "\(folder)/in/model.onnx") } throws: {
                "\($0)".contains("outside of its folder")
            }
        }
    }

    @Test func weightsElsewhereNeedAFile() {
        #expect(throws: ModelDefect.self) { try loadModel(modelBytes("external")) }
    }

    /// What a model asks for is bounded, whatever the request says.
    @Test func faultsOfTheGraphAreTold() throws {
        let greedy = try loadModel("greedy").predictor
        #expect(fault(greedy, [(0, "int64", [1], ["1099511627776"])])?.contains("ConstantOfShape") == true)
        let gather = try loadModel("gather").predictor
        let rows = (0, "float32", [2], [1, 2] as JSON)
        #expect(fault(gather, [rows, (1, "int64", [1], ["1"])]) == nil)
        #expect(fault(gather, [rows, (1, "int64", [1], ["7"])])?.contains("indices") == true)
        // A shape that is not checked before is the library's to refuse.
        #expect(fault(try loadModel("iris-rows").predictor, [(0, "float32", [1, 2], [1, 2])]) != nil)
        #expect(fault(gather, [rows])?.isEmpty == false)
    }

    private func fault(_ model: any TensorPredictor, _ inputs: [(Int, String, [Int], JSON)]) -> String? {
        var (batch, answer) = (TensorBatch(), TensorAnswer())
        batch.reset(inputs: model.inputs.count)
        for (index, type, shape, data) in inputs {
            batch[index].set(["type": .string(type), "shape": .array(shape.map { JSON($0) }), "data": data])
        }
        do throws(PredictionFault) {
            try model.predict(&batch, outputs: [0], into: &answer)
            return nil
        } catch {
            return error.what
        }
    }

    @Test func whatNeverEndsIsEnded() throws {
        let bytes = try modelBytes("endless")
        let model = try ONNXModel.load(bytes, path: nil, Model.Options(), runTimeMax: .milliseconds(50)).predictor
        #expect(model.threads == 1)
        let number = (0, "float32", [1], [1] as JSON)
        #expect(fault(model, [number, (1, "bool", [], [true])]) == "the model gave no answer within 0.05 seconds")
        #expect(fault(model, [number, (1, "bool", [], [false])]) == nil)
        for name in ["scalar", "forest", "iris-maps"] { #expect(try loadModel(name).predictor.threads == 0) }
    }

    /// Every model cut off and with bits turned over is read or refused; the process lives.
    @Test func damagedFilesAreRefused() throws {
        for name in ["several", "iris-names", "optional", "map", "texts"] {
            let bytes = try modelBytes(name)
            var refused = 0
            for cut in 0..<50 {
                refused += (try? loadModel(Array(bytes[..<(bytes.count * cut / 50)]))) == nil ? 1 : 0
            }
            #expect(refused >= 48)
            var chance = SeededGenerator(seed: 7)
            for _ in 0..<100 {
                var broken = bytes
                broken[Int.random(in: broken.indices, using: &chance)] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
                _ = try? loadModel(broken)
            }
        }
    }
}
