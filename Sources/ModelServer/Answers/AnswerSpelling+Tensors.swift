import Net
import Prediction

/// An answer as the tensors of version 2: one, or one for each column of named values.
extension AnswerSpelling {
    /// How many tensors an answer has.
    var tensorCount: Int { frame.isEmpty ? 1 : frame.count }

    /// The tensor that a request names; nil where there is none of that name.
    func tensor(_ output: RequestedOutput, of request: borrowing InferRequest) -> Int? {
        if frame.isEmpty { return request.isName(output.name, AnswerSpelling.tensorName) ? 0 : nil }
        let name = request.names[output.name]
        return frame.firstIndex { $0.name.utf8.elementsEqual(name) }
    }

    /// How many tensors a request asks for: all where it names none.
    func tensorCount(for request: borrowing InferRequest) -> Int {
        request.outputs.isEmpty ? tensorCount : request.outputs.count
    }

    /// Which tensor the one at `index` of those that a request asks for is; they must be there.
    func tensor(at index: Int, for request: borrowing InferRequest) -> Int {
        request.outputs.isEmpty ? index : tensor(request.outputs[index], of: request) ?? 0
    }

    func writeName(tensor: Int, into body: inout OutBuffer) {
        guard frame.isEmpty else { return JSONText.write(frame[tensor].name, into: &body) }
        body.append(UInt8(ascii: "\""))
        body.append(AnswerSpelling.tensorName)
        body.append(UInt8(ascii: "\""))
    }

    func type(tensor: Int, _ answer: borrowing Answer) -> ElementType {
        frame.isEmpty ? elementType : type(ofColumn: tensor, answer)
    }

    func writeJSON(tensor: Int, _ answer: borrowing Answer, into body: inout OutBuffer) {
        if frame.isEmpty {
            writeJSON(answer, .flat, into: &body)
        } else {
            writeJSON(column: tensor, answer, into: &body)
        }
    }

    func writeRaw(tensor: Int, _ answer: borrowing Answer, into body: inout OutBuffer) {
        if frame.isEmpty { writeRaw(answer, into: &body) } else { writeRaw(column: tensor, answer, into: &body) }
    }

    func rawByteCount(tensor: Int, _ answer: borrowing Answer) -> Int {
        frame.isEmpty ? rawByteCount(of: answer) : rawByteCount(ofColumn: tensor, answer)
    }

    /// Calls `body` with every element of a tensor as a number; texts are not.
    func forEachNumber(tensor: Int, _ answer: borrowing Answer, _ body: (Double) -> Void) {
        if frame.isEmpty { forEachNumber(answer, body) } else { forEachNumber(ofColumn: tensor, answer, body) }
    }

    /// Calls `body` with every element of a tensor as a whole number; texts are not.
    func forEachInteger(tensor: Int, _ answer: borrowing Answer, _ body: (Int64) -> Void) {
        guard frame.isEmpty else {
            return forEachNumber(ofColumn: tensor, answer) { body(Int64(exactly: $0) ?? 0) }
        }
        forEachInteger(answer, body)
    }

    /// Calls `body` with every element of a tensor as UTF-8; only texts are.
    func forEachText(tensor: Int, _ answer: borrowing Answer, _ body: (UnsafeRawBufferPointer) -> Void) {
        if frame.isEmpty { forEachText(answer, body) } else { forEachText(ofColumn: tensor, answer, body) }
    }
}
