import Base

/// What a step or a node came to: the answer of a service, or of several put together.
package struct StepAnswer: Sendable, Equatable {
    package let status: Int
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }

    var isSuccess: Bool { (200...299).contains(status) }
}

/// Why there is no answer; it ends the whole request.
package struct RoutingFault: Error, Equatable, CustomStringConvertible {
    package let status: Int
    package let description: String

    package init(status: Int = 500, _ description: String) {
        self.status = status
        self.description = description
    }

    /// The body that a client is told, in the words of KServe's router.
    package var body: [UInt8] {
        Array(#"{"error":"Failed to process request","cause":"#.utf8) + JSON.string(description).bytes
            + [UInt8(ascii: "}")]
    }
}

/// What a step came to.
package typealias StepOutcome = Result<StepAnswer, RoutingFault>
