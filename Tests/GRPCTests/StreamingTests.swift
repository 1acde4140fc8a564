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

    /// A watcher is told what holds, then each change; it ends with the server.
    @Test func healthWatch() async throws {
        let register = HealthRegister()
        try await withMethods(HealthService.methods(register)) { calls async throws in
            let call = try await calls.open("/grpc.health.v1.Health/Watch")
            try await call.send(framed(try fixture("health request")), ends: true)
            let changes: [HealthRegister.Status] = [.serving, .notServing, .serving]
            var told = try await call.read(messages: 1).messages
            for (number, status) in changes.enumerated() {
                register.set("test.Echo", status)
                told = try await call.read(messages: number + 2).messages
            }
            #expect(told == [[8, 3], [8, 1], [8, 2], [8, 1]])
            register.end()
            let answer = try await call.read()
            #expect(answer.messages.last == [8, 2])
            #expect(answer.code == "14")
        }
    }

    @Test func streamsEndAtTheirDeadline() async throws {
        let register = HealthRegister()
        try await withMethods(HealthService.methods(register)) { calls async throws in
            let call = try await calls.open("/grpc.health.v1.Health/Watch", fields: [("grpc-timeout", "20m")])
            try await call.send(framed([]), ends: true)
            let answer = try await call.read()
            #expect(answer.messages == [[8, 3]])
            #expect(answer.code == "4")
        }
    }

    /// A client that cancels, and one that goes away, are told to the handler once.
    @Test func handlersHearOfCancelledCalls() async throws {
        let (events, sink) = AsyncStream.makeStream(of: String.self)
        let method = GRPCMethod("test.Echo", "Listen", .streaming { _ in Listener(sink) })
        try await withMethods([method]) { calls async throws in
            var event = events.makeAsyncIterator()
            for resets in [true, false] {
                var call: HTTP2Call? = try await calls.open("/test.Echo/Listen")
                try await call?.send(framed([7]))
                #expect(await event.next() == "[7]")
                if resets { try await call?.reset() } else { call = nil }
                #expect(await event.next() == "cancelled")
            }
        }
        sink.finish()
    }
}

/// Tells of what its call hears.
private final class Listener: GRPCStreamHandler {
    private let events: AsyncStream<String>.Continuation

    init(_ events: AsyncStream<String>.Continuation) { self.events = events }

    func received(_ message: UnsafeRawBufferPointer) { events.yield("\(Array(message))") }
    func ended() { events.yield("ended") }
    func cancelled() { events.yield("cancelled") }
}
