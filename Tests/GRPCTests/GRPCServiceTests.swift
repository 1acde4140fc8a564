import Base
import GRPC
import Net
import TestKit
import Testing

/// Calls over a real connection.
@Suite struct GRPCServiceTests {
    private var echo: GRPCMethod {
        GRPCMethod("test.Echo", "Say", .unary { request, writer in writer.add(1, request.message) })
    }

    /// What Say answers to `message`.
    private func said(_ message: [UInt8]) -> CallAnswer {
        var writer = ProtobufWriter()
        message.withUnsafeBytes { writer.add(1, $0) }
        return CallAnswer(status: 200, messages: [Array(writer.bytes)], code: "0")
    }

    private func refused(_ code: GRPCStatus.Code, _ message: String) -> CallAnswer {
        CallAnswer(status: 200, code: String(code.rawValue), message: message)
    }

    @Test func unaryCallsHoweverTheirBodyIsCut() async throws {
        let message = Array("a message".utf8)
        let body = framed(message)
        try await withMethods([echo]) { calls async throws in
            for cut in 1..<body.count {
                let answer = try await calls.call("/test.Echo/Say", [Array(body[..<cut]), Array(body[cut...])])
                #expect(answer == said(message))
            }
            #expect(try await calls.call("/test.Echo/Say", body.map { [$0] }) == said(message))
            #expect(try await calls.call("/test.Echo/Say", [framed([])]) == said([]))
        }
    }

    @Test func whatIsNoCallIsRefused() async throws {
        let path = "/test.Echo/Say"
        try await withMethods([echo]) { calls async throws in
            for type in ["application/json", "application/grpc+json", "application/grpcx", ""] {
                #expect(try await calls.call(path, [], contentType: type).status == 415, "\(type)")
            }
            for type in ["application/grpc+proto", "Application/gRPC; charset=x"] {
                #expect(try await calls.call(path, [framed([])], contentType: type) == said([]), "\(type)")
            }
            #expect(try await calls.call(path, [], method: "PUT").status == 405)
            for path in ["/test.Echo/Sing", "/test.Echo/Say/", "/", "/test.Ech0/Say"] {
                #expect(try await calls.call(path, [framed([])]) == refused(.unimplemented, "Method not found!"))
            }
        }
    }

