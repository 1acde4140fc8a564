package import Net

/// Whose payloads are logged, which, and where they go.
package struct PayloadSource: Sendable, Equatable {
    /// Which payloads are logged.
    package enum Mode: String, Sendable {
        case all, request, response
    }

    /// Where events go.
    package enum Destination: Sendable, Equatable, CustomStringConvertible {
        /// Each event is posted there.
        case sink(WebAddress)
        /// Events become lines of files.
        case files(PayloadFolder)

        package var description: String {
            switch self {
            case .sink(let address): address.description
            case .files(let folder): folder.path
            }
        }
    }

    package var destination: Destination
    package var mode = Mode.all
    package var source = ""
    package var inferenceService = ""
    package var namespace = ""
    package var endpoint = ""
    package var component = ""
    /// Fields of requests that become metadata, as Go spells them.
    package var metadataHeaders: [String] = []
    package var annotations: [String: String] = [:]
    /// How many of a hundred requests are logged.
    package var percent = 100.0
    /// The longest payload that is shown.
    package var bodyMax = AgentLimits.loggedBodyMax
    /// What is not shown of payloads; nil shows them as they are.
    package var redaction: Redaction?
    package var checksCertificates = true

    package init(_ destination: Destination) { self.destination = destination }

    package var logsRequests: Bool { mode != .response }
    package var logsResponses: Bool { mode != .request }

    /// A payload of `size` bytes as it may be shown.
    ///
    /// - Parameter isBusy: whether there was no room to keep its bytes.
    package func shown(_ bytes: [UInt8], size: Int, isBusy: Bool = false) -> PayloadBody {
        guard size <= bodyMax else { return PayloadBody(omitted: .tooLarge, size: size) }
        guard !isBusy else { return PayloadBody(omitted: .busy, size: size) }
        guard let redaction else { return PayloadBody(bytes) }
        return redaction.apply(to: bytes).map { PayloadBody($0) } ?? PayloadBody(omitted: .notJSON, size: size)
    }
}

/// A payload as it is shown: its bytes, or why they are not there.
package struct PayloadBody: Sendable, Equatable {
    /// Why a payload is not shown.
    package enum Omission: String, CaseIterable, Sendable {
        /// It is longer than is logged.
        case tooLarge = "too-large"
        /// Something in it is not to be seen, and it is no JSON in which to find that.
        case notJSON = "not-json"
        /// Too many payloads were in memory.
        case busy
    }

    package let bytes: [UInt8]
    package let omission: Omission?
    /// How many bytes the payload had.
    package let size: Int

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        omission = nil
        size = bytes.count
    }

    package init(omitted omission: Omission, size: Int) {
        bytes = []
        self.omission = omission
        self.size = size
    }
}
