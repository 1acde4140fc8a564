import Base
import CLinux
import Foundation
import Kubelet
import Testing

/// What kubectl and a real server sent each other during `kubectl port-forward`, byte for byte.
struct Transcript: CustomTestStringConvertible, Sendable {
    let client: String
    let fromClient: [[UInt8]]
    let fromServer: [[UInt8]]
    var testDescription: String { client }

    static let all: [Transcript] = {
        let path = Bundle.module.path(forResource: "Fixtures/port-forward", ofType: "json") ?? ""
        let json = (try? JSON.parse(readFile(path))) ?? .null
        return (json.array ?? []).map { transcript in
            let frames = (transcript["frames"].array ?? []).map { ($0[0].string ?? "", bytes($0[1].string ?? "")) }
            return Transcript(
                client: transcript["client"].string ?? "",
                fromClient: frames.filter { $0.0 == "c>s" }.map(\.1),
                fromServer: frames.filter { $0.0 == "s>c" }.map(\.1)
            )
        }
    }()

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
    }
}

@Suite struct SPDYTests {
    /// All frames that a decoder finds in pieces of a stream.
    private func frames(_ pieces: [[UInt8]]) throws -> [SPDYFrame] {
        var decoder = try SPDYDecoder()
        var frames: [SPDYFrame] = []
        for piece in pieces {
            decoder.feed(piece)
            while let frame = try decoder.next() { frames.append(frame) }
        }
        return frames
    }

    @Test func transcriptsAreThere() { #expect(Transcript.all.count == 3) }

    @Test(arguments: Transcript.all)
    func kubectlIsUnderstood(_ transcript: Transcript) throws {
        let frames = try frames(transcript.fromClient)
        guard case .synStream(1, let error, false) = frames.first, case .synStream(_, let data, _) = frames[2] else {
            Issue.record("unexpected frames: \(frames)")
            return
        }
        #expect(error["streamtype"] == "error")
        #expect(data["streamtype"] == "data")
        #expect(error["port"] == data["port"] && error["requestid"] == data["requestid"])
        #expect(frames[1] == .data(id: 1, bytes: [], isLast: true))
        let request = frames.compactMap { if case .data(_, let bytes, _) = $0, !bytes.isEmpty { bytes } else { nil } }
        #expect(String(decoding: request.first ?? [], as: UTF8.self).hasPrefix("GET /"))
    }

    @Test(arguments: Transcript.all)
    func theServersSideIsUnderstoodAByteAtATime(_ transcript: Transcript) throws {
        let bytes = transcript.fromServer.flatMap { $0.map { [$0] } }
        let frames = try frames(bytes)
        #expect(frames.first == .synReply(id: 1))
        #expect(frames.contains(.data(id: 1, bytes: [], isLast: true)))
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let encoder = try SPDYEncoder()
        let written =
            try encoder.synReply(1) + encoder.synReply(3) + encoder.data(3, [1, 2], isLast: true) + encoder.ping(7)
            + encoder.reset(5, status: 3)
        let expected: [SPDYFrame] = [
            .synReply(id: 1), .synReply(id: 3), .data(id: 3, bytes: [1, 2], isLast: true), .ping(id: 7),
            .reset(id: 5, status: 3),
        ]
        #expect(try frames([written]) == expected)
    }

    @Test func theFirstAnswerIsTheReferencesOwn() throws {
        let reply = try SPDYEncoder().synReply(1)
        let expected = Transcript.all[0].fromServer[0]
        #expect(reply.prefix(18) == expected.prefix(18), "frame head and the zlib head that names the dictionary")
    }

    @Test(
        arguments: [
            [0x80, 3, 0, 1, 0, 0, 0, 2, 0, 0],
            [0x80, 3, 0, 1, 0, 0, 0, 14, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
            [0, 0, 0, 1, 0, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]]
    )
    func brokenFramesAreRefused(_ bytes: [UInt8]) {
        #expect(throws: SPDYDefect.self) { try frames([bytes]) }
    }
}
