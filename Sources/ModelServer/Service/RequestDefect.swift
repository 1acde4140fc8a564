package import Base
import Prediction

/// Why a request cannot be answered, whatever protocol carried it.
package struct RequestDefect: Error, Equatable {
    /// What kind of trouble it is; each protocol has a status for it.
    package enum Kind: Equatable, Sendable {
        /// What was sent does not fit: 400.
        case invalid
        /// The body is no JSON, from this byte on.
        case malformed(what: String, offset: Int)
        /// The body is not what the protocol prescribes: 422 with the way to the place and pydantic's name of the fault.
        case schema(type: String, place: [JSON], cause: String?)
        /// There is no model of that name: 404.
        case unknownModel
        /// The model is there, but does not answer: 503.
        case notReady
        /// Nobody answers that here: 501.
        case notImplemented
        /// It went wrong inside: 500.
        case failed
    }

    /// What kind of trouble it is.
    package let kind: Kind
    /// What to tell the client.
    package let text: String

    package init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    package init(_ text: String) { self.init(.invalid, text) }

    /// A body that is JSON, but not what the protocol prescribes.
    static func schema(_ type: String, _ place: [JSON], _ text: String) -> RequestDefect {
        RequestDefect(.schema(type: type, place: place, cause: nil), text)
    }

    /// The same defect, told as version 2 tells of bodies that are no JSON.
    var asSchema: RequestDefect {
        guard case .malformed(let what, let offset) = kind else { return self }
        return RequestDefect(
            .schema(type: "json_invalid", place: ["body", JSON(offset)], cause: what),
            "JSON decode error"
        )
    }

    /// A model that nobody knows.
    package static func unknownModel(_ name: String) -> RequestDefect {
        RequestDefect(.unknownModel, "Model with name \(name) does not exist.")
    }

    /// A model that does not answer, with the reason where there is one.
    package static func notReady(_ name: String, _ reason: String = "") -> RequestDefect {
        RequestDefect(.notReady, "Model with name \(name) is not ready.\(reason.isEmpty ? "" : " \(reason)")")
    }

    /// A body that is not JSON, in the words of KServe's server: where as line, column and character.
    static func malformed(_ what: String, _ bytes: UnsafeRawBufferPointer, at offset: Int) -> RequestDefect {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == 0x0A } + 1
        let column = offset - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return RequestDefect(
            .malformed(what: what, offset: offset),
            "Unrecognized request format: \(what): line \(line) column \(column) (char \(offset))"
        )
    }
}