    @Test func bodiesThatAreNotOneMessage() async throws {
        let path = "/test.Echo/Say"
        let many = refused(.unimplemented, "the method takes exactly one message")
        let truncated = refused(.internal, "the request ends inside a message")
        try await withMethods([echo]) { calls async throws in
            #expect(try await calls.call(path, []) == many)
            #expect(try await calls.call(path, [framed([1]) + framed([2])]) == many)
            #expect(try await calls.call(path, [framed([1]), framed([2])]) == many)
            #expect(try await calls.call(path, [[0, 0, 0]]) == truncated)
            #expect(try await calls.call(path, [[0, 0, 0, 0, 9, 1]]) == truncated)
            #expect(
                try await calls.call(path, [[2, 0, 0, 0, 0]]) == refused(.internal, "a message has the unknown flags 2")
            )
        }
    }

    @Test func messagesBeyondTheLimits() async throws {
        var limits = GRPCLimits()
        limits.receiveBytesMax = 100
        limits.sendBytesMax = 90
        try await withMethods(limits: limits, [echo]) { calls async throws in
            let message = [UInt8](repeating: 7, count: 88)
            #expect(try await calls.call("/test.Echo/Say", [framed(message)]) == said(message))
            #expect(
                try await calls.call("/test.Echo/Say", [framed(message + [7])])
                    == refused(.resourceExhausted, "SERVER: Sent message larger than max (91 vs. 90)")
            )
            let long = framed([UInt8](repeating: 7, count: 101))
            let refusal = refused(.resourceExhausted, "SERVER: Received message larger than max (101 vs. 100)")
            #expect(try await calls.call("/test.Echo/Say", [long]) == refusal)
            #expect(try await calls.call("/test.Echo/Say", [Array(long[..<5]), Array(long[5...])]) == refusal)
        }
    }

    @Test func packedMessages() async throws {
        let message = try fixture("health request")
        let packed = framed(try fixture("gzipped health request"), isCompressed: true)
        let zeros = framed(try fixture("gzipped zeros"), isCompressed: true)
        var limits = GRPCLimits()
        limits.receiveBytesMax = 99_999
        try await withMethods(limits: limits, [echo]) { calls async throws in
            func call(_ body: [UInt8], _ encoding: String?) async throws -> CallAnswer {
                try await calls.call("/test.Echo/Say", [body], fields: encoding.map { [("grpc-encoding", $0)] } ?? [])
            }
            #expect(try await call(packed, "gzip") == said(message))
            let deflated = framed(try fixture("deflated health request"), isCompressed: true)
            #expect(try await call(deflated, "deflate") == said(message))
            #expect(try await call(framed(message), "gzip") == said(message))
            #expect(try await call(framed(message), "identity") == said(message))
            #expect(
                try await call(packed, nil)
                    == refused(.internal, "a message is flagged as compressed, but grpc-encoding does not say how")
            )
            #expect(
                try await call(packed, "br")
                    == refused(.unimplemented, "grpc-encoding br is not supported: identity, deflate and gzip are")
            )
            let broken = refused(.internal, "a message is not well compressed")
            #expect(try await call(framed([1, 2, 3], isCompressed: true), "gzip") == broken)
            #expect(try await call(framed([], isCompressed: true), "gzip") == broken)
            #expect(try await call(framed(Array(packed[5...].dropLast()), isCompressed: true), "gzip") == broken)
            #expect(
                try await call(zeros, "gzip")
                    == refused(.resourceExhausted, "SERVER: Received message larger than max (100000 vs. 99999)")
            )
        }
    }

    @Test func callsThatAreAnsweredLater() async throws {
        let later = GRPCMethod(
            "test.Echo",
            "Later",
            .unary { request, writer throws(GRPCStatus) in
                writer.set(1, "not sent")
                let held = HeldCall(call: request.answerLater(), message: Array(request.message))
                guard held.message != [0] else { throw GRPCStatus(.internal, "thrown after all") }
                guard held.message != [2] else { return }
                held.call.loop?.execute {
                    held.call.answer { writer throws(GRPCStatus) in
                        guard held.message != [1] else { throw GRPCStatus(.notFound, "no such thing") }
                        held.message.withUnsafeBytes { writer.add(1, $0) }
                    }
                    held.call.fail(GRPCStatus(.internal, "answered twice"))
                }
            }
        )
        try await withMethods([later]) { calls async throws in
            func call(_ message: [UInt8], _ fields: [(String, String)] = []) async throws -> CallAnswer {
                try await calls.call("/test.Echo/Later", [framed(message)], fields: fields)
            }
            #expect(try await call([7, 8]) == said([7, 8]))
            #expect(try await call([1]) == refused(.notFound, "no such thing"))
            #expect(try await call([0]) == refused(.internal, "thrown after all"))
            #expect(try await call([2], [("grpc-timeout", "1m")]) == refused(.deadlineExceeded, "Deadline Exceeded"))
        }
    }

    @Test func deadlines() async throws {
        let time = TestTime()
        let slow = GRPCMethod("test.Echo", "Wait", .unary { _, _ in time.advance(by: .milliseconds(50)) })
        let late = refused(.deadlineExceeded, "Deadline Exceeded")
        try await withMethods(time: time, [slow]) { calls async throws in
            func call(_ timeout: String) async throws -> CallAnswer {
                try await calls.call("/test.Echo/Wait", [framed([])], fields: [("grpc-timeout", timeout)])
            }
            #expect(try await call("51m").code == "0")
            #expect(try await call("50m") == late)
            #expect(try await call("0S") == late)
            #expect(try await call("99999999H").code == "0")
            #expect(try await call("1x") == refused(.internal, "grpc-timeout is malformed: 1x"))
        }
    }

    @Test(arguments: [
        ("1H", Duration.seconds(3600)), ("2M", .seconds(120)), ("3S", .seconds(3)), ("4m", .milliseconds(4)),
        ("5u", .microseconds(5)), ("6n", .nanoseconds(6)), ("00000001S", .seconds(1)),
        ("000000001S", nil), ("S", nil), ("", nil), ("1", nil), ("-1S", nil), ("1.5S", nil), ("1s", nil),
    ])
    func timeouts(_ text: String, _ duration: Duration?) {
        #expect(Array(text.utf8).withUnsafeBytes { GRPCTimeout.parse($0) } == duration)
    }

    @Test(arguments: [
        ("plain text, with ~ and \"", "plain text, with ~ and \""), ("100%", "100%25"),
        ("größe\n", "gr%C3%B6%C3%9Fe%0A"),
        (String(repeating: "x", count: 5000), String(repeating: "x", count: 4096)),
    ])
    func statusMessagesArePercentEncoded(_ message: String, _ encoded: String) {
        #expect(GRPCStatus(.internal, message).encodedMessage == encoded)
    }

    @Test func statusesOfMethodsReachTheClient() async throws {
        let method = GRPCMethod(
            "test.Echo",
            "Fail",
            .unary { request, _ throws(GRPCStatus) in
                var reader = ProtobufReader(request.message)
                do throws(ProtobufDefect) { while try reader.next() != nil {} } catch { throw GRPCStatus(error) }
                throw GRPCStatus(.notFound, "größe")
            }
        )
        try await withMethods([method]) { calls async throws in
            #expect(try await calls.call("/test.Echo/Fail", [framed([])]) == refused(.notFound, "gr%C3%B6%C3%9Fe"))
            #expect(
                try await calls.call("/test.Echo/Fail", [framed([0x0B])])
                    == refused(
                        .internal,
                        "Error parsing request: a group, which this message format does not have at byte 0"
                    )
            )
        }
    }
}

/// A call on its way to another turn of its loop.
private struct HeldCall: @unchecked Sendable {
    // Safe: only opened on the loop's thread.
    let call: GRPCLaterCall
    let message: [UInt8]
}
