import GRPC
import Net
import TestKit
import Testing

/// Streaming calls: the services that every gRPC server has.
@Suite struct StreamingTests {
    private func reflection() throws -> [GRPCMethod] {
        let echo = GRPCMethod("test.Echo", "Say", .unary { _, _ in })
        return try ReflectionService.methods(beside: [echo] + HealthService.methods(HealthRegister()), descriptors: [])
    }

    @Test func reflectionAnswersEveryQuestion() async throws {
        let names = ["list", "symbol", "missing", "extensions", "extension"]
        let questions = try names.map { framed(try fixture($0)) }
        let answers = try names.map { try fixture("\($0) answer") }
        try await withMethods(try reflection()) { calls async throws in
            for service in ReflectionService.names {
                let path = "/\(service)/ServerReflectionInfo"
                let whole = CallAnswer(status: 200, messages: answers, code: "0")
                #expect(try await calls.call(path, questions) == whole)
                #expect(try await calls.call(path, [Array(questions.joined())]) == whole)
                #expect(try await calls.call(path, questions.joined().map { [$0] }) == whole)
            }
        }
    }

    @Test func brokenQuestionsEndTheCall() async throws {
        let path = "/\(ReflectionService.names[0])/ServerReflectionInfo"
        try await withMethods(try reflection()) { calls async throws in
            #expect(try await calls.call(path, [framed([0x0B])]).code == "13")
            #expect(try await calls.call(path, [[0, 0]]).code == "13")
            #expect(try await calls.call(path, [framed([])]).messages.count == 1)
        }
    }

    @Test func healthCheck() async throws {
        let register = HealthRegister()
        register.set("test.Echo", .serving)
        let path = "/grpc.health.v1.Health/Check"
        let request = framed(try fixture("health request"))
        try await withMethods(HealthService.methods(register)) { calls async throws in
            var answer = CallAnswer(status: 200, messages: [try fixture("health serving")], code: "0")
            #expect(try await calls.call(path, [request]) == answer)
            register.set("test.Echo", .notServing)
            answer.messages = [try fixture("health not serving")]
            #expect(try await calls.call(path, [request]) == answer)
            answer = CallAnswer(status: 200, code: "5", message: "unknown service ")
            #expect(try await calls.call(path, [framed([])]) == answer)
        }
    }

    /// A watcher is told what holds, then each change; it ends by its deadline.
    @Test func healthWatch() async throws {
        let register = HealthRegister()
        try await withMethods(HealthService.methods(register)) { calls async throws in
            let stream = try await calls.open("/grpc.health.v1.Health/Watch")
            defer { stream.close() }
            try await stream.write(chunk(framed(try fixture("health request"))))
            let statuses: [HealthRegister.Status] = [.serving, .notServing, .serving]
            var received: [UInt8] = []
            for told in 1...4 {
                while received.matches(of: [0, 0, 0, 0, 2, 8]) < told {
                    received += try #require(try await stream.read())
                }
                if told <= 3 { register.set("test.Echo", statuses[told - 1]) }
            }
            #expect(received.matches(of: [0, 0, 0, 0, 2, 8, 3]) == 1)
            #expect(received.matches(of: [0, 0, 0, 0, 2, 8, 1]) == 2)
        }
    }

    @Test func streamsEndAtTheirDeadline() async throws {
        let register = HealthRegister()
        try await withMethods(HealthService.methods(register)) { calls async throws in
            let stream = try await calls.open("/grpc.health.v1.Health/Watch", fields: ["grpc-timeout: 20m"])
            defer { stream.close() }
            try await stream.write(chunk(framed([])))
            var received: [UInt8] = []
            while let bytes = try await stream.read() { received += bytes }
            #expect(String(decoding: received, as: UTF8.self).contains("grpc-status: 4\r\n"))
        }
    }
}

extension [UInt8] {
    /// How often `pattern` occurs.
    fileprivate func matches(of pattern: [UInt8]) -> Int {
        indices.count { self[$0...].starts(with: pattern) }
    }
}
