import CONNXRuntime
import Prediction

/// A model that onnxruntime runs.
final class ONNXPredictor: TensorPredictor, @unchecked Sendable {
    // Safe: nothing here changes after `init`, and a session answers any number of threads at once.
    let inputs: [TensorInput]
    let outputs: [TensorOutput]
    let threads: Int
    private let library: ONNXLibrary
    private let session: OpaquePointer
    private let runTimeMax: Duration
    private let inputNames: CNames
    private let outputNames: CNames

    /// A predictor around a session, which belongs to it from here on.
    init(_ file: ONNXFile, library: ONNXLibrary, session: OpaquePointer, threads: Int, runTimeMax: Duration) {
        (inputs, outputs) = (file.inputs, file.outputs)
        (self.library, self.session, self.threads, self.runTimeMax) = (library, session, threads, runTimeMax)
        inputNames = CNames(file.inputs.map(\.name))
        outputNames = CNames(file.outputs.map(\.name))
    }

    deinit { connx_ReleaseSession(library.table, session) }

    func predict(
        _ batch: inout TensorBatch,
        outputs wanted: [Int],
        into answer: inout TensorAnswer
    ) throws(PredictionFault) {
        answer.clear()
        do throws(ONNXFault) {
            let given = ONNXValues(library)
            var names: [UnsafePointer<CChar>?] = []
            for index in inputs.indices where batch[index].isGiven {
                given.values.append(try given.make(&batch[index], inputs[index].kind))
                names.append(inputNames[index])
            }
            let made = ONNXValues(library)
            try run(names, given.values, wanted, &made.values)
            try made.read(wanted.map { outputs[$0].kind }, into: &answer)
        } catch {
            throw PredictionFault(.input, error.what)
        }
    }

    private func run(
        _ names: [UnsafePointer<CChar>?],
        _ given: [OpaquePointer?],
        _ wanted: [Int],
        _ made: inout [OpaquePointer?]
    ) throws(ONNXFault) {
        let wantedNames = wanted.map { outputNames[$0] }
        made = [OpaquePointer?](repeating: nil, count: wanted.count)
        func run(_ options: OpaquePointer) -> OpaquePointer? {
            connx_Run(library.table, session, options, names, given, given.count, wantedNames, wanted.count, &made)
        }
        if threads == 0 {
            try ONNXFault.check(library.table, run(library.runOptions))
        } else {
            try library.runWatched(within: runTimeMax, run)
        }
    }
}

/// Names as C has them, which stay where they are.
private final class CNames {
    private let names: [UnsafeMutablePointer<CChar>]

    init(_ names: [String]) {
        self.names = names.map { name in
            let bytes = Array(name.utf8CString)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            copy.initialize(from: bytes, count: bytes.count)
            return copy
        }
    }

    deinit { for name in names { name.deallocate() } }

    subscript(index: Int) -> UnsafePointer<CChar>? { UnsafePointer(names[index]) }
}
