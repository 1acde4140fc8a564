import Base
import CLinux
import Kubelet
import KubeModel
import TestKit
import Testing

/// A clock that stands where a test puts it.
struct StoppedTime: TimeSource {
    var wallTime = WallTime(rfc3339: "2026-11-21T00:48:53.000000001Z")!
    func monotonic() -> Instant { Instant(nanoseconds: 0) }
    func wall() -> WallTime { wallTime }
    func sleep(until instant: Instant) async throws { try Task.checkCancellation() }
}

func readFile(_ path: String) -> [UInt8] {
    let file = clinux_open(path, O_RDONLY, 0)
    defer { close(file) }
    var bytes: [UInt8] = []
    while true {
        let part = [UInt8](unsafeUninitializedCapacity: 65536) { $1 = max(0, read(file, $0.baseAddress, 65536)) }
        if part.isEmpty { return bytes }
        bytes += part
    }
}

extension ContainerLog {
    func append(_ text: String, _ stream: LogStream = .output) {
        Array(text.utf8).withUnsafeBytes { append($0, from: stream) }
    }
}

@Suite(.timeLimit(.minutes(1))) struct LogTests {
    private func text(_ path: String, _ set: (inout LogOptions) -> Void = { _ in }) -> String {
        var options = LogOptions()
        set(&options)
        var reader = LogReader(path: path, options)
        var bytes: [UInt8] = []
        while let more = reader.next() { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func linesAreWrittenInTheFormatOfTheCRI() async throws {
        try await withScratchDirectory { folder in
            let log = try ContainerLog(path: "\(folder)/0.log", time: StoppedTime())
            log.append("one\ntw")
            log.append("oops\n", .errors)
            log.append("o\n\nend")
            log.finish()
            let stamp = "2026-11-21T00:48:53.000000001Z"
            let expected = [
                "stdout F one", "stderr F oops", "stdout F two", "stdout F ", "stdout F end",
            ].map { "\(stamp) \($0)\n" }.joined()
            #expect(String(decoding: readFile("\(folder)/0.log"), as: UTF8.self) == expected)
            #expect(text("\(folder)/0.log") == "one\noops\ntwo\n\nend\n")
        }
    }

    @Test func longLinesAreWrittenInPartsAndReadAsOne() async throws {
        try await withScratchDirectory { folder in
            let path = "\(folder)/0.log"
            let log = try ContainerLog(path: path, time: StoppedTime())
            let line = String(repeating: "x", count: 40_000)
            log.append(line + "\nshort\n")
            log.finish()
            #expect(text(path) == line + "\nshort\n")
            #expect(text(path) { $0.showsTimes = true }.split(separator: "\n").count == 2)
        }
    }

    @Test func filesAreExchangedAtTheirLimitAndTheOldestGoes() async throws {
        try await withScratchDirectory { folder in
            let path = "\(folder)/0.log"
            let log = try ContainerLog(path: path, time: StoppedTime(), fileBytesMax: 1000)
            for number in 0..<100 { log.append("line \(number)\n") }
            log.finish()
            #expect(ContainerLog.files(path) == ["\(path).2", "\(path).1", path])
            for file in ContainerLog.files(path) { #expect(readFile(file).count <= 1000) }
            let lines = text(path).split(separator: "\n")
            #expect(lines.last == "line 99")
            #expect((30..<80).contains(lines.count))
            #expect(text(path) { $0.tailLines = 30 }.split(separator: "\n").first == "line 70")
            ContainerLog.remove(path)
            #expect(access(path, F_OK) != 0 && access("\(path).1", F_OK) != 0)
        }
    }

    struct Question: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let set: @Sendable (inout LogOptions) -> Void
        let answer: String
    }

    @Test(arguments: [
        Question(testDescription: "tail 2", set: { $0.tailLines = 2 }, answer: "c\nd\n"),
        Question(testDescription: "tail 0", set: { $0.tailLines = 0 }, answer: ""),
        Question(testDescription: "tail 9", set: { $0.tailLines = 9 }, answer: "a\nb\nc\nd\n"),
        Question(testDescription: "limit", set: { $0.bytesMax = 3 }, answer: "a\nb"),
        Question(
            testDescription: "times",
            set: {
                $0.showsTimes = true
                $0.tailLines = 1
            },
            answer: "2026-11-21T00:48:53.000000001Z d\n"
        ),
        Question(
            testDescription: "since",
            set: { $0.since = WallTime(rfc3339: "2026-11-21T00:48:54Z") },
            answer: ""
        ),
        Question(
            testDescription: "since before",
            set: { $0.since = WallTime(rfc3339: "2026-11-21T00:48:53Z") },
            answer: "a\nb\nc\nd\n"
        ),
    ])
    func readersGetWhatTheyAskFor(_ question: Question) async throws {
        try await withScratchDirectory { folder in
            let log = try ContainerLog(path: "\(folder)/0.log", time: StoppedTime())
            log.append("a\nb\nc\nd\n")
            log.finish()
            #expect(text("\(folder)/0.log", question.set) == question.answer)
        }
    }

    @Test func aFollowerSeesWhatIsWrittenAcrossFiles() async throws {
        try await withScratchDirectory { folder in
            let path = "\(folder)/0.log"
            let log = try ContainerLog(path: path, time: StoppedTime(), fileBytesMax: 200)
            let changes = log.changes()
            var reader = LogReader(path: path, LogOptions())
            var seen = ""
            func readOn() { while let more = reader.next() { seen += String(decoding: more, as: UTF8.self) } }
            for number in 0..<10 {
                log.append("\(number)\n")
                readOn()
            }
            log.finish()
            for await _ in changes {}
            #expect(seen == (0..<10).map { "\($0)\n" }.joined())
        }
    }

    @Test(arguments: [
        ("tailLines", "-1", "tailLines: Invalid value: -1: must be greater than or equal to 0"),
        ("sinceSeconds", "0", "sinceSeconds: Invalid value: 0: must be greater than 0"),
        ("limitBytes", "0", "limitBytes: Invalid value: 0: must be greater than 0"),
    ])
    func wrongOptionsAreRefusedAsKubernetesDoes(name: String, value: String, fault: String) {
        let error = #expect(throws: APIStatus.self) {
            try LogOptions([(name: name, value: value)], pod: "p1", now: StoppedTime().wallTime)
        }
        #expect(error?.code == 422)
        #expect(error?.message == "PodLogOptions \"p1\" is invalid: \(fault)")
    }
}
