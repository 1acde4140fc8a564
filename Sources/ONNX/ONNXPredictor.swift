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
    private let inputNames: CNames
    private let outputNames: CNames

    /// A predictor around a session, which belongs to it from here on.
    init(_ file: ONNXFile, library: ONNXLibrary, session: OpaquePointer, threads: Int) {
        (inputs, outputs) = (file.inputs, file.outputs)
        (self.library, self.session, self.threads) = (library, session, threads)
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
            made.values = [OpaquePointer?](repeating: nil, count: wanted.count)
            let wantedNames = wanted.map { outputNames[$0] }
            try ONNXFault.check(
                library.table,
                connx_Run(
                    library.table,
                    session,
                    library.runOptions,
                    names,
                    given.values,
                    given.values.count,
                    wantedNames,
                    wanted.count,
                    &made.values
                )
            )
            try made.read(wanted.map { outputs[$0].kind }, into: &answer)
        } catch {
            throw PredictionFault(.input, error.what)
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
