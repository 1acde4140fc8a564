import Base
import CLinux
import Synchronization
import Testing
import TestKit

struct LogLineTests {
    private static func line(_ form: LogForm, _ value: [UInt8]) -> String {
        let time = WallTime(nanoseconds: 1_500_000)
        let bytes = LogLine.make(LogHead(form, .warning, part: "gateway", "no route"), at: time) { line in
            value.withUnsafeBytes { line.add("path", $0) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("/v1/models", "path=/v1/models", #""path":"/v1/models""#),
        ("", #"path="""#, #""path":"""#),
        ("a b", #"path="a b""#, #""path":"a b""#),
        ("a=b", #"path="a=b""#, #""path":"a=b""#),
        (#"a"b\c"#, #"path="a\"b\\c""#, #""path":"a\"b\\c""#),
        ("a\nERROR forged", #"path="a\nERROR forged""#, #""path":"a\nERROR forged""#),
        ("\r\t\u{0}\u{1B}[2J", #"path="\r\t\u0000\u001b[2J""#, #""path":"\r\t\u0000\u001b[2J""#),
        ("\u{7F}\u{85}\u{2028}\u{202E}", #"path="\u007f\u0085\u2028\u202e""#, #""path":"\u007f\u0085\u2028\u202e""#),
        ("Zürich 🐓", #"path="Zürich 🐓""#, #""path":"Zürich 🐓""#),
    ])
    func valuesNeitherEndNorForgeALine(_ value: String, _ text: String, _ json: String) throws {
        let written = Self.line(.text, Array(value.utf8))
        #expect(written == "1970-01-01T00:00:00.001500Z WARN gateway: no route \(text)\n")
        let object = Self.line(.json, Array(value.utf8))
        let head = #"{"time":"1970-01-01T00:00:00.001500Z","level":"warning","part":"gateway","message":"no route","#
        #expect(object == head + json + "}\n")
        #expect(try JSON.parse(object)["path"].string == value)
    }

    @Test func bytesThatAreNoTextAreMarked() {
        #expect(Self.line(.text, [0x61, 0xFF, 0xC3]).hasSuffix(#" path="a\ufffd\ufffd""# + "\n"))
    }

    @Test(arguments: LogForm.allCases)
    func longValuesAreCutAndTheLineSaysSo(_ form: LogForm) throws {
        let long = String(repeating: "x", count: LogLine.valueMax + 1)
        let bytes = LogLine.make(LogHead(form, .info, part: "p", "m"), at: WallTime(seconds: 0)) { line in
            line.add("short", 7)
            for _ in 0..<4 { line.add("long", long) }
            line.add("controls", String(repeating: "\u{1}", count: LogLine.valueMax))
            line.add("last", millisecondsOf: 1_234_567)
        }
        #expect(bytes.count <= LogLine.bytesMax && bytes.last == 0x0A)
        let text = String(decoding: bytes, as: UTF8.self)
        guard form == .json else {
            #expect(text.contains(" short=7 ") && text.hasSuffix("...\" last=1.234 cut=true\n"))
            return
        }
        let object = try JSON.parse(text)
        #expect(object["cut"].bool == true && object["short"].int == 7 && object["controls"].isNull)
        #expect(object["last"].double == 1.234)
    }

    /// Whatever byte stands at whatever place of a value of whatever length: it comes back, and the line is one line.
    @Test(arguments: LogForm.allCases)
    func everyByteAtEveryPlaceIsTold(_ form: LogForm) throws {
        for count in [1, 7, 8, 9, 16, 17, 23] {
            for place in 0..<count {
                for byte in UInt8.min...UInt8.max {
                    var value = [UInt8](repeating: 0x61, count: count)
                    value[place] = byte
                    let line = Self.line(form, value)
                    #expect(line.utf8.count { $0 < 0x20 || $0 == 0x7F } == 1 && line.hasSuffix("\n"))
                    guard form == .json else { continue }
                    #expect(try JSON.parse(line)["path"].string == String(decoding: value, as: UTF8.self))
                }
            }
        }
    }

    @Test func stampsFollowTheClock() {
        var stamp = LogStamp()
        let head = LogHead(.text, .info, part: "p", "m")
        for nanoseconds in [0, 999_999_999, 1_000_000_000, 1_000_001_000, 500_000_000, -1] as [Int64] {
            let time = WallTime(nanoseconds: nanoseconds)
            stamp.set(time)
            let text = withUnsafeTemporaryAllocation(byteCount: LogLine.bytesMax, alignment: 1) { target in
                var line = LogLine(head, into: target, at: stamp)
                return String(decoding: target[..<line.end()], as: UTF8.self)
            }
            #expect(text == "\(time.rfc3339Micro) INFO p: m\n")
        }
    }
}

struct LineWriterTests {
    /// Takes lines when it is let.
    private final class Gate: LineSink {
        let open = Wakeup()
        let entered = Wakeup()
        let fails = Atomic<Bool>(false)
        let lines = Mutex<[String]>([])

        func write(_ bytes: UnsafeRawBufferPointer) -> Int {
            entered.wake()
            open.wait()
            if fails.load(ordering: .relaxed) { return 1 }
            lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
            return 0
        }
    }

    @Test func whatASinkIsTooSlowForIsLostCountedAndTold() {
        let gate = Gate()
        let writer = LineWriter(name: "test", gate, heldBytesMax: 8) { Array("lost \($0)\n".utf8) }
        let counter = MetricRegistry().counter("lost_total", "Lines.").with()
        writer.countLosses(in: counter)
        #expect(writer.put(Array("first\n".utf8)))
        gate.entered.wait()
        // The sink hangs with the first line: eight bytes wait, the rest is lost.
        let taken = ["abc\n", "def\n", "g\n", "h\n"].map { writer.put(Array($0.utf8)) }
        #expect(taken == [true, true, false, false])
        #expect(writer.lost == 2 && counter.value == 2)
        #expect(!writer.drain(within: .zero))
        for _ in 0..<5 { gate.open.wake() }
        #expect(writer.drain(within: .seconds(30)))
        #expect(gate.lines.withLock { $0 } == ["first\n", "abc\n", "def\n", "lost 2\n"])
    }

    @Test func linesThatCannotBeWrittenAreCounted() {
        let gate = Gate()
        gate.fails.store(true, ordering: .relaxed)
        let writer = LineWriter(name: "test", gate)
        writer.put(Array("a\nb\n".utf8), count: 2)
        gate.open.wake()
        #expect(writer.drain(within: .seconds(30)))
        #expect(writer.lost == 1)
        #expect(gate.lines.withLock { $0 }.isEmpty)
    }

    @Test func writesArePiecesOfWholeLines() throws {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let line = [UInt8](repeating: 0x61, count: 1500) + [0x0A]
        let lost = (line + line + line).withUnsafeBytes(DescriptorSink(ends[0]).write)
        #expect(lost == 0)
        var buffer = [UInt8](repeating: 0, count: 8192)
        // Each write is a packet: two lines fit into one, the third comes after.
        #expect(read(ends[1], &buffer, buffer.count) == 3002)
        #expect(read(ends[1], &buffer, buffer.count) == 1501)
    }

    @Test func aDescriptorThatCannotBeWrittenLosesLines() {
        #expect(
            "a\nb\n".utf8.withContiguousStorageIfAvailable { DescriptorSink(-1).write(UnsafeRawBufferPointer($0)) } == 2
        )
    }
}
