import GRPC
import ModelServer
import Prediction
import Testing

/// ModelInferRequest messages that other people's clients wrote, and what rows they are.
@Suite struct InferMessageTests {
    static let flat = [5.1, 3.5, 1.4, 0.2, 6.7, 3.0, 5.2, 2.3]
    static let floats = flat.map { Double(Float($0)) }

    @Test(arguments: [
        ("FP32", floats), ("raw FP32", floats), ("free shape", floats), ("FP64", flat), ("raw FP64", flat),
        ("raw FP16", flat.map { Double(Float16($0)) }),
        ("INT8", [-1, 1, 2, 3, 4, 5, 6, 7]), ("INT32", [-2_147_483_648, 1, 2, 3, 4, 5, 6, 7]),
        ("INT64", [-0x1p53, 1, 2, 3, 4, 5, 6, 7]), ("UINT32", [4_294_967_295, 1, 2, 3, 4, 5, 6, 7]),
        ("UINT64", [0x1p53, 1, 2, 3, 4, 5, 6, 7]), ("BOOL", [1, 0, 1, 0, 1, 0, 1, 0]),
        ("raw UINT8", [0, 1, 2, 3, 4, 5, 6, 7]),
    ])
    func numbers(_ name: String, _ values: [Double]) throws {
        var requests = Requests()
        for _ in 0..<2 {
            let batch = try requests.rows(of: name)
            #expect(batch.content == .numbers)
            #expect((batch.rows, batch.columns) == (2, 4))
            #expect(batch.values == values)
        }
        #expect(requests.request.wantsBinaryOutputs == name.hasPrefix("raw"))
    }

    @Test(arguments: ["BYTES", "raw BYTES"])
    func texts(_ name: String) throws {
        var requests = Requests()
        let batch = try requests.rows(of: name)
        #expect(batch.content == .texts)
        #expect(batch.rows == 2)
        #expect(String(decoding: batch.texts.utf8, as: UTF8.self) == "abgröße")
    }

    @Test func namedColumns() throws {
        var requests = Requests()
        let batch = try requests.rows(of: "frame")
        #expect(batch.columnNames == ["a", "b", "c", "d"])
        #expect(batch.rows == 2)
    }

    @Test func requestedOutputs() throws {
        var requests = Requests()
        _ = try requests.rows(of: "outputs")
        #expect(requests.request.outputs.map { requests.request.text($0.name) } == ["output-0", "o2"])
    }

    @Test(arguments: [
        ("INT8 300", "300.0 is out of bounds for INT8: input 'input-0', element 0"),
        ("FP16 contents", "cannot reshape array of size 0 into shape (2,4): input 'a'"),
        ("wrong field", "cannot reshape array of size 0 into shape (2,4): input 'a'"),
        ("wrong shape", "cannot reshape array of size 8 into shape (3,4): input 'a'"),
        ("huge shape", "cannot reshape array of size 8 into shape (4611686018427387904,4): input 'a'"),
        ("unknown type", "invalid content type"),
        ("no inputs", "Expected at least one tensor in \"inputs\""),
        (
            "two raws",
            "the number of inputs (1) does not match the expected number of raw input contents (2) for model 'iris'."
        ),
        (
            "raw and contents",
            "contents field must not be specified when using raw_input_contents for input 'a' for model 'iris'"
        ),
        ("short raw", "buffer size must be a multiple of element size: input 'a' of FP32 has 30 bytes"),
    ])
    func refusals(_ name: String, _ text: String) {
        var requests = Requests()
        #expect { _ = try requests.rows(of: name) } throws: {
            GRPCStatus(of: $0) == GRPCStatus(.invalidArgument, text)
        }
    }

    /// No prefix of a real request, and no change of one bit, does more than throw.
    @Test(arguments: ["FP32", "INT64", "frame", "raw BYTES", "outputs"])
    func brokenRequestsAreRefusedOrRead(_ name: String) throws {
        var requests = Requests()
        let whole = try message(name)
        for end in 0..<whole.count { _ = try? requests.rows(of: Array(whole[..<end])) }
        for at in whole.indices {
            for bit in 0..<8 {
                var changed = whole
                changed[at] ^= 1 << bit
                _ = try? requests.rows(of: changed)
            }
        }
        #expect(try requests.rows(of: whole).rows == 2)
    }

    @Test(arguments: [UInt8(0x2A), 0x32, 0x3A])
    func emptyTensorsAreNotTakenWithoutEnd(_ tag: UInt8) {
        var requests = Requests()
        let tensor: [UInt8] = tag == 0x2A ? [tag, 4, 0x12, 2, 0x46, 0x50] : [tag, 0]
        let bytes = Array(repeatElement(tensor, count: InferMessageDecoder.tensorsMax + 1).joined())
        #expect { _ = try requests.rows(of: bytes) } throws: { _ in true }
        #expect(requests.request.inputs.count <= InferMessageDecoder.tensorsMax)
    }
}

/// Storage for requests, used again for each.
private struct Requests {
    var decoder = InferMessageDecoder()
    var request = InferRequest()
    var batch = Batch()

    mutating func rows(of name: String) throws -> Batch { try rows(of: try message(name)) }

    mutating func rows(of bytes: [UInt8]) throws -> Batch {
        try bytes.withUnsafeBytes { bytes in
            _ = try decoder.decode(bytes, into: &request)
            try request.moveRows(to: &batch)
        }
        return batch
    }
}
