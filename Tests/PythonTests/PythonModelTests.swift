import Base
import CLinux
import Prediction
import Python
import TestKit
import Testing

/// Workers of the machine's own Python, which needs no library for texts in and plain values out.
@Suite(.timeLimit(.minutes(2))) struct PythonModelTests {
    private static var python: String {
        get throws {
            try PythonSettings.find(named: nil, environment: [:]) { access($0, X_OK) == 0 }
        }
    }

    /// A pickle that runs code when it is read: an object whose `predict` is this expression over `rows`.
    private static func pickle(_ expression: String) -> [UInt8] {
        let source = "type('M', (), {'predict': lambda self, rows: \(expression)})()"
        return Array("cbuiltins\neval\n(V\(source)\ntR.".utf8)
    }

    /// Serves such a model, which by default evaluates the first row, while `body` asks it.
    private func withWorker(
        _ expression: String = "eval(rows[0])",
        within limit: Duration = .seconds(60),
        _ body: (PythonModel) async throws -> Void
    ) async throws {
        try await withScratchDirectory { folder in
            let path = "\(folder)/model.pkl"
            try write(Self.pickle(expression), to: path)
            var settings = PythonSettings(interpreter: try Self.python)
            settings.answerTime = limit
            let model = try PythonModel(ForeignModel(.pickle, at: path), settings)
            try await body(model)
            model.end()
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = try #require(fopen(path, "w"))
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        fclose(file)
    }

    private func ask(_ model: PythonModel, _ row: String) throws(PredictionFault) -> String {
        let body = JSON.object(["instances": .array([.string(row)])]).bytes
        return String(decoding: try model.predict(body), as: UTF8.self)
    }

    @Test(arguments: [
        ("1 + 1", "2"), ("[1.5, float('nan'), True, None]", "[1.5, null, true, null]"), ("'\\u00e9'", #""\u00e9""#),
        ("{'a': (1, b'x')}", #"{"a": [1, "x"]}"#),
    ])
    func answersAreJSON(_ expression: String, _ answer: String) async throws {
        try await withWorker { model async throws in #expect(try ask(model, expression) == answer) }
    }

    @Test func whatGoesWrongIsToldAndTheWorkerGoesOn() async throws {
        try await withWorker { model in
            let input = PredictionFault(.input, "invalid literal for int() with base 10: 'x'")
            #expect(throws: input) { try ask(model, "int('x')") }
            #expect(throws: PredictionFault(.failed, "ZeroDivisionError: division by zero")) { try ask(model, "1 / 0") }
            #expect(throws: PredictionFault(.input, #"Expected "instances" or "inputs" in the request"#)) {
                try model.predict(Array("{}".utf8))
            }
            #expect(throws: PredictionFault.self) { try model.predict(Array("{".utf8)) }
            let process = try ask(model, "__import__('os').getpid()")
            #expect(try ask(model, "__import__('os').getpid()") == process)
        }
    }

    @Test func largeAnswersComeWhole() async throws {
        try await withWorker { model async throws in
            #expect(try ask(model, "'x' * 10_000_000").utf8.count == 10_000_002)
        }
    }

    @Test func aWorkerThatEndsIsStartedAgain() async throws {
        try await withWorker { model in
            let first = try ask(model, "__import__('os').getpid()")
            let gone = PredictionFault(
                .failed,
                "The model's Python worker ended while it answered; it is started again"
            )
            #expect(throws: gone) { try ask(model, "__import__('os')._exit(3)") }
            var second: String?
            while second == nil {
                do throws(PredictionFault) { second = try ask(model, "__import__('os').getpid()") } catch {
                    #expect(error.kind == .unavailable)
                    await Task.yield()
                }
            }
            #expect(second != first)
            #expect(model.reasonForSilence == nil)
        }
    }

    @Test func aWorkerThatDoesNotAnswerIsEndedWithWhatItHasStarted() async throws {
        try await withWorker(within: .milliseconds(300)) { model in
            let started = try ask(model, "__import__('subprocess').Popen(['sleep', '1000']).pid")
            let child = try #require(pid_t(started))
            let late = PredictionFault(
                .failed,
                "The model's Python worker did not answer within 0.3 seconds; it is ended and started again"
            )
            #expect(throws: late) { try ask(model, "__import__('time').sleep(1000)") }
            while !Self.isGone(child) { await Task.yield() }
        }
    }

    @Test func nothingIsLeftAtTheEnd() async throws {
        let processes = try await withScratchDirectory { folder -> [pid_t] in
            try write(Self.pickle("eval(rows[0])"), to: "\(folder)/model.pkl")
            let settings = PythonSettings(interpreter: try Self.python)
            let model = try PythonModel(ForeignModel(.pickle, at: "\(folder)/model.pkl"), settings)
            let worker = try #require(pid_t(try ask(model, "__import__('os').getpid()")))
            let child = try #require(pid_t(try ask(model, "__import__('subprocess').Popen(['sleep', '1000']).pid")))
            model.end()
            return [worker, child]
        }
        for process in processes { while !Self.isGone(process) { await Task.yield() } }
    }

    /// Whether a process is gone, or waits to be reaped by whoever inherited it.
    private static func isGone(_ process: pid_t) -> Bool {
        guard kill(process, 0) == 0, let file = fopen("/proc/\(process)/stat", "r") else { return true }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        guard fgets(&line, Int32(line.count), file) != nil else { return true }
        return line.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }.contains(") Z")
    }

    @Test func whyAModelCannotBeLoaded() async throws {
        try await withScratchDirectory { folder in
            let path = "\(folder)/model.pkl"
            var settings = PythonSettings(interpreter: try Self.python)
            func reason(_ bytes: [UInt8]) throws -> String {
                try write(bytes, to: path)
                let model = ForeignModel(.pickle, at: path, version: "1.5.2")
                do throws(ModelDefect) { _ = try PythonModel(model, settings) } catch { return error.what }
                return ""
            }
            #expect(try reason(Array("csklearn.absent\nX\n.".utf8)).hasSuffix(" -m pip install scikit-learn==1.5.2"))
            #expect(try reason(Array("cbuiltins\nint\n(tR.".utf8)).contains("builtins.int has no method predict"))
            #expect(try reason(Array("cos\n_exit\n(I7\ntR.".utf8)) == "the worker ended with status 7")
            settings = PythonSettings(interpreter: "/nowhere/python")
            #expect(try reason([]) == "exec /nowhere/python: no such file or directory")
        }
    }
}
