import CLinux
import ModelServer
import Net
import Prediction
import TestKit
import Testing

/// Models that are not native: refused with advice, or run by the machine's own Python, which takes texts and gives plain
/// values without any library.
@Suite(.timeLimit(.minutes(2))) struct FallbackTests {
    /// A pickle that runs code when it is read: an object whose `predict` evaluates the first row.
    private let pickle = "cbuiltins\neval\n(Vtype('M', (), {'predict': lambda self, rows: eval(rows[0])})()\ntR."

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        #expect(fputs(text, file) >= 0)
        fclose(file)
    }

    /// A configuration for a folder with the models `code`, which is not native, and `words`, which is.
    private func withConfiguration(_ body: (ModelServerConfiguration) async throws -> Void) async throws {
        try await withScratchDirectory { folder in
            mkdir("\(folder)/code", 0o755)
            try write(pickle, to: "\(folder)/code/model.pkl")
            symlink(fixture("words"), "\(folder)/words")
            var configuration = ModelServerConfiguration()
            configuration.modelDirectory = folder
            try await body(configuration)
        }
    }

    @Test func withoutTheFlagNothingRuns() async throws {
        try await withConfiguration { configuration async throws in
            try await withServer(configuration) { serving async throws in
                let answer = try await serving.predict("code", #"{"instances":["1"]}"#)
                #expect(answer.status == 503)
                #expect(answer.body.contains("builtins.eval"))
                #expect(answer.body.contains("--fallback python"))
                #expect(try await serving.predict("words", #"{"instances":["good"]}"#).status == 200)
            }
        }
    }

    @Test func aBrokenFileGetsNoAdvice() async throws {
        try await withScratchDirectory { folder in
            try write(String(pickle.dropLast(3)), to: "\(folder)/model.pkl")
            var configuration = ModelServerConfiguration()
            configuration.modelDirectory = folder
            let defect = #expect(throws: ModelDefect.self) { try ModelServer(configuration).start() }
            #expect(defect?.description.contains("--fallback") == false)
        }
    }

    @Test func withTheFlagPythonAnswersBesideNativeModels() async throws {
        try await withConfiguration { configuration async throws in
            var configuration = configuration
            configuration.fallsBackToPython = true
            try await withServer(configuration) { serving async throws in
                func ask(_ row: String) async throws -> (status: Int, body: String) {
                    try await serving.predict("code", #"{"instances":["\#(row)"]}"#)
                }
                #expect(try await ask("[1, 2.5, None]") == (200, #"{"predictions":[1, 2.5, null]}"#))
                #expect(try await ask("int('x')").status == 400)
                #expect(try await ask("1 / 0") == (500, #"{"error":"ZeroDivisionError: division by zero"}"#))
                #expect(try await ask("__import__('os')._exit(1)").status == 500)
                // The server does not depend on the worker, which comes again.
                #expect(try await serving.send("GET", "/v2/health/ready").status == 200)
                #expect(try await serving.predict("words", #"{"instances":["good"]}"#).status == 200)
                while try await serving.send("GET", "/v1/models/code").status == 503 {}
                while try await ask("7").status == 503 {}
                #expect(try await ask("7") == (200, #"{"predictions":7}"#))
                #expect(try await serving.send("POST", "/v2/repository/models/code/unload").status == 200)
                #expect(try await ask("7").status == 404)
            }
        }
    }

    @Test func eventsAreAnsweredByEvents() async throws {
        try await withConfiguration { configuration async throws in
            var configuration = configuration
            configuration.fallsBackToPython = true
            try await withServer(configuration) { serving async throws in
                let event = #"{"specversion":"1.0","id":"1","source":"s","type":"t","time":"2026-01-01T00:00:00Z","#
                let response = try await serving.exchange(
                    "/v1/models/code:predict",
                    ["content-type": "application/cloudevents+json"],
                    Array((event + #""data":{"instances":["2"]}}"#).utf8)
                )
                #expect(String(decoding: response.body, as: UTF8.self).hasSuffix(#""data":{"predictions":2}}"#))
            }
        }
    }

    @Test(arguments: [("python", true), ("none", false)])
    func flagAndVariable(_ word: String, _ isOn: Bool) throws {
        let flag = try ModelServerConfiguration.parse(["--fallback", word], environment: [:])
        let variable = try ModelServerConfiguration.parse([], environment: ["ROOST_FALLBACK": word])
        #expect(flag.fallsBackToPython == isOn)
        #expect(variable.fallsBackToPython == isOn)
        let misuse = #expect(throws: ModelServerMisuse.self) {
            try ModelServerConfiguration.parse(["--fallback=perl"], environment: [:])
        }
        #expect(misuse?.description == "--fallback: perl is neither python nor none")
    }
}
